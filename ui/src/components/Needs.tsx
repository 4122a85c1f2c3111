// SPDX-License-Identifier: Apache-2.0
// Controls that take a right: greyed, with the name of what is missing, for those who lack it.
import { Alert, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { rightLabel } from '@/api/policy';
import { useMissingRight } from '@/api/rights';
import { EmptyState } from './EmptyState';
import { Icon } from './Icon';
import classes from './Needs.module.css';

interface NeedsProps {
    right: string; // "destinations.edit"
    ids?: readonly string[]; // on what; for connecting, source and destination
    children: ReactNode;
}

// Around buttons, links, switches.
export function Needs({ right, ids, children }: NeedsProps) {
    const missing = useMissingRight(right, ids);
    if (!missing) return children;
    const text = `needs ${rightLabel(missing)}`;
    return (
        <Tooltip label={text} openDelay={0} events={{ hover: true, focus: true, touch: true }}>
            <div className={classes.refused} tabIndex={0} role="group" aria-label={text}>
                <fieldset disabled inert className={classes.plain}>
                    {children}
                </fieldset>
            </div>
        </Tooltip>
    );
}

// Around a form: it can be read, and says why it cannot be changed.
export function NeedsForm({ right, ids, children }: NeedsProps) {
    const missing = useMissingRight(right, ids);
    if (!missing) return children;
    return (
        <>
            <Alert color="gray" icon={<Icon name="lock" />} mb="lg">
                You can look, but not change anything: that needs {rightLabel(missing)}.
            </Alert>
            <fieldset disabled className={`${classes.plain} ${classes.read}`}>
                {children}
            </fieldset>
        </>
    );
}

// Around what is not even shown without the right.
export function NeedsToSee({ right, ids, children }: NeedsProps) {
    const missing = useMissingRight(right, ids);
    if (!missing) return children;
    return (
        <EmptyState icon="lock" title="Not open to you">
            This needs {rightLabel(missing)}. An Admin of your organization can give it to you.
        </EmptyState>
    );
}
