// SPDX-License-Identifier: Apache-2.0
// Choosing a password, with a hint how hard it is to guess.
import { PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { strengthOf } from './strength';

interface NewPasswordInputProps {
    label: string;
    value: string;
    error?: string;
    onChange: (value: string) => void;
}

export function NewPasswordInput({ label, value, error, onChange }: NewPasswordInputProps) {
    const { percent, label: hint, isLongEnough } = strengthOf(value);
    return (
        <Stack gap={8}>
            <PasswordInput
                label={label}
                autoComplete="new-password"
                required
                value={value}
                error={error}
                onChange={(event) => onChange(event.currentTarget.value)}
            />
            <div>
                <Progress
                    value={percent}
                    size={4}
                    color={!isLongEnough ? 'gray' : percent < 60 ? 'brass' : 'sea'}
                    aria-hidden
                />
                <Text size="xs" c="dimmed" mt={5} role="status">
                    {value === '' ? 'At least 15 characters. Several words are fine.' : hint}
                </Text>
            </div>
        </Stack>
    );
}
