// SPDX-License-Identifier: Apache-2.0
// Members, roles and tokens that come from RudderStack: choose, review, deploy.
import { useState } from 'react';
import type { AccessImportDeployed } from '@/api/schema';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { ChooseImport } from './ChooseImport';
import { DeployedImport } from './DeployedImport';
import { useStagedImport } from './queries';
import { ReviewImport } from './ReviewImport';

const lead =
    'For the whole organization at once. Nothing holds before you deploy it. Tokens keep their ' +
    'values, so whatever uses them goes on.';

export function MigrationSection() {
    const staged = useStagedImport();
    const [deployed, setDeployed] = useState<AccessImportDeployed | null>(null);
    if (deployed)
        return <DeployedImport deployed={deployed} onDone={() => setDeployed(null)} />;
    return (
        <Loading queries={[staged]}>
            {(waiting) =>
                waiting ? (
                    <ReviewImport waiting={waiting} onDeployed={setDeployed} />
                ) : (
                    <Section title="Migration from RudderStack" lead={lead}>
                        <ChooseImport />
                    </Section>
                )
            }
        </Loading>
    );
}
