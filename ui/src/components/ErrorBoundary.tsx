// SPDX-License-Identifier: Apache-2.0
// Keeps a mistake in one page from blanking the whole dashboard.
import { Button, Container, Group, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';

interface State {
    error: Error | null;
}

interface ErrorBoundaryProps {
    children: ReactNode;
    place?: string; // going to another one clears the error
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
    override state: State = { error: null };

    static getDerivedStateFromError(error: unknown): State {
        return { error: error instanceof Error ? error : new Error(String(error)) };
    }

    override componentDidUpdate(before: ErrorBoundaryProps) {
        if (this.state.error && before.place !== this.props.place)
            this.setState({ error: null });
    }

    override render() {
        const { error } = this.state;
        if (!error) return this.props.children;
        return (
            <Container size="xs" py={64} role="alert">
                <Title order={1} mb="xs">
                    This page broke
                </Title>
                <Text c="dimmed" mb="md">
                    Your data is not affected. Load the page again; if that does not help, this
                    is what happened: {error.message}
                </Text>
                <Group>
                    <Button onClick={() => window.location.reload()}>Load again</Button>
                    <Button variant="default" component="a" href="/">
                        Go to Connections
                    </Button>
                </Group>
            </Container>
        );
    }
}
