// SPDX-License-Identifier: Apache-2.0
// One switch of the organization: what it is, what it does, and how it stands.
import { NativeSelect, NumberInput, Switch, Text } from '@mantine/core';
import { useId } from 'react';
import type { OrganizationSettings } from '@/api/schema';
import classes from './rules.module.css';
import type { Feature, Rule } from './rules';

const DAYS_MAX = 3650;

interface RuleControlProps {
    rule: Rule;
    value: OrganizationSettings[keyof OrganizationSettings];
    error?: string;
    onChange: (value: boolean | number | string | Feature[]) => void;
}

function Control({ rule, value, error, onChange, id }: RuleControlProps & { id: string }) {
    const named = { 'aria-label': rule.label, 'aria-describedby': id };
    switch (rule.kind) {
        case 'switch':
            return (
                <Switch
                    {...named}
                    checked={value === true}
                    error={error}
                    onChange={(event) => onChange(event.currentTarget.checked)}
                />
            );
        case 'feature': {
            const off = Array.isArray(value) ? value : [];
            return (
                <Switch
                    {...named}
                    checked={!off.includes(rule.feature)}
                    error={error}
                    onChange={(event) =>
                        onChange(
                            event.currentTarget.checked
                                ? off.filter((one) => one !== rule.feature)
                                : [...off, rule.feature].sort(),
                        )
                    }
                />
            );
        }
        case 'days':
            return (
                <NumberInput
                    {...named}
                    w={150}
                    min={0}
                    max={DAYS_MAX}
                    allowDecimal={false}
                    allowNegative={false}
                    clampBehavior="strict"
                    suffix={value === 1 ? ' day' : ' days'}
                    placeholder={rule.none}
                    value={value ? Number(value) : ''}
                    error={error}
                    onChange={(days) => onChange(Number(days))}
                />
            );
        case 'choice':
            return (
                <NativeSelect
                    {...named}
                    w={200}
                    data={[...rule.options]}
                    value={String(value)}
                    error={error}
                    onChange={(event) => onChange(event.currentTarget.value)}
                />
            );
    }
}

export function RuleControl(props: RuleControlProps) {
    const id = useId();
    return (
        <div className={classes.rule}>
            <div className={classes.words}>
                <Text size="sm" fw={560}>
                    {props.rule.label}
                </Text>
                <Text size="sm" c="dimmed" id={id}>
                    {props.rule.hint}
                </Text>
            </div>
            <Control {...props} id={id} />
        </div>
    );
}
