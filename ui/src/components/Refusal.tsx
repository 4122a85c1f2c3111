// SPDX-License-Identifier: Apache-2.0
// Says why something cannot be done, and what to do first.
import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface RefusalProps {
    title: string;
    children: ReactNode;
    isOpen: boolean;
    onClose: () => void;
}

export function Refusal({ title, children, isOpen, onClose }: RefusalProps) {
    return (
        <Modal opened={isOpen} onClose={onClose} title={<Text fw={620}>{title}</Text>}>
            <Text size="sm">{children}</Text>
            <Group justify="flex-end" mt="md">
                <Button onClick={onClose} data-autofocus>
                    Close
                </Button>
            </Group>
        </Modal>
    );
}
