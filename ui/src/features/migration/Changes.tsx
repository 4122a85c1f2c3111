// SPDX-License-Identifier: Apache-2.0
// Rights that somebody, or a token, loses or gains.
import { Text } from '@mantine/core';
import { rightLabel } from '@/api/policy';
import type { RightChange } from '@/api/schema';

const organizationLabels: Record<string, string> = {
    'organization.scim': 'SCIM',
    'organization.auditLogs': 'Audit Logs API',
};

function label({ right, isPartial }: RightChange): string {
    return `${organizationLabels[right] ?? rightLabel(right)}${isPartial ? ' (for some)' : ''}`;
}

export function Changes({ word, changes }: { word: string; changes: readonly RightChange[] }) {
    if (changes.length === 0) return null;
    return (
        <Text size="xs" c="dimmed">
            {word}: {changes.map(label).join(', ')}
        </Text>
    );
}
