// SPDX-License-Identifier: Apache-2.0
// Personal access tokens: make, list, delete.
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { PersonalAccessToken } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { EndToken } from '@/components/token/EndToken';
import { RotateDialog } from '@/components/token/RotateDialog';
import { TokenTable } from '@/components/token/TokenTable';
import { GenerateTokenDialog } from './GenerateTokenDialog';
import { useTokens, useTokenWrites } from './queries';
import { TokenScopeMark } from './TokenScopeMark';

const lead =
    'For development and testing: scripts and tools act with your rights, or with fewer. ' +
    'A token stops working when you leave the organization, and weakens when you lose rights.';

const columns = [
    { label: 'Workspace', cell: (token: PersonalAccessToken) => token.workspaceName },
    {
        label: 'Scope',
        cell: (token: PersonalAccessToken) => <TokenScopeMark token={token} />,
    },
];

export function TokensSection() {
    const tokens = useTokens();
    const { rotate, remove, revokeAll } = useTokenWrites();
    const [isGenerating, generate] = useDisclosure(false);
    const [isRevoking, revoke] = useDisclosure(false);
    const [rotating, setRotating] = useState<PersonalAccessToken | null>(null);
    const [leaving, setLeaving] = useState<PersonalAccessToken | null>(null);
    const count = tokens.data?.length ?? 0;
    const revokeThem = async () => {
        const { revoked } = await revokeAll.mutateAsync();
        notifications.show({
            message: revoked === 1 ? '1 token was revoked.' : `${revoked} tokens were revoked.`,
        });
    };
    return (
        <Section
            title="Personal Access Tokens"
            lead={lead}
            isFlush
            actions={
                <>
                    <Button leftSection={<Icon name="plus" />} onClick={generate.open}>
                        Generate new token
                    </Button>
                    <Button
                        variant="default"
                        onClick={revoke.open}
                        disabled={count === 0}
                        c={count === 0 ? undefined : 'red'}
                    >
                        Revoke all
                    </Button>
                </>
            }
        >
            <Loading queries={[tokens]}>
                {(list) =>
                    list.length === 0 ? (
                        <EmptyState icon="key" title="No tokens yet">
                            Generate one to use the API from a script, Terraform or Airflow.
                        </EmptyState>
                    ) : (
                        <TokenTable
                            tokens={list}
                            columns={columns}
                            endLabel="Delete"
                            onEnd={setLeaving}
                            onRotate={setRotating}
                            mayRotate={({ scope }) => scope !== 'admin'}
                        />
                    )
                }
            </Loading>
            {rotating && (
                <RotateDialog
                    name={rotating.name}
                    label="Personal access token"
                    isOpen
                    onClose={() => setRotating(null)}
                    onRotate={(overlapDays) =>
                        rotate.mutateAsync({ id: rotating.id, overlapDays })
                    }
                />
            )}
            <GenerateTokenDialog isOpen={isGenerating} onClose={generate.close} />
            <EndToken
                verb="Delete"
                token={leaving}
                onClose={() => setLeaving(null)}
                onEnd={(id) => remove.mutateAsync(id)}
            />
            <Confirm
                title="Revoke all tokens?"
                confirmLabel="Yes, revoke all"
                isOpen={isRevoking}
                onClose={revoke.close}
                onConfirm={revokeThem}
            >
                {count === 1 ? 'Your token' : `All ${count} of your tokens`}, in every
                workspace, will be refused at once. This cannot be undone.
            </Confirm>
        </Section>
    );
}
