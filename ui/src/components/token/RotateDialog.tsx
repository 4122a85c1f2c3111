// SPDX-License-Identifier: Apache-2.0
// A new value for a token; the old one goes on for a while, so that nothing stops meanwhile.
import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../Problem';
import { TokenValue } from './TokenValue';

const overlaps = [
    { value: '0', label: 'Stop at once' },
    { value: '1', label: 'Work for one more day' },
    { value: '7', label: 'Work for 7 more days' },
    { value: '30', label: 'Work for 30 more days' },
];

interface RotateDialogProps {
    name: string;
    label: string; // "Personal access token"
    isOpen: boolean;
    onClose: () => void;
    onRotate: (overlapDays: number) => Promise<{ token: string }>;
}

export function RotateDialog({ name, label, isOpen, onClose, onRotate }: RotateDialogProps) {
    const [days, setDays] = useState('7');
    const rotate = useMutation({ mutationFn: () => onRotate(Number(days)), gcTime: 0 });
    const token = rotate.data?.token;
    return (
        <Modal
            opened={isOpen}
            onClose={onClose}
            onExitTransitionEnd={rotate.reset}
            title={<Text fw={620}>{token ? 'Your new token' : `Rotate ${name}`}</Text>}
            size="lg"
            closeOnClickOutside={!token}
            closeOnEscape={!token}
            closeButtonProps={{ 'aria-label': 'Close' }}
        >
            {token ? (
                <TokenValue label={label} token={token} doneLabel="Done" onDone={onClose} />
            ) : (
                <Stack>
                    <Text size="sm">
                        Makes a new value with the same name, rights and expiry. Put it in the
                        old one&apos;s place before that stops.
                    </Text>
                    <NativeSelect
                        label="The old value shall"
                        data={overlaps}
                        value={days}
                        onChange={(event) => setDays(event.currentTarget.value)}
                    />
                    {rotate.error && <Problem error={rotate.error} />}
                    <Group justify="flex-end">
                        <Button variant="default" onClick={onClose}>
                            Cancel
                        </Button>
                        <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
                            Rotate
                        </Button>
                    </Group>
                </Stack>
            )}
        </Modal>
    );
}
