// SPDX-License-Identifier: Apache-2.0
// What a new token is called, and what it may do where.
import { Anchor, Button, Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import { useWorkspace } from '@/api/context';
import { ApiError } from '@/api/error';
import { usePaths } from '@/api/paths';
import { useIsAdmin } from '@/api/rights';
import type { PersonalAccessTokenCreate, Policy, TokenScope } from '@/api/schema';
import { useSession } from '@/api/session';
import { Problem } from '@/components/Problem';
import { allowedIpsOf, expiryOf } from '@/components/token/limits';
import { TokenComparison } from '@/components/token/TokenComparison';
import { TokenLimits } from '@/components/token/TokenLimits';
import { scopeLabel } from '@/components/token/words';
import { Narrowing } from './Narrowing';
import { ReadsOnlyNow } from './ReadsOnlyNow';

interface GenerateTokenFormProps {
    error: Error | null;
    isBusy: boolean;
    onSubmit: (form: PersonalAccessTokenCreate) => void;
}

const shownAtFields = ['name', 'workspaceId', 'scope', 'policy', 'expiresAt', 'allowedIps'];
const scopes: readonly TokenScope[] = ['read-only', 'read-write'];
const scopeHints: Record<TokenScope, string> = {
    'read-only': 'See everything you may see; change nothing.',
    'read-write': 'Everything you may do in this workspace.',
};

export function GenerateTokenForm({ error, isBusy, onSubmit }: GenerateTokenFormProps) {
    const here = useWorkspace();
    const { data: session } = useSession();
    const [name, setName] = useState('');
    const [workspaceId, setWorkspaceId] = useState(here.id);
    const [scope, setScope] = useState<TokenScope>('read-only');
    const [policy, setPolicy] = useState<Policy>();
    const [limits, setLimits] = useState({ days: '', allowedIps: '' });
    const paths = usePaths();
    const isAdmin = useIsAdmin();
    const details = error instanceof ApiError ? error.details : {};
    const isShownAtField = shownAtFields.some((name) => details[name] !== undefined);
    const submit = (event: FormEvent) => {
        event.preventDefault();
        const expiresAt = expiryOf(limits.days, Date.now());
        const allowedIps = allowedIpsOf(limits.allowedIps);
        onSubmit({
            name: name.trim(),
            workspaceId,
            scope,
            ...(policy && { policy }),
            ...(expiresAt && { expiresAt }),
            ...(allowedIps.length > 0 && { allowedIps }),
        });
    };
    return (
        <form onSubmit={submit}>
            <Stack gap="lg">
                <TokenComparison>
                    For development and testing. The token stops when its owner leaves the
                    organization or loses the rights it needs. For production,{' '}
                    {isAdmin ? (
                        <>
                            make a{' '}
                            <Anchor component={Link} href={paths.serviceTokens} size="sm">
                                Service Access Token
                            </Anchor>
                            .
                        </>
                    ) : (
                        'ask an Admin of your organization for a Service Access Token.'
                    )}
                </TokenComparison>
                <TextInput
                    label="Token name"
                    placeholder="What will use it?"
                    required
                    data-autofocus
                    autoComplete="off"
                    maxLength={128}
                    value={name}
                    error={details.name}
                    onChange={(event) => setName(event.currentTarget.value)}
                />
                <NativeSelect
                    label="Workspace"
                    data={(session?.workspaces ?? [here]).map((workspace) => ({
                        value: workspace.id,
                        label: workspace.name,
                    }))}
                    value={workspaceId}
                    error={details.workspaceId}
                    onChange={(event) => {
                        setWorkspaceId(event.currentTarget.value);
                        setPolicy(undefined); // its ids mean nothing elsewhere
                    }}
                />
                <Radio.Group
                    label="Scope"
                    value={scope}
                    error={details.scope}
                    onChange={(value) => setScope(value as TokenScope)}
                >
                    <Stack gap="sm" mt="xs">
                        {scopes.map((value) => (
                            <Radio
                                key={value}
                                value={value}
                                label={scopeLabel(value)}
                                description={scopeHints[value]}
                            />
                        ))}
                    </Stack>
                </Radio.Group>
                {scope === 'read-write' && <ReadsOnlyNow workspaceId={workspaceId} />}
                <Narrowing
                    key={workspaceId}
                    workspaceId={workspaceId}
                    policy={policy}
                    error={details.policy}
                    onChange={setPolicy}
                />
                <TokenLimits texts={limits} errors={details} onChange={setLimits} />
                {error && !isShownAtField && <Problem error={error} />}
                <Group justify="flex-end">
                    <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
                        Generate
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
