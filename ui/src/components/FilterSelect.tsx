// SPDX-License-Identifier: Apache-2.0
// One filter above a list: a choice, or all of them.
import { NativeSelect } from '@mantine/core';

export interface Option {
    value: string;
    label: string;
}

interface FilterSelectProps {
    label: string;
    all: string; // what no choice is called
    options: readonly Option[];
    value: string;
    onChange: (value: string) => void;
}

export function FilterSelect({ label, all, options, value, onChange }: FilterSelectProps) {
    return (
        <NativeSelect
            label={label}
            data={[{ value: '', label: all }, ...options]}
            value={value}
            onChange={(event) => onChange(event.currentTarget.value)}
        />
    );
}
