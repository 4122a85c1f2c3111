// SPDX-License-Identifier: Apache-2.0
// The input for a field that holds name-value pairs (headers, mappings).
import {
    ActionIcon,
    Button,
    Group,
    Input,
    PasswordInput,
    Stack,
    TextInput,
} from '@mantine/core';
import { Icon } from '../Icon';
import { labelOf } from './FieldInput';
import classes from './PairsInput.module.css';
import type { Errors, Field, Pair } from './values';

interface PairsInputProps {
    field: Field;
    pairs: readonly Pair[];
    errors: Errors;
    onChange: (pairs: Pair[]) => void;
}

interface RowProps {
    field: Field;
    index: number;
    pair: Pair;
    errors: Errors;
    onChange: (pair: Pair) => void;
    onRemove: () => void;
}

function Row({ field, index, pair, errors, onChange, onRemove }: RowProps) {
    const path = `${field.name}.${index}`;
    const label = `${labelOf(field)}, row ${index + 1}`;
    const ValueInput = field.secret ? PasswordInput : TextInput;
    return (
        <div className={classes.row}>
            <TextInput
                aria-label={`${label}: name`}
                placeholder="Name"
                autoComplete="off"
                value={pair.from}
                error={errors[`${path}.from`] ?? errors[path]}
                // A kept secret belongs to its old name.
                onChange={(event) =>
                    onChange({ from: event.currentTarget.value, to: pair.to ?? '' })
                }
            />
            <ValueInput
                aria-label={`${label}: value`}
                placeholder={pair.to === undefined ? 'Stored; write to replace' : 'Value'}
                autoComplete="new-password"
                value={pair.to ?? ''}
                error={errors[`${path}.to`]}
                onChange={(event) => onChange({ ...pair, to: event.currentTarget.value })}
            />
            <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove ${label}`}
                onClick={onRemove}
            >
                <Icon name="trash" />
            </ActionIcon>
        </div>
    );
}

export function PairsInput({ field, pairs, errors, onChange }: PairsInputProps) {
    const replaced = (index: number, pair: Pair) =>
        pairs.map((old, at) => (at === index ? pair : old));
    return (
        <Input.Wrapper
            label={labelOf(field)}
            labelElement="div"
            description={field.doc ?? undefined}
            error={errors[field.name]}
            withAsterisk={field.required}
            role="group"
            aria-label={labelOf(field)}
        >
            <Stack gap="xs" mt={8}>
                {pairs.map((pair, index) => (
                    <Row
                        key={index}
                        {...{ field, index, pair, errors }}
                        onChange={(next) => onChange(replaced(index, next))}
                        onRemove={() => onChange(pairs.filter((_, at) => at !== index))}
                    />
                ))}
                <Group>
                    <Button
                        variant="default"
                        size="compact-sm"
                        leftSection={<Icon name="plus" size={15} />}
                        onClick={() => onChange([...pairs, { from: '', to: '' }])}
                    >
                        Add row
                    </Button>
                </Group>
            </Stack>
        </Input.Wrapper>
    );
}
