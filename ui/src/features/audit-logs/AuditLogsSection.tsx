// SPDX-License-Identifier: Apache-2.0
// The audit log of the organization, with filters that stand in the address.
import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useSession } from '@/api/session';
import { AuditTable } from '@/components/audit/AuditTable';
import { targetTypes } from '@/components/audit/words';
import { Section } from '@/components/Section';
import { sinceOptions, startOf } from './since';

const names = ['workspace', 'type', 'action', 'since'] as const;
type Name = (typeof names)[number];
type Texts = Record<Name, string>;

function useFilterTexts(): [Texts, (name: Name, text: string) => void] {
    const [params, setParams] = useSearchParams();
    const texts = Object.fromEntries(
        names.map((name) => [name, params.get(name) ?? '']),
    ) as Texts;
    const set = (name: Name, text: string) =>
        setParams(
            (before) => {
                const next = new URLSearchParams(before);
                if (text) next.set(name, text);
                else next.delete(name);
                return next;
            },
            { replace: true },
        );
    return [texts, set];
}

export function AuditLogsSection() {
    const { data: session } = useSession();
    const [texts, set] = useFilterTexts();
    const [action] = useDebouncedValue(texts.action, 300);
    // A moment per choice, not per rendering: it is part of the query's key.
    const createdAfter = useMemo(() => startOf(texts.since, Date.now()), [texts.since]);
    const choose = (name: Name, label: string, options: { value: string; label: string }[]) => (
        <NativeSelect
            label={label}
            data={options}
            value={texts[name]}
            onChange={(event) => set(name, event.currentTarget.value)}
        />
    );
    return (
        <Section
            title="Audit Logs"
            lead="Who did what, when and from where. Entries are chained by hashes; none can be changed unnoticed."
            isFlush
        >
            <Group px={24} pb="md" align="flex-end" gap="sm">
                {choose('workspace', 'Workspace', [
                    { value: '', label: 'Whole organization' },
                    ...(session?.workspaces ?? []).map(({ id, name }) => ({
                        value: id,
                        label: name,
                    })),
                ])}
                {choose('type', 'Type', [
                    { value: '', label: 'All types' },
                    ...Object.entries(targetTypes).map(([value, label]) => ({ value, label })),
                ])}
                {choose('since', 'When', sinceOptions)}
                <TextInput
                    label="Action"
                    placeholder="created"
                    value={texts.action}
                    onChange={(event) => set('action', event.currentTarget.value)}
                />
            </Group>
            <AuditTable
                filter={{
                    workspace_id: texts.workspace || undefined,
                    target_type: texts.type || undefined,
                    action: action.trim().toLowerCase().replaceAll(' ', '_') || undefined,
                    created_after: createdAfter,
                }}
            />
        </Section>
    );
}
