// SPDX-License-Identifier: Apache-2.0
// Asks before something that cannot be undone; shows why it was refused.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from './Problem';

interface ConfirmProps {
    title: string;
    children: ReactNode;
    confirmLabel: string; // "Yes, delete"
    isOpen: boolean;
    onClose: () => void;
    onConfirm: () => Promise<unknown>; // the dialogue closes when it succeeds
}

export function Confirm({
    title,
    children,
    confirmLabel,
    isOpen,
    onClose,
    onConfirm,
}: ConfirmProps) {
    const action = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
    const close = () => {
        action.reset();
        onClose();
    };
    return (
        <Modal opened={isOpen} onClose={close} title={<Text fw={620}>{title}</Text>}>
            <Stack>
                <Text size="sm" component="div">
                    {children}
                </Text>
                {action.error && <Problem error={action.error} />}
                <Group justify="flex-end">
                    <Button variant="default" onClick={close} data-autofocus>
                        Cancel
                    </Button>
                    <Button
                        color="red"
                        loading={action.isPending}
                        onClick={() => action.mutate()}
                    >
                        {confirmLabel}
                    </Button>
                </Group>
            </Stack>
        </Modal>
    );
}
