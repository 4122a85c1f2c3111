// SPDX-License-Identifier: Apache-2.0
// Every token of the organization, whosever it is: find those that should not be, and end them.
import { Button, Center, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useAccessWrite, useMembers, useWorkspaces } from '@/api/access';
import { usePaths } from '@/api/paths';
import type { AccessToken } from '@/api/schema';
import { EmptyState } from '@/components/EmptyState';
import { FilterRow } from '@/components/FilterRow';
import { FilterSelect, type Option } from '@/components/FilterSelect';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { EndToken } from '@/components/token/EndToken';
import { TokenMark } from '@/components/token/TokenMark';
import { TokenTable } from '@/components/token/TokenTable';
import { scopeLabel } from '@/components/token/words';
import { useFilters } from '@/components/useFilters';
import {
    expiringOptions,
    filterNames,
    importedOptions,
    kinds,
    queryOf,
    states,
    unusedOptions,
} from './filters';
import { key, useInventory } from './queries';

const isPersonal = ({ kind }: AccessToken) => kind === 'personal_access_token';

const columns = [
    {
        label: 'Belongs to',
        cell: (token: AccessToken) => (
            <div style={{ overflowWrap: 'anywhere', minWidth: 150 }}>
                {token.owner?.email ?? 'Organization'}
                <Text size="xs" c="dimmed">
                    {isPersonal(token) ? 'Personal Access Token' : 'Service Access Token'}
                </Text>
            </div>
        ),
    },
    {
        label: 'Opens',
        cell: (token: AccessToken) => (
            <>
                {token.workspaceName ?? 'Organization'}
                {token.scope && (
                    <TokenMark color={token.scope === 'read-only' ? 'sea' : 'brass'}>
                        {scopeLabel(token.scope)}
                    </TokenMark>
                )}
            </>
        ),
    },
];

function useOptions(): { owners: Option[]; workspaces: Option[] } {
    const members = useMembers().data ?? [];
    const workspaces = useWorkspaces().data ?? [];
    return {
        owners: members.map(({ id, email }) => ({ value: id, label: email })),
        workspaces: workspaces.map(({ id, name }) => ({ value: id, label: name })),
    };
}

export function AllTokensSection() {
    const [filters, set] = useFilters(filterNames);
    const { owners, workspaces } = useOptions();
    // Moments per choice, not per rendering: they are part of the query's key.
    const chosen = JSON.stringify(filters);
    const query = useMemo(() => queryOf(JSON.parse(chosen), Date.now()), [chosen]);
    const inventory = useInventory(query);
    const revoke = useAccessWrite(
        'DELETE /v2/access-tokens/{id}',
        key,
        'personal-access-tokens',
        'service-access-tokens',
    );
    const [leaving, setLeaving] = useState<AccessToken | null>(null);
    const paths = usePaths();
    const select = (
        name: (typeof filterNames)[number],
        label: string,
        all: string,
        options: readonly Option[],
    ) => (
        <FilterSelect
            {...{ label, all, options }}
            value={filters[name]}
            onChange={(value) => set(name, value)}
        />
    );
    return (
        <Section
            title="All Tokens"
            lead="Every token of the organization. What a personal one may do, its owner's rights decide."
            isFlush
        >
            <FilterRow>
                {select('kind', 'Kind', 'Both kinds', kinds)}
                {select('owner', 'Owner', 'Anybody', owners)}
                {select('workspaceId', 'Workspace', 'Any', workspaces)}
                {select('state', 'State', 'Any', states)}
                {select('unused', 'Last used', 'Any time', unusedOptions)}
                {select('expiring', 'Expires', 'Any time', expiringOptions)}
                {select('imported', 'Came from', 'Anywhere', importedOptions)}
            </FilterRow>
            <Loading queries={[inventory]}>
                {({ pages }) => {
                    const tokens = pages.flatMap(({ data }) => data);
                    if (tokens.length === 0)
                        return (
                            <EmptyState icon="key" title="No tokens">
                                None fits what was chosen.
                            </EmptyState>
                        );
                    return (
                        <>
                            <Text size="sm" c="dimmed" px={24} pb="xs">
                                {pages[0]?.paging.total === 1
                                    ? '1 token'
                                    : `${pages[0]?.paging.total} tokens`}
                            </Text>
                            <TokenTable
                                tokens={tokens}
                                columns={columns}
                                hrefOf={(token) =>
                                    isPersonal(token) ? undefined : paths.serviceToken(token.id)
                                }
                                endLabel="Revoke"
                                onEnd={setLeaving}
                            />
                            {inventory.hasNextPage && (
                                <Center p="md">
                                    <Button
                                        variant="default"
                                        loading={inventory.isFetchingNextPage}
                                        onClick={() => void inventory.fetchNextPage()}
                                    >
                                        More tokens
                                    </Button>
                                </Center>
                            )}
                        </>
                    );
                }}
            </Loading>
            <EndToken
                verb="Revoke"
                token={leaving}
                onClose={() => setLeaving(null)}
                onEnd={(id) => revoke.mutateAsync({ path: { id } })}
            />
        </Section>
    );
}
