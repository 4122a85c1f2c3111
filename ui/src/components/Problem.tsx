// SPDX-License-Identifier: Apache-2.0
// A failed call, in words, with a way to try again.
import { Alert, Button, Text } from '@mantine/core';
import { ApiError, messageOf } from '@/api/error';
import { Icon } from './Icon';

interface ProblemProps {
    error: unknown;
    title?: string;
    onRetry?: () => void;
}

export function Problem({ error, title, onRetry }: ProblemProps) {
    const isOffline = error instanceof ApiError && error.isOffline;
    return (
        <Alert
            color={isOffline ? 'brass' : 'red'}
            variant="light"
            radius="md"
            icon={<Icon name="warning" />}
            title={title ?? (isOffline ? 'No connection' : 'That did not work')}
            role="alert"
        >
            <Text size="sm">{messageOf(error)}</Text>
            {onRetry && (
                <Button mt="sm" size="compact-sm" variant="default" onClick={onRetry}>
                    Try again
                </Button>
            )}
        </Alert>
    );
}
