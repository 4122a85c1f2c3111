// SPDX-License-Identifier: Apache-2.0
// The file and the mode.
import { Alert, Button, Code, FileInput, Group, List, Radio, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError, messageOf } from '@/api/error';
import type { AccessImportMode } from '@/api/schema';
import { Icon } from '@/components/Icon';
import { useStage } from './queries';
import { readDocument } from './readDocument';

const modes: Record<AccessImportMode, { label: string; description: string }> = {
    'members-with-policies': {
        label: 'Import members with policies',
        description: 'Legacy roles and restrictions become policies of the members.',
    },
    members: {
        label: 'Import members',
        description: 'Members see what the baseline shows; you give them policies afterwards.',
    },
};

function Mistakes({ error }: { error: unknown }) {
    const details = error instanceof ApiError ? Object.entries(error.details) : [];
    return (
        <Alert
            color="red"
            icon={<Icon name="warning" />}
            title="The file was not taken"
            role="alert"
        >
            {details.length === 0 && <Text size="sm">{messageOf(error)}</Text>}
            <List size="sm" listStyleType="none">
                {details.map(([place, text]) => (
                    <List.Item key={place}>
                        <Code>{place}</Code> {text}
                    </List.Item>
                ))}
            </List>
        </Alert>
    );
}

export function ChooseImport() {
    const stage = useStage();
    const [file, setFile] = useState<File | null>(null);
    const [mode, setMode] = useState<AccessImportMode>('members-with-policies');
    const review = useMutation({
        mutationFn: async (chosen: File) =>
            stage.mutateAsync({ body: { mode, document: readDocument(await chosen.text()) } }),
        gcTime: 0, // the file may hold values of tokens
    });
    const submit = (event: FormEvent) => {
        event.preventDefault();
        if (file) review.mutate(file);
    };
    return (
        <form onSubmit={submit}>
            <Stack>
                <FileInput
                    label="File"
                    description="JSON, as docs/migration.md tells; `pintle import access --example` prints one"
                    placeholder="Choose a file"
                    accept="application/json,.json"
                    clearable
                    value={file}
                    onChange={(chosen) => {
                        setFile(chosen);
                        review.reset();
                    }}
                />
                <Radio.Group
                    label="What comes over"
                    value={mode}
                    onChange={(value) => setMode(value as AccessImportMode)}
                >
                    <Stack gap="xs" mt="xs">
                        {Object.entries(modes).map(([value, texts]) => (
                            <Radio key={value} value={value} {...texts} />
                        ))}
                    </Stack>
                </Radio.Group>
                {review.error && <Mistakes error={review.error} />}
                <Group>
                    <Button type="submit" disabled={!file} loading={review.isPending}>
                        Review
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
