// SPDX-License-Identifier: Apache-2.0
// How a run or one of its tasks stands, and why it failed.
import { Badge, Text } from '@mantine/core';
import type { SourceRun } from '@/api/schema';

const states = {
    running: { label: 'Running', color: 'brass' },
    finished: { label: 'Finished', color: 'sea' },
    failed: { label: 'Failed', color: 'red' },
} as const;

interface RunStateProps {
    status: SourceRun['status'];
    error: string | null;
}

export function RunState({ status, error }: RunStateProps) {
    const { label, color } = states[status];
    return (
        <div style={{ minWidth: 140, overflowWrap: 'anywhere' }}>
            <Badge variant="light" tt="none" fw={560} color={color}>
                {label}
            </Badge>
            {error && (
                <Text size="sm" c="dimmed">
                    {error}
                </Text>
            )}
        </div>
    );
}
