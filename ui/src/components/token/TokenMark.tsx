// SPDX-License-Identifier: Apache-2.0
// A word or two about a token, as a coloured label.
import { Badge, Tooltip } from '@mantine/core';

interface TokenMarkProps {
    children: string;
    color?: 'sea' | 'brass' | 'gray';
    hint?: string;
}

export function TokenMark({ children, color = 'gray', hint }: TokenMarkProps) {
    const badge = (
        <Badge variant="light" color={color} tt="none" fw={560} w="max-content" maw="none">
            {children}
        </Badge>
    );
    return hint ? (
        <Tooltip label={hint} multiline maw={320}>
            <span tabIndex={0}>{badge}</span>
        </Tooltip>
    ) : (
        badge
    );
}
