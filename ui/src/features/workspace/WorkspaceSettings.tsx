// SPDX-License-Identifier: Apache-2.0
// The workspace's name and id, and what holds in it.
import { Stack } from '@mantine/core';
import { useWorkspace } from '@/api/context';
import { CopyValue } from '@/components/CopyValue';
import { dataPlaneUrlOf } from '@/components/dataPlaneUrl';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';
import { SecretAnswers } from './SecretAnswers';

const environments = { PRODUCTION: 'Production', DEVELOPMENT: 'Development' } as const;

function General() {
    const workspace = useWorkspace();
    return (
        <Section title="General" lead="Sources, destinations and tokens belong to a workspace.">
            <Stack gap="lg">
                <Facts
                    facts={[
                        ['Workspace name', workspace.name],
                        ['Environment', environments[workspace.environment]],
                    ]}
                />
                <CopyValue label="Workspace ID" value={workspace.id} />
                <CopyValue label="Data plane URL" value={dataPlaneUrlOf(workspace)} />
            </Stack>
        </Section>
    );
}

export function WorkspaceSettings() {
    return (
        <Stack gap="lg">
            <General />
            <SecretAnswers />
        </Stack>
    );
}
