// SPDX-License-Identifier: Apache-2.0
// The frame of pages one sees before being signed in.
import { Paper, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './FrontPage.module.css';
import { Logo } from './Logo';

interface FrontPageProps {
    title: string;
    lead: ReactNode;
    children: ReactNode;
}

export function FrontPage({ title, lead, children }: FrontPageProps) {
    useDocumentTitle(`${title} · Pintle`);
    return (
        <main className={classes.root}>
            <div className={classes.column}>
                <Logo />
                <Paper className={classes.card}>
                    <Title order={1} mb={6}>
                        {title}
                    </Title>
                    <Text c="dimmed" size="sm" mb="lg">
                        {lead}
                    </Text>
                    {children}
                </Paper>
            </div>
        </main>
    );
}
