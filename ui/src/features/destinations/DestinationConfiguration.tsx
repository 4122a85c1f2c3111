// SPDX-License-Identifier: Apache-2.0
// A destination's settings, drawn from its definition. Stored secrets are never shown; left
// empty they stay as they are.
import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo, useState, type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import { useDestinationDefinition, useWrite } from '@/api/resources';
import type { Destination, DestinationDefinitionDetails } from '@/api/schema';
import { drawn, outsideOf } from '@/components/form/drawn';
import { FieldForm } from '@/components/form/FieldForm';
import { configOf, errorsOf, valuesOf, type Errors } from '@/components/form/values';
import { Loading } from '@/components/Loading';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';

interface ConfigurationFormProps {
    destination: Destination;
    definition: DestinationDefinitionDetails;
}

function ConfigurationForm({ destination, definition }: ConfigurationFormProps) {
    const fields = useMemo(
        () => drawn(definition, destination.config),
        [definition, destination.config],
    );
    const [start, setStart] = useState(() => valuesOf(fields, destination.config));
    const [values, setValues] = useState(start);
    const [errors, setErrors] = useState<Errors>({});
    const update = useWrite('PUT /v2/destinations/{id}', ['destinations']);
    const isChanged = values !== start;

    const reset = (config: Destination['config']) => {
        const next = valuesOf(fields, config);
        setStart(next);
        setValues(next);
        setErrors({});
    };
    const save = async () => {
        const { config, errors: found } = configOf(fields, values, 'edit');
        setErrors(found);
        if (Object.keys(found).length > 0) return;
        try {
            const saved = await update.mutateAsync({
                path: { id: destination.id },
                body: { config: { ...outsideOf(fields, destination.config), ...config } },
            });
            reset(saved.destination.config);
            notifications.show({ message: 'The configuration was saved.' });
        } catch (error) {
            setErrors(errorsOf(fields, error instanceof ApiError ? error.details : {}));
        }
    };
    const submit = (event: FormEvent) => {
        event.preventDefault();
        void save();
    };
    const isShownAtField = Object.keys(errors).some((path) => path !== '');
    return (
        <form onSubmit={submit} noValidate>
            <Stack gap="lg" maw={640}>
                <FieldForm {...{ fields, values, errors }} mode="edit" onChange={setValues} />
                {fields.length === 0 && (
                    <Text size="sm" c="dimmed">
                        This destination has nothing to set.
                    </Text>
                )}
                {update.error && !isShownAtField && <Problem error={update.error} />}
                {fields.length > 0 && (
                    <Group>
                        <Button type="submit" loading={update.isPending} disabled={!isChanged}>
                            Save
                        </Button>
                        {isChanged && (
                            <Button variant="default" onClick={() => reset(destination.config)}>
                                Discard changes
                            </Button>
                        )}
                    </Group>
                )}
            </Stack>
        </form>
    );
}

export function DestinationConfiguration({ destination }: { destination: Destination }) {
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
