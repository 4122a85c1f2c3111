// SPDX-License-Identifier: Apache-2.0
// What holds for all tokens and members of the organization.
import { Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useAccessWrite } from '@/api/access';
import { ApiError } from '@/api/error';
import type { OrganizationSettings } from '@/api/schema';
import { SettingsForm } from '@/components/SettingsForm';
import { RuleControl } from './RuleControl';
import { changesOf, ruleGroups } from './rules';

// Give it a key: settings that somebody else saved begin anew.
export function OrganizationRules({ settings }: { settings: OrganizationSettings }) {
    const [draft, setDraft] = useState(settings);
    const update = useAccessWrite('PUT /v2/organization', 'organization', 'members');
    const changes = changesOf(settings, draft);
    const save = useMutation({
        mutationFn: () => update.mutateAsync({ body: { settings: changes } }),
        onSuccess: () => notifications.show({ message: 'The rules were saved.' }),
    });
    const details = save.error instanceof ApiError ? save.error.details : {};
    return (
        <SettingsForm
            title="Rules"
            lead="They hold in every workspace, from the moment they are saved. Saving may ask for your password."
            right="organization"
            save={save}
            mayBeSaved={Object.keys(changes).length > 0}
            saveLabel="Save rules"
            onSave={() => save.mutate()}
            onDiscard={() => setDraft(settings)}
            gap="xl"
        >
            {ruleGroups.map(({ title, rules }) => (
                <div key={title}>
                    <Title order={3} mb="xs">
                        {title}
                    </Title>
                    {rules.map((rule) => (
                        <RuleControl
                            key={rule.label + rule.name}
                            rule={rule}
                            value={draft[rule.name]}
                            error={details[`settings.${rule.name}`]}
                            onChange={(value) => setDraft({ ...draft, [rule.name]: value })}
                        />
                    ))}
                </div>
            ))}
        </SettingsForm>
    );
}
