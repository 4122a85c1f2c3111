// SPDX-License-Identifier: Apache-2.0
// Asks for the password again before what weighs much. Calls that wait for it go on together.
import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { useClient } from '@/api/context';
import { useSession } from '@/api/session';
import { Problem } from '@/components/Problem';

export class Confirmation {
    onChange?: (isAsking: boolean) => void;
    private waiting: ((isGiven: boolean) => void)[] = [];

    ask(): Promise<boolean> {
        return new Promise((resolve) => {
            this.waiting.push(resolve);
            this.onChange?.(true);
        });
    }

    settle(isGiven: boolean): void {
        const waiting = this.waiting;
        this.waiting = [];
        this.onChange?.(false);
        for (const resolve of waiting) resolve(isGiven);
    }
}

function PasswordForm({ onDone }: { onDone: (isGiven: boolean) => void }) {
    const client = useClient();
    const { data: session } = useSession();
    const [password, setPassword] = useState('');
    const confirm = useMutation({
        mutationFn: () => client.call('POST /v2/session/confirm', { body: { password } }),
        onSuccess: () => onDone(true),
    });
    const submit = (event: FormEvent) => {
        event.preventDefault();
        event.stopPropagation();
        confirm.mutate();
    };
    return (
        <form onSubmit={submit}>
            <Stack>
                <Text size="sm">
                    This weighs more than most: please give your password again.
                </Text>
                <input
                    type="email"
                    autoComplete="username"
                    value={session?.user.email ?? ''}
                    readOnly
                    hidden
                />
                <PasswordInput
                    label="Your password"
                    autoComplete="current-password"
                    data-autofocus
                    required
                    withAsterisk={false}
                    value={password}
                    onChange={(event) => setPassword(event.currentTarget.value)}
                />
                {confirm.error && <Problem error={confirm.error} />}
                <Group justify="flex-end">
                    <Button variant="default" onClick={() => onDone(false)}>
                        Cancel
                    </Button>
                    <Button type="submit" loading={confirm.isPending} disabled={!password}>
                        Continue
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}

export function ConfirmationDialog({ confirmation }: { confirmation: Confirmation }) {
    const [isAsking, setAsking] = useState(false);
    useEffect(() => {
        confirmation.onChange = setAsking;
        return () => {
            confirmation.onChange = undefined;
        };
    }, [confirmation]);
    return (
        <Modal
            opened={isAsking}
            onClose={() => confirmation.settle(false)}
            title={<Text fw={620}>Is it you?</Text>}
            zIndex={400} // over the dialogue that asked
        >
            <PasswordForm onDone={(isGiven) => confirmation.settle(isGiven)} />
        </Modal>
    );
}
