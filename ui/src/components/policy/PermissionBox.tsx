// SPDX-License-Identifier: Apache-2.0
// One permission: a box to check, or a green check that came from elsewhere.
import { Checkbox, Tooltip } from '@mantine/core';
import type { Extent } from '@/api/policy';
import { Icon } from '../Icon';
import classes from './policy.module.css';

interface PermissionBoxProps {
    label: string; // "Edit web shop"
    isLabelShown?: boolean;
    state: Extent;
    givenBy: readonly string[]; // where it comes from if not from this policy
    onChange?: (isOn: boolean) => void;
}

export function PermissionBox(props: PermissionBoxProps) {
    const { label, isLabelShown, state, givenBy, onChange } = props;
    const shown = isLabelShown && <span>{label}</span>;
    if (givenBy.length > 0) {
        const hint = `Given by ${givenBy.join(' and ')}`;
        return (
            <Tooltip label={hint}>
                <span className={classes.given} tabIndex={0} aria-label={`${label}: ${hint}`}>
                    <span className={classes.check}>
                        <Icon name="check" size={16} />
                    </span>
                    {shown}
                </span>
            </Tooltip>
        );
    }
    return (
        <Checkbox
            size="sm"
            aria-label={label}
            label={shown || undefined}
            checked={state === 'all'}
            indeterminate={state === 'some'}
            disabled={!onChange}
            onChange={(event) => onChange?.(event.currentTarget.checked)}
        />
    );
}
