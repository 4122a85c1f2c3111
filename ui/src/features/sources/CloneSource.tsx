// SPDX-License-Identifier: Apache-2.0
// Makes a source like one that exists, with a write key of its own.
import { Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useLocation } from 'wouter';
import { usePaths } from '@/api/paths';
import { useWrite } from '@/api/resources';
import type { Source } from '@/api/schema';
import { NameForm } from '@/components/NameForm';

interface CloneSourceProps {
    source: Source;
    isOpen: boolean;
    onClose: () => void;
}

export function CloneSource({ source, isOpen, onClose }: CloneSourceProps) {
    const paths = usePaths();
    const [, navigate] = useLocation();
    const create = useWrite('POST /v2/sources', ['sources']);
    const clone = async (name: string) => {
        const { type, enabled, config, geoEnrichmentEnabled, transient } = source;
        const made = await create.mutateAsync({
            body: { name, type, enabled, config, geoEnrichmentEnabled, transient },
        });
        onClose();
        navigate(paths.source(made.source.id));
        notifications.show({ message: `${name} was made.` });
    };
    return (
        <Modal
            opened={isOpen}
            onClose={onClose}
            title={<Text fw={620}>Clone {source.name}</Text>}
            closeButtonProps={{ 'aria-label': 'Close' }}
        >
            <Stack>
                <Text size="sm">
                    The clone has the same settings, a write key and an id of its own, and no
                    connections.
                </Text>
                <NameForm
                    label="Name of the clone"
                    name={`${source.name} (clone)`}
                    submitLabel="Clone"
                    onSave={clone}
                />
            </Stack>
        </Modal>
    );
}
