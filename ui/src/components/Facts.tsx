// SPDX-License-Identifier: Apache-2.0
// Names and values that are only to be read.
import type { ReactNode } from 'react';
import classes from './Facts.module.css';

export function Facts({ facts }: { facts: readonly [string, ReactNode][] }) {
    return (
        <dl className={classes.root}>
            {facts.map(([label, value]) => (
                <div key={label} className={classes.fact}>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}
