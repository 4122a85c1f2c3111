// SPDX-License-Identifier: Apache-2.0
// A number that is to be seen from afar.
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Figure.module.css';

const numbers = new Intl.NumberFormat();

export interface FigureProps {
    label: string;
    value: ReactNode;
    hint?: string;
}

export function Figure({ label, value, hint }: FigureProps) {
    return (
        <div className={classes.figure}>
            <Text size="sm" c="dimmed">
                {label}
            </Text>
            <Text className={classes.number}>
                {typeof value === 'number' ? numbers.format(value) : value}
            </Text>
            {hint && (
                <Text size="xs" c="dimmed">
                    {hint}
                </Text>
            )}
        </div>
    );
}
