// SPDX-License-Identifier: Apache-2.0
// The first step to a token: name, workspace, until when and from where it works.
import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import type { ServiceTokenGrants, ServiceTokenLevel } from '@/api/schema';
import { useSession } from '@/api/session';
import { Problem } from '@/components/Problem';
import { TokenComparison } from '@/components/token/TokenComparison';
import { TokenLimits, type TokenLimitTexts } from '@/components/token/TokenLimits';
import { grantLabels } from '@/components/token/words';

export interface NameTexts extends TokenLimitTexts {
    name: string;
    workspaceId: string;
    grants: ServiceTokenGrants;
}

const grants = [
    {
        value: 'manage_members',
        hint: 'Invites and removes people, changes groups and policies: it can give rights.',
    },
    {
        value: 'manage_tokens',
        hint: 'Makes and revokes tokens of everybody, but none with grants it lacks.',
    },
];

interface NameStepProps {
    level: ServiceTokenLevel;
    texts: NameTexts;
    error: Error | null;
    isBusy: boolean;
    onChange: (texts: NameTexts) => void;
    onSubmit: () => void;
}

export function NameStep({ level, texts, error, isBusy, onChange, onSubmit }: NameStepProps) {
    const { data: session } = useSession();
    const details = error instanceof ApiError ? error.details : {};
    const workspaces = session?.workspaces ?? [];
    const submit = (event: FormEvent) => {
        event.preventDefault();
        onSubmit();
    };
    return (
        <form onSubmit={submit}>
            <Stack gap="lg">
                <TokenComparison>
                    For production: it depends on no person. For development and testing, a
                    Personal Access Token does less harm when it gets lost.
                </TokenComparison>
                <TextInput
                    label="Token name"
                    placeholder="What will use it?"
                    required
                    data-autofocus
                    autoComplete="off"
                    maxLength={128}
                    value={texts.name}
                    error={details.name}
                    onChange={(event) =>
                        onChange({ ...texts, name: event.currentTarget.value })
                    }
                />
                {level === 'workspace' && workspaces.length > 1 && (
                    <NativeSelect
                        label="Workspace"
                        data={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
                        value={texts.workspaceId}
                        error={details.workspaceId}
                        onChange={(event) =>
                            onChange({ ...texts, workspaceId: event.currentTarget.value })
                        }
                    />
                )}
                {level === 'organization' && (
                    <Checkbox.Group
                        label="Extra grants"
                        description="Without them the token opens SCIM, audit logs and usage, nothing else."
                        value={texts.grants}
                        error={details.grants}
                        onChange={(grants) =>
                            onChange({ ...texts, grants: grants as ServiceTokenGrants })
                        }
                    >
                        <Stack gap="sm" mt="sm">
                            {grants.map(({ value, hint }) => (
                                <Checkbox
                                    key={value}
                                    value={value}
                                    label={grantLabels[value]}
                                    description={hint}
                                />
                            ))}
                        </Stack>
                    </Checkbox.Group>
                )}
                <TokenLimits
                    texts={texts}
                    errors={details}
                    onChange={(limits) => onChange({ ...texts, ...limits })}
                />
                {error && <Problem error={error} />}
                <Group justify="flex-end">
                    <Button type="submit" loading={isBusy} disabled={!texts.name.trim()}>
                        {level === 'workspace' ? 'Next' : 'Generate'}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
