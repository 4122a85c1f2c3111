// SPDX-License-Identifier: Apache-2.0
// Which transformation is assigned to a destination.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiError } from '@/api/error';
import { useWrite } from '@/api/resources';
import type { Destination, TransformationLink } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { CopyValue } from '@/components/CopyValue';
import { Facts } from '@/components/Facts';
import { Loading } from '@/components/Loading';
import { Needs, NeedsForm } from '@/components/Needs';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { useTransformation } from './queries';

function Assigned({ link }: { link: TransformationLink }) {
    const remove = useWrite('DELETE /v2/destinations/{id}/transformation', ['destinations']);
    const [isRemoving, setRemoving] = useState(false);
    const { destinationId, transformationId } = link;
    return (
        <Stack gap="lg" align="flex-start">
            <CopyValue label="Transformation ID" value={transformationId} />
            <Facts facts={[['Assigned', <Time key="at" at={link.updatedAt} />]]} />
            <Needs right="transformations.connect" ids={[transformationId, destinationId]}>
                <Button variant="default" onClick={() => setRemoving(true)}>
                    Remove from this destination
                </Button>
            </Needs>
            <Confirm
                title="Remove the transformation?"
                confirmLabel="Yes, remove"
                isOpen={isRemoving}
                onClose={() => setRemoving(false)}
                onConfirm={() => remove.mutateAsync({ path: { id: destinationId } })}
            >
                The transformation itself stays; it is only not assigned here any more.
            </Confirm>
        </Stack>
    );
}

function Assign({ id }: { id: string }) {
    const [transformationId, setId] = useState('');
    const set = useWrite('PUT /v2/destinations/{id}/transformation', ['destinations']);
    const fieldError =
        set.error instanceof ApiError ? set.error.details.transformationId : undefined;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        set.mutate({ path: { id }, body: { transformationId: transformationId.trim() } });
    };
    return (
        <NeedsForm right="transformations.connect" ids={[id]}>
            <form onSubmit={submit}>
                <Stack maw={420}>
                    <Text size="sm" c="dimmed">
                        None is assigned: events are delivered as they came.
                    </Text>
                    <TextInput
                        label="Transformation ID"
                        required
                        spellCheck={false}
                        autoComplete="off"
                        value={transformationId}
                        error={fieldError}
                        onChange={(event) => setId(event.currentTarget.value)}
                    />
                    {set.error && !fieldError && <Problem error={set.error} />}
                    <Group>
                        <Button
                            type="submit"
                            loading={set.isPending}
                            disabled={transformationId.trim() === ''}
                        >
                            Assign
                        </Button>
                    </Group>
                </Stack>
            </form>
        </NeedsForm>
    );
}

export function DestinationTransformation({ destination }: { destination: Destination }) {
    return (
        <Section
            title="Transformation"
            lead="Tools that keep the configuration as code assign it, and so can you. This release keeps the assignment and runs no transformations: events are delivered as they are."
        >
            <Loading queries={[useTransformation(destination.id)]}>
                {(link) => (link ? <Assigned link={link} /> : <Assign id={destination.id} />)}
            </Loading>
        </Section>
    );
}
