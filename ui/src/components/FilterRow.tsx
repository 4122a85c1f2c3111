// SPDX-License-Identifier: Apache-2.0
// The filters above a list, as many in a row as fit.
import type { ReactNode } from 'react';
import classes from './FilterRow.module.css';

export function FilterRow({ children }: { children: ReactNode }) {
    return <div className={classes.root}>{children}</div>;
}
