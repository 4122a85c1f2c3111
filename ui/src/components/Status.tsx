// SPDX-License-Identifier: Apache-2.0
// On or off, as a dot and a word.
import classes from './Status.module.css';

export function Status({ isOn, on = 'Enabled', off = 'Disabled' }: StatusProps) {
    return (
        <span className={classes.root} data-on={isOn}>
            {isOn ? on : off}
        </span>
    );
}

interface StatusProps {
    isOn: boolean;
    on?: string;
    off?: string;
}
