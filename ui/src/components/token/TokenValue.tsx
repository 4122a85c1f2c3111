// SPDX-License-Identifier: Apache-2.0
// The value of a token that was just made, this once.
import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyValue } from '../CopyValue';
import { Icon } from '../Icon';

interface TokenValueProps {
    label: string; // "Personal access token"
    token: string;
    doneLabel: string;
    onDone: () => void;
    children?: ReactNode; // what is to be known about it
}

export function TokenValue({ label, token, doneLabel, onDone, children }: TokenValueProps) {
    return (
        <Stack>
            <Alert color="brass" icon={<Icon name="warning" />} title="Copy it now">
                You will not be able to see this token again. Store it in a safe place, as you
                would a password.
            </Alert>
            <CopyValue label={label} value={token} />
            {children}
            <Group justify="flex-end">
                <Button onClick={onDone}>{doneLabel}</Button>
            </Group>
        </Stack>
    );
}
