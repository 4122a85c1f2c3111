// SPDX-License-Identifier: Apache-2.0
// The live view of a source or destination: updates by itself, each event opens on click.
import { Badge, Button, Group, Loader, Text } from '@mantine/core';
import { useState } from 'react';
import { useLiveEvents, type LiveState } from '@/api/live';
import { EmptyState } from './EmptyState';
import { Icon } from './Icon';
import { LiveEventRow } from './LiveEventRow';
import classes from './LiveEvents.module.css';
import { Section } from './Section';

interface LiveEventsProps {
    url: string;
    lead: string;
    emptyHint: string; // what to do so that something shows up
}

const statusTexts: Record<LiveState['status'], string> = {
    connecting: 'Connecting…',
    open: 'Live',
    lost: 'Reconnecting…',
    ended: 'Not connected',
};

function StatusBadge({ state }: { state: LiveState }) {
    const isLive = state.status === 'open' && !state.isPaused;
    return (
        <Badge
            variant="light"
            color={isLive ? 'sea' : 'gray'}
            size="lg"
            tt="none"
            fw={560}
            leftSection={<span className={classes.pulse} data-live={isLive} />}
            role="status"
        >
            {state.isPaused ? 'Paused' : statusTexts[state.status]}
        </Badge>
    );
}

export function LiveEvents({ url, lead, emptyHint }: LiveEventsProps) {
    const [attempt, setAttempt] = useState(0);
    const [state, dispatch] = useLiveEvents(url, attempt);
    const toggle = (
        <Button
            variant="default"
            size="sm"
            leftSection={<Icon name={state.isPaused ? 'play' : 'pause'} size={16} />}
            onClick={() => dispatch({ type: state.isPaused ? 'resume' : 'pause' })}
        >
            {state.isPaused
                ? state.waiting.length > 0
                    ? `Resume (${state.waiting.length} new)`
                    : 'Resume'
                : 'Pause'}
        </Button>
    );
    return (
        <Section
            title="Live events"
            lead={lead}
            isFlush
            actions={
                <>
                    <StatusBadge state={state} />
                    {state.status === 'ended' ? (
                        <Button variant="default" onClick={() => setAttempt(attempt + 1)}>
                            Connect again
                        </Button>
                    ) : (
                        toggle
                    )}
                </>
            }
        >
            {state.status === 'ended' && (
                <Text size="sm" c="dimmed" px="lg" pb="md" role="alert">
                    The server ended the live view. It may be stopping, or you may not have the
                    right to see events.
                </Text>
            )}
            {state.shown.length > 0 ? (
                <ol className={classes.list} aria-label="Events, newest first">
                    {state.shown.map((event) => (
                        <LiveEventRow key={event.key} event={event} />
                    ))}
                </ol>
            ) : (
                <Empty state={state} hint={emptyHint} />
            )}
        </Section>
    );
}

function Empty({ state, hint }: { state: LiveState; hint: string }) {
    if (state.status === 'connecting')
        return (
            <Group justify="center" py="xl">
                <Loader type="dots" aria-label="Connecting" />
            </Group>
        );
    return (
        <EmptyState icon="play" title="No events yet">
            {hint}
        </EmptyState>
    );
}
