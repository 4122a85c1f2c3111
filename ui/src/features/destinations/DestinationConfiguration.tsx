// SPDX-License-Identifier: Apache-2.0
// A destination's settings, drawn from its definition. Stored secrets are never shown; left
// empty they stay as they are.
import { Button, Group, Stack, Text } from '@mantine/core';
import type { FormEvent } from 'react';
import { useDestinationDefinition, type Tagged } from '@/api/resources';
import type { Destination, DestinationDefinitionDetails } from '@/api/schema';
import { FieldForm } from '@/components/form/FieldForm';
import { Loading } from '@/components/Loading';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';
import { SavedMeanwhile } from './SavedMeanwhile';
import { useConfiguration } from './useConfiguration';

interface ConfigurationFormProps {
    destination: Tagged<Destination>;
    definition: DestinationDefinitionDetails;
}

function ConfigurationForm({ destination, definition }: ConfigurationFormProps) {
    const form = useConfiguration(destination, definition);
    const { fields, values, errors, error, isChanged, isOutdated } = form;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        void form.save();
    };
    const isShownAtField = Object.keys(errors).some((path) => path !== '');
    return (
        <form onSubmit={submit} noValidate>
            <Stack gap="lg" maw={640}>
                <FieldForm
                    {...{ fields, values, errors }}
                    mode="edit"
                    onChange={form.setValues}
                />
                {fields.length === 0 && (
                    <Text size="sm" c="dimmed">
                        This destination has nothing to set.
                    </Text>
                )}
                {isOutdated && (
                    <SavedMeanwhile
                        id={destination.id}
                        onMerge={form.merge}
                        onTakeTheirs={form.reset}
                    />
                )}
                {error && !isOutdated && !isShownAtField && <Problem error={error} />}
                {fields.length > 0 && (
                    <Group>
                        <Button
                            type="submit"
                            loading={form.isSaving}
                            disabled={!isChanged || isOutdated}
                        >
                            Save
                        </Button>
                        {isChanged && (
                            <Button variant="default" onClick={form.reset}>
                                Discard changes
                            </Button>
                        )}
                    </Group>
                )}
            </Stack>
        </form>
    );
}

export function DestinationConfiguration({
    destination,
}: {
    destination: Tagged<Destination>;
}) {
    return (
        <Section
            title="Configuration"
            lead="A change counts from the moment it is saved, also for events that still wait."
        >
            <Loading queries={[useDestinationDefinition(destination.type)]}>
                {(definition) => (
                    <ConfigurationForm destination={destination} definition={definition} />
                )}
            </Loading>
        </Section>
    );
}
