// SPDX-License-Identifier: Apache-2.0
// Whom to invite, as what, into which groups.
import { Button, Checkbox, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useGroups } from '@/api/access';
import type { InvitationCreate } from '@/api/schema';
import { addressesOf, isAddress } from './addresses';

interface InviteFormProps {
    isBusy: boolean;
    onSubmit: (invitations: InvitationCreate[]) => void;
}

type Role = NonNullable<InvitationCreate['role']>;

function GroupChoice(props: { chosen: string[]; onChange: (ids: string[]) => void }) {
    const { data: groups } = useGroups();
    if (!groups?.length) return null;
    return (
        <Checkbox.Group
            label="Groups"
            description="Each gives what its policies give."
            value={props.chosen}
            onChange={props.onChange}
        >
            <Stack gap="xs" mt="xs">
                {groups.map(({ id, name }) => (
                    <Checkbox key={id} value={id} label={name} />
                ))}
            </Stack>
        </Checkbox.Group>
    );
}

export function InviteForm({ isBusy, onSubmit }: InviteFormProps) {
    const [text, setText] = useState('');
    const [role, setRole] = useState<Role>('Member');
    const [groupIds, setGroupIds] = useState<string[]>([]);
    const emails = addressesOf(text);
    const wrong = emails.filter((email) => !isAddress(email));
    const submit = (event: FormEvent) => {
        event.preventDefault();
        onSubmit(
            emails.map((email) => ({
                email,
                role,
                groupIds: role === 'Member' ? groupIds : [],
            })),
        );
    };
    const count = emails.length - wrong.length;
    return (
        <form onSubmit={submit}>
            <Stack gap="lg">
                <Textarea
                    label="E-mail addresses"
                    description="Several with commas between them."
                    required
                    autosize
                    minRows={2}
                    data-autofocus
                    value={text}
                    error={
                        wrong.length > 0 && !text.endsWith(wrong.at(-1) ?? '')
                            ? `Not an e-mail address: ${wrong.join(', ')}`
                            : undefined
                    }
                    onChange={(event) => setText(event.currentTarget.value)}
                />
                <Radio.Group
                    label="Organization role"
                    value={role}
                    onChange={(value) => setRole(value as Role)}
                >
                    <Stack gap="sm" mt="xs">
                        <Radio
                            value="Member"
                            label="Member"
                            description="Sees every workspace; may do what policies give."
                        />
                        <Radio
                            value="Admin"
                            label="Admin"
                            description="May do everything in every workspace."
                        />
                    </Stack>
                </Radio.Group>
                {role === 'Member' && <GroupChoice chosen={groupIds} onChange={setGroupIds} />}
                <Text size="sm" c="dimmed">
                    Each invitation is a link that works once, for three days.
                </Text>
                <Group justify="flex-end">
                    <Button
                        type="submit"
                        loading={isBusy}
                        disabled={count === 0 || wrong.length > 0}
                    >
                        {count > 1 ? `Invite ${count} people` : 'Invite'}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
