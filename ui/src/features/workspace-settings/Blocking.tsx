// SPDX-License-Identifier: Apache-2.0
// Names of track events that go to no destination.
import { TagsInput } from '@mantine/core';
import type { Tagged } from '@/api/resources';
import type { WorkspaceSettings } from '@/api/schema';
import { RuleForm } from './RuleForm';
import { useDraft } from './useDraft';

const NAMES_MAX = 1000;

export function Blocking({ settings }: { settings: Tagged<WorkspaceSettings> }) {
    const names = useDraft(settings.eventBlocking.events.track);
    return (
        <RuleForm
            title="Event Blocking"
            lead="Track events with these names are acknowledged and delivered to no destination. It holds for what comes in from now on."
            settings={settings}
            body={{ eventBlocking: { events: { track: names.value } } }}
            mayBeSaved={names.isChanged}
            saveLabel="Save blocked names"
            savedMessage="Blocked events were saved."
            onSaved={names.reset}
        >
            <TagsInput
                label="Blocked names"
                description="Enter adds one; capitals count"
                maxTags={NAMES_MAX}
                splitChars={[]}
                value={names.value}
                onChange={names.set}
            />
        </RuleForm>
    );
}
