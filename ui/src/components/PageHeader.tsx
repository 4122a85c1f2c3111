// SPDX-License-Identifier: Apache-2.0
// The top of a page: where one is, its title, what one can do.
import { Anchor, Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from './Icon';

interface PageHeaderProps {
    title: string;
    lead?: ReactNode;
    mark?: ReactNode; // left of the title
    back?: { label: string; href: string };
    children?: ReactNode; // actions, at the right
}

export function PageHeader({ title, lead, mark, back, children }: PageHeaderProps) {
    useDocumentTitle(`${title} · Pintle`);
    return (
        <header style={{ marginBottom: 24 }}>
            {back && (
                <Anchor
                    component={Link}
                    href={back.href}
                    size="sm"
                    c="dimmed"
                    mb={10}
                    display="inline-flex"
                    style={{ alignItems: 'center', gap: 6 }}
                >
                    <Icon name="back" size={15} />
                    {back.label}
                </Anchor>
            )}
            <Group justify="space-between" align="flex-start" gap="md">
                <Group gap="md" wrap="nowrap" style={{ minWidth: 0 }}>
                    {mark}
                    <div style={{ minWidth: 0 }}>
                        <Title order={1} style={{ overflowWrap: 'anywhere' }}>
                            {title}
                        </Title>
                        {lead && (
                            <Text c="dimmed" size="sm" mt={2} component="div">
                                {lead}
                            </Text>
                        )}
                    </div>
                </Group>
                {children && <Group gap="sm">{children}</Group>}
            </Group>
        </header>
    );
}
