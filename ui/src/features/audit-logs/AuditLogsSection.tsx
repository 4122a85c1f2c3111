// SPDX-License-Identifier: Apache-2.0
// The audit log of the organization, with filters that stand in the address.
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { useMembers } from '@/api/access';
import { useSession } from '@/api/session';
import { AuditTable } from '@/components/audit/AuditTable';
import { actionsOf, targetTypes, wordsOf } from '@/components/audit/words';
import { FilterRow } from '@/components/FilterRow';
import { FilterSelect, type Option } from '@/components/FilterSelect';
import { Section } from '@/components/Section';
import { useFilters } from '@/components/useFilters';
import { sinceOptions, startOf } from './since';

const names = ['workspace', 'user', 'type', 'target', 'action', 'since'] as const;
type Name = (typeof names)[number];

const personOption = ({ id, email }: { id: string; email: string }) => ({
    value: id,
    label: email,
});

export function AuditLogsSection() {
    const { data: session } = useSession();
    const workspaces = (session?.workspaces ?? []).map(({ id, name }) => ({
        value: id,
        label: name,
    }));
    const [texts, set] = useFilters(names);
    const members = useMembers().data ?? [];
    const [target] = useDebouncedValue(texts.target.trim(), 300);
    // A moment per choice, not per rendering: it is part of the query's key.
    const createdAfter = useMemo(() => startOf(texts.since, Date.now()), [texts.since]);
    // A chosen one stays among them, whatever type is chosen afterwards.
    const actions = [...new Set([...actionsOf(texts.type), texts.action].filter(Boolean))].map(
        (value) => ({ value, label: wordsOf(value) }),
    );
    const choose = (name: Name, label: string, all: string, options: readonly Option[]) => (
        <FilterSelect
            {...{ label, all, options }}
            value={texts[name]}
            onChange={(value) => set(name, value)}
        />
    );
    return (
        <Section
            title="Audit Logs"
            lead="Who did what, when and from where. Entries are chained by hashes; none can be changed unnoticed."
            isFlush
        >
            <FilterRow>
                {choose('user', 'User', 'Anybody', members.map(personOption))}
                {choose('action', 'Action', 'Any action', actions)}
                {choose('type', 'Target', 'All types', targetTypes)}
                {choose('workspace', 'Workspace', 'All', workspaces)}
                {choose('since', 'When', 'Any time', sinceOptions)}
                <TextInput
                    label="Target ID"
                    placeholder="Any"
                    spellCheck={false}
                    value={texts.target}
                    onChange={(event) => set('target', event.currentTarget.value)}
                />
            </FilterRow>
            <AuditTable
                filter={{
                    workspace_id: texts.workspace || undefined,
                    target_type: texts.type || undefined,
                    action: texts.action || undefined,
                    actor_id: texts.user || undefined,
                    target_id: target || undefined,
                    created_after: createdAfter,
                }}
            />
        </Section>
    );
}
