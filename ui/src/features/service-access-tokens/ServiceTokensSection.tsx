// SPDX-License-Identifier: Apache-2.0
// Service access tokens, of the organization or of workspaces: make, rotate, delete.
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useAccessWrite } from '@/api/access';
import { usePaths } from '@/api/paths';
import type { ServiceAccessToken, ServiceTokenLevel } from '@/api/schema';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { TabLinks } from '@/components/TabLinks';
import { EndToken } from '@/components/token/EndToken';
import { RotateDialog } from '@/components/token/RotateDialog';
import { TokenTable } from '@/components/token/TokenTable';
import { GenerateDialog } from './GenerateDialog';
import { key, useServiceTokens } from './queries';
import { Opens } from './Opens';

const leads: Record<ServiceTokenLevel, string> = {
    organization:
        'For SCIM, audit logs and usage of the whole organization; it opens nothing else, unless it was given a grant.',
    workspace:
        'For production: a token of the workspace, which depends on no person. It reads everything there, and does what its policy gives.',
};

const columns = [
    { label: 'Opens', cell: (token: ServiceAccessToken) => <Opens token={token} /> },
];

export function ServiceTokensSection() {
    const paths = usePaths();
    const [params] = useSearchParams();
    const level = params.get('level') === 'workspace' ? 'workspace' : 'organization';
    const tokens = useServiceTokens();
    const rotate = useAccessWrite('POST /v2/service-access-tokens/{id}/rotate', key);
    const remove = useAccessWrite('DELETE /v2/service-access-tokens/{id}', key);
    const [isGenerating, generate] = useDisclosure(false);
    const [rotating, setRotating] = useState<ServiceAccessToken | null>(null);
    const [leaving, setLeaving] = useState<ServiceAccessToken | null>(null);
    return (
        <>
            <TabLinks
                label="Level"
                current={level}
                tabs={[
                    { id: 'organization', label: 'Organization', href: paths.serviceTokens },
                    {
                        id: 'workspace',
                        label: 'Workspace',
                        href: `${paths.serviceTokens}?level=workspace`,
                    },
                ]}
            />
            <Section
                title="Service Access Tokens"
                lead={leads[level]}
                isFlush
                actions={
                    <Button leftSection={<Icon name="plus" />} onClick={generate.open}>
                        Generate new token
                    </Button>
                }
            >
                <Loading queries={[tokens]}>
                    {(list) => {
                        const shown = list.filter((token) => token.level === level);
                        return shown.length === 0 ? (
                            <EmptyState icon="key" title="No tokens yet">
                                Generate one for what runs without a person.
                            </EmptyState>
                        ) : (
                            <TokenTable
                                tokens={shown}
                                columns={columns}
                                hrefOf={({ id }) => paths.serviceToken(id)}
                                endLabel="Delete"
                                onEnd={setLeaving}
                                onRotate={setRotating}
                            />
                        );
                    }}
                </Loading>
            </Section>
            <GenerateDialog level={level} isOpen={isGenerating} onClose={generate.close} />
            {rotating && (
                <RotateDialog
                    name={rotating.name}
                    label="Service access token"
                    isOpen
                    onClose={() => setRotating(null)}
                    onRotate={(overlapDays) =>
                        rotate.mutateAsync({ path: { id: rotating.id }, body: { overlapDays } })
                    }
                />
            )}
            <EndToken
                verb="Delete"
                token={leaving}
                onClose={() => setLeaving(null)}
                onEnd={(id) => remove.mutateAsync({ path: { id } })}
            />
        </>
    );
}
