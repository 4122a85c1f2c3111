// SPDX-License-Identifier: Apache-2.0
// Nothing here yet: says what belongs here and what to do next.
import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';

interface EmptyStateProps {
    icon: IconName;
    title: string;
    children: ReactNode; // a sentence or two
    action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
    return (
        <Stack align="center" gap="xs" py={44} px="md" ta="center">
            <ThemeIcon size={52} radius="xl" variant="light" color="sea" mb={4}>
                <Icon name={icon} size={26} />
            </ThemeIcon>
            <Title order={2} size="h3">
                {title}
            </Title>
            <Text c="dimmed" maw={440} size="sm">
                {children}
            </Text>
            {action && <div style={{ marginTop: 10 }}>{action}</div>}
        </Stack>
    );
}
