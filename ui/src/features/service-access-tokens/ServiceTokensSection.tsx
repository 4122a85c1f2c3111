// SPDX-License-Identifier: Apache-2.0
// Service access tokens, of the organization or of workspaces: make, rotate, delete.
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useAccessWrite } from '@/api/access';
import { usePaths } from '@/api/paths';
import type { ServiceAccessToken, ServiceTokenLevel } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { TabLinks } from '@/components/TabLinks';
import { RotateDialog } from '@/components/token/RotateDialog';
import { GenerateDialog } from './GenerateDialog';
import { key, useServiceTokens } from './queries';
import { ServiceTokenTable } from './ServiceTokenTable';

const leads: Record<ServiceTokenLevel, string> = {
    organization:
        'For SCIM, audit logs and usage of the whole organization; it opens nothing else.',
    workspace:
        'For production: a token of the workspace, which depends on no person. It reads everything there, and does what its policy gives.',
};

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
                            <ServiceTokenTable
                                tokens={shown}
                                onRotate={setRotating}
                                onDelete={setLeaving}
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
            <Confirm
                title={`Delete ${leaving?.name ?? ''}?`}
                confirmLabel="Yes, delete"
                isOpen={leaving !== null}
                onClose={() => setLeaving(null)}
                onConfirm={() =>
                    leaving
                        ? remove.mutateAsync({ path: { id: leaving.id } })
                        : Promise.resolve()
                }
            >
                Whatever uses this token is refused at once. This cannot be undone.
            </Confirm>
        </>
    );
}
