// SPDX-License-Identifier: Apache-2.0
// A card with a heading: what a page is made of.
import { Group, Paper, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './Section.module.css';

interface SectionProps {
    title: string;
    lead?: ReactNode;
    actions?: ReactNode;
    children: ReactNode;
    isFlush?: boolean; // the content reaches the card's edges (tables, lists)
}

export function Section({ title, lead, actions, children, isFlush }: SectionProps) {
    const id = useId();
    return (
        <Paper component="section" className={classes.root} aria-labelledby={id}>
            <Group justify="space-between" align="flex-start" className={classes.head} gap="sm">
                <div style={{ flex: '1 1 260px', minWidth: 0 }}>
                    <Title order={2} id={id}>
                        {title}
                    </Title>
                    {lead && (
                        <Text c="dimmed" size="sm" mt={4} component="div" maw={640}>
                            {lead}
                        </Text>
                    )}
                </div>
                {actions && <Group gap="sm">{actions}</Group>}
            </Group>
            <div className={isFlush ? classes.flush : classes.body}>{children}</div>
        </Paper>
    );
}
