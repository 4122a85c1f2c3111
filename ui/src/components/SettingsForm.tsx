// SPDX-License-Identifier: Apache-2.0
// A card with a form that is saved as a whole, by those who have the right to.
import { Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { NeedsForm } from './Needs';
import { Problem } from './Problem';
import { Section } from './Section';

interface SettingsFormProps {
    title: string;
    lead: string;
    right: string;
    save: { isPending: boolean; error: unknown };
    mayBeSaved: boolean;
    saveLabel: string;
    onSave: () => void;
    onDiscard?: () => void; // offered while there is something to save
    width?: number;
    gap?: 'md' | 'xl';
    children: ReactNode; // the inputs
}

export function SettingsForm(props: SettingsFormProps) {
    const { save, mayBeSaved } = props;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        if (mayBeSaved) props.onSave();
    };
    return (
        <Section title={props.title} lead={props.lead}>
            <NeedsForm right={props.right}>
                <form onSubmit={submit} noValidate style={{ maxWidth: props.width }}>
                    <Stack gap={props.gap}>
                        {props.children}
                        {save.error != null && <Problem error={save.error} />}
                        <Group>
                            <Button
                                type="submit"
                                loading={save.isPending}
                                disabled={!mayBeSaved}
                            >
                                {props.saveLabel}
                            </Button>
                            {mayBeSaved && props.onDiscard && (
                                <Button variant="default" onClick={props.onDiscard}>
                                    Discard changes
                                </Button>
                            )}
                        </Group>
                    </Stack>
                </form>
            </NeedsForm>
        </Section>
    );
}
