// SPDX-License-Identifier: Apache-2.0
// Whether events whose messageId came before are left out, for how long, and of which sources.
import { MultiSelect, NumberInput, Switch } from '@mantine/core';
import { useSources, type Tagged } from '@/api/resources';
import type { WorkspaceSettings } from '@/api/schema';
import { RuleForm } from './RuleForm';
import { useDraft } from './useDraft';

const MINUTE = 60;
const WINDOW_MAX = 7 * 24 * 60; // minutes

interface Draft {
    enabled: boolean;
    minutes: number | string; // as it is typed
    sourceIds: string[];
}

function draftOf({ deduplication }: WorkspaceSettings): Draft {
    const { enabled, windowSeconds, sourceIds } = deduplication;
    return { enabled, minutes: windowSeconds / MINUTE, sourceIds };
}

export function Deduplication({ settings }: { settings: Tagged<WorkspaceSettings> }) {
    const draft = useDraft(draftOf(settings));
    const { enabled, minutes, sourceIds } = draft.value;
    const set = (change: Partial<Draft>) => draft.set({ ...draft.value, ...change });
    const sources = useSources().data ?? [];
    const windowSeconds = Math.round(Number(minutes) * MINUTE);
    return (
        <RuleForm
            title="Deduplication"
            lead="Apps send again what they got no answer for. With this on, an event whose messageId came before is acknowledged and not delivered a second time."
            settings={settings}
            body={{ deduplication: { enabled, windowSeconds, sourceIds } }}
            mayBeSaved={draft.isChanged && Number(minutes) > 0}
            saveLabel="Save deduplication"
            savedMessage="Deduplication was saved."
            onSaved={draft.reset}
        >
            <Switch
                label="Leave out events that came before"
                checked={enabled}
                onChange={(event) => set({ enabled: event.currentTarget.checked })}
            />
            <NumberInput
                label="Remembered for, in minutes"
                description="From when a messageId first came; at most a week"
                min={1}
                max={WINDOW_MAX}
                disabled={!enabled}
                value={minutes}
                onChange={(next) => set({ minutes: next })}
            />
            <MultiSelect
                label="Sources"
                description="Those to come are among them while none is chosen"
                placeholder={sourceIds.length === 0 ? 'Every source' : undefined}
                searchable
                disabled={!enabled}
                data={sources.map(({ id, name }) => ({ value: id, label: name }))}
                value={sourceIds}
                onChange={(next) => set({ sourceIds: next })}
            />
        </RuleForm>
    );
}
