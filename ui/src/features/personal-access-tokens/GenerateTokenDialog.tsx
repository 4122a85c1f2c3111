// SPDX-License-Identifier: Apache-2.0
// Makes a token, then shows its value, this once.
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { CopyValue } from '@/components/CopyValue';
import { Icon } from '@/components/Icon';
import { GenerateTokenForm } from './GenerateTokenForm';
import { useTokenWrites } from './queries';

interface GenerateTokenDialogProps {
    isOpen: boolean;
    onClose: () => void;
}

function Value({ token, onDone }: { token: string; onDone: () => void }) {
    return (
        <Stack>
            <Alert color="brass" icon={<Icon name="warning" />} title="Copy it now">
                You will not be able to see this token again. Store it in a safe place, as you
                would a password.
            </Alert>
            <CopyValue label="Personal access token" value={token} />
            <Group justify="flex-end">
                <Button onClick={onDone}>Done</Button>
            </Group>
        </Stack>
    );
}

export function GenerateTokenDialog({ isOpen, onClose }: GenerateTokenDialogProps) {
    const { generate } = useTokenWrites();
    const token = generate.data?.token;
    return (
        <Modal
            opened={isOpen}
            onClose={onClose}
            onExitTransitionEnd={generate.reset}
            title={<Text fw={620}>{token ? 'Your new token' : 'Generate new token'}</Text>}
            size="lg"
            // The value goes only when somebody says so, not by a stray click or key.
            closeOnClickOutside={!token}
            closeOnEscape={!token}
            closeButtonProps={{ 'aria-label': 'Close' }}
        >
            {token ? (
                <Value token={token} onDone={onClose} />
            ) : (
                <GenerateTokenForm
                    error={generate.error}
                    isBusy={generate.isPending}
                    onSubmit={(form) => generate.mutate(form)}
                />
            )}
        </Modal>
    );
}
