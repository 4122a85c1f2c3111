// SPDX-License-Identifier: Apache-2.0
// Makes a token, then shows its value, this once.
import { Alert, Modal, Text } from '@mantine/core';
import { Icon } from '@/components/Icon';
import { TokenValue } from '@/components/token/TokenValue';
import { GenerateTokenForm } from './GenerateTokenForm';
import { useTokenWrites } from './queries';

interface GenerateTokenDialogProps {
    isOpen: boolean;
    onClose: () => void;
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
            size={token ? 'lg' : 'xl'}
            // The value goes only when somebody says so, not by a stray click or key.
            closeOnClickOutside={!token}
            closeOnEscape={!token}
            closeButtonProps={{ 'aria-label': 'Close' }}
        >
            {token ? (
                <TokenValue
                    label="Personal access token"
                    token={token}
                    doneLabel="Done"
                    onDone={onClose}
                >
                    {generate.data?.scope !== generate.data?.effectiveScope && (
                        <Alert color="brass" icon={<Icon name="warning" />}>
                            This token can only read now: your own rights in the workspace allow
                            no more.
                        </Alert>
                    )}
                </TokenValue>
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
