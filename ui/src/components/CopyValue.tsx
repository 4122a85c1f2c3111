// SPDX-License-Identifier: Apache-2.0
// A value people carry elsewhere (id, key, URL): shown in full, copied on click.
import { Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { Icon } from './Icon';
import { useCopy } from './useCopy';
import classes from './CopyValue.module.css';

interface CopyValueProps {
    label: string; // what it is: "Source ID"
    value: string;
    isLabelShown?: boolean;
    size?: 'sm' | 'md';
}

export function CopyValue({ label, value, isLabelShown = true, size = 'md' }: CopyValueProps) {
    const [state, copy] = useCopy(value);
    const hint = state === 'copied' ? 'Copied' : state === 'failed' ? 'Select and copy' : '';
    return (
        <div className={classes.root} data-size={size}>
            {isLabelShown && (
                <Text component="span" className={classes.label}>
                    {label}
                </Text>
            )}
            <div className={classes.value} data-state={state}>
                <code className={classes.code}>{value}</code>
                <span className={classes.icon}>
                    <Icon name={state === 'copied' ? 'check' : 'copy'} size={15} />
                </span>
                {/* Over the whole box: a click anywhere copies, and the value stays a text. */}
                <UnstyledButton
                    className={classes.cover}
                    onClick={copy}
                    aria-label={`Copy ${label}`}
                    title={`Copy ${label}`}
                />
                {hint && <span className={classes.hint}>{hint}</span>}
            </div>
            <VisuallyHidden role="status">{hint}</VisuallyHidden>
        </div>
    );
}
