// SPDX-License-Identifier: Apache-2.0
// Whom to suppress, and for which sources.
import { Button, Group, MultiSelect, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { useSources, useWrite } from '@/api/resources';
import { Problem } from '@/components/Problem';
import { userIdsOf } from './userIds';

const USERS_MAX = 1000;

export function SuppressForm({ onDone }: { onDone: () => void }) {
    const [text, setText] = useState('');
    const [sourceIds, setSourceIds] = useState<string[]>([]);
    const sources = useSources().data ?? [];
    const create = useWrite('POST /v2/regulations', ['regulations']);
    const ids = userIdsOf(text);
    const submit = (event: FormEvent) => {
        event.preventDefault();
        create.mutate(
            {
                body: {
                    regulationType: 'suppress',
                    users: ids.map((userId) => ({ userId })),
                    sourceIds,
                },
            },
            {
                onSuccess: (made) => {
                    onDone();
                    notifications.show({
                        message:
                            made.length === 1
                                ? 'The user is suppressed.'
                                : `${made.length} users are suppressed.`,
                    });
                },
            },
        );
    };
    return (
        <form onSubmit={submit} noValidate>
            <Stack>
                <Textarea
                    label="User IDs"
                    description="One in a line, as events bear them in userId"
                    required
                    autosize
                    minRows={3}
                    maxRows={10}
                    spellCheck={false}
                    data-autofocus
                    value={text}
                    error={ids.length > USERS_MAX && `At most ${USERS_MAX} at once`}
                    onChange={(event) => setText(event.currentTarget.value)}
                />
                <MultiSelect
                    label="Sources"
                    description="Those to come are among them while none is chosen"
                    placeholder={sourceIds.length === 0 ? 'Every source' : undefined}
                    searchable
                    data={sources.map(({ id, name }) => ({ value: id, label: name }))}
                    value={sourceIds}
                    onChange={setSourceIds}
                />
                <Text size="sm" c="dimmed">
                    Their events are answered as ever, and not stored. Stored ones that wait to
                    be delivered are dropped. What was delivered before stays where it is.
                </Text>
                {create.error && <Problem error={create.error} />}
                <Group justify="flex-end">
                    <Button
                        type="submit"
                        loading={create.isPending}
                        disabled={ids.length === 0 || ids.length > USERS_MAX}
                    >
                        Suppress
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
