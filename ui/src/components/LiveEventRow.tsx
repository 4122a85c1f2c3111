// SPDX-License-Identifier: Apache-2.0
// One event of the live view: a line, and its payload when opened.
import { Badge, Collapse, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { memo, useId } from 'react';
import type { LiveItem } from '@/api/live';
import type { LiveEvent } from '@/api/schema';
import { CodeBlock } from './CodeBlock';
import { Icon } from './Icon';
import classes from './LiveEvents.module.css';
import { prettyJson } from './prettyJson';
import { Time } from './Time';

const colors: Record<LiveEvent['kind'], string> = {
    received: 'sea',
    delivered: 'sea',
    failed: 'red',
    retried: 'brass',
    dropped: 'gray',
};

function Facts({ event }: { event: LiveEvent }) {
    const facts: [string, string | number | undefined][] = [
        ['User', event.userId ?? event.anonymousId],
        ['Message id', event.messageId],
        ['Status', event.status],
        ['Attempts', event.attempts],
        ['Left out by', event.processingUnit],
        ['Took', event.elapsedMs === undefined ? undefined : `${event.elapsedMs} ms`],
        ['Position', event.position],
    ];
    return (
        <dl className={classes.facts}>
            {facts.map(
                ([label, value]) =>
                    value !== undefined &&
                    value !== '' && (
                        <div key={label}>
                            <dt>{label}</dt>
                            <dd>{value}</dd>
                        </div>
                    ),
            )}
        </dl>
    );
}

function Details({ event }: { event: LiveEvent }) {
    const blocks: [string, unknown][] = [
        ['Event', event.event],
        ['Request', event.request],
        ['Response', event.response],
    ];
    return (
        <Stack gap="md" className={classes.details}>
            {event.detail && <Text size="sm">{event.detail}</Text>}
            <Facts event={event} />
            {blocks.map(
                ([label, value]) =>
                    value !== undefined &&
                    value !== '' && (
                        <div key={label}>
                            <Text size="sm" fw={560} mb={6}>
                                {label}
                            </Text>
                            <CodeBlock label={label} code={prettyJson(value)} maxHeight={360} />
                        </div>
                    ),
            )}
        </Stack>
    );
}

export const LiveEventRow = memo(function LiveEventRow({ event }: { event: LiveItem }) {
    const [isOpen, { toggle }] = useDisclosure(false);
    const id = useId();
    return (
        <li className={classes.item}>
            <UnstyledButton
                className={classes.row}
                onClick={toggle}
                aria-expanded={isOpen}
                aria-controls={id}
            >
                <span className={classes.time}>
                    <Time at={event.at} as="clock" />
                </span>
                <Badge variant="light" color={colors[event.kind]} tt="none" size="md">
                    {event.kind}
                </Badge>
                <span className={classes.type}>{event.type}</span>
                {event.name && <span className={classes.name}>{event.name}</span>}
                {event.status !== undefined && (
                    <span className={classes.status}>{event.status}</span>
                )}
                <span className={classes.chevron} data-open={isOpen}>
                    <Icon name="right" size={16} />
                </span>
            </UnstyledButton>
            <Collapse in={isOpen} id={id}>
                {isOpen && <Details event={event} />}
            </Collapse>
        </li>
    );
});
