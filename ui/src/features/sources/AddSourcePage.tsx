// SPDX-License-Identifier: Apache-2.0
// Adding a source: kind, then name. The kind stands in the address as ?type=….
import { Button, Group, Paper, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ApiError, messageOf } from '@/api/error';
import { usePaths } from '@/api/paths';
import type { SourceDefinition } from '@/api/schema';
import { useSourceDefinitions, useWrite } from '@/api/resources';
import { DefinitionPicker } from '@/components/DefinitionPicker';
import { DefinitionTile } from '@/components/DefinitionTile';
import { Loading } from '@/components/Loading';
import { PageHeader } from '@/components/PageHeader';
import { Problem } from '@/components/Problem';
import classes from '@/components/Section.module.css';

function NameForm({ definition }: { definition: SourceDefinition }) {
    const paths = usePaths();
    const [params] = useSearchParams();
    const [, navigate] = useLocation();
    const [name, setName] = useState('');
    const create = useWrite('POST /v2/sources', ['sources']);
    const connect = useWrite('POST /v2/connections', ['connections']);
    const details = create.error instanceof ApiError ? create.error.details : {};
    const destinationId = params.get('destination');

    // The source exists by now, so a failure here must not invite to create it again.
    const join = async (sourceId: string, destinationId: string) => {
        try {
            await connect.mutateAsync({ body: { sourceId, destinationId } });
        } catch (error) {
            notifications.show({
                color: 'red',
                title: 'Not connected',
                message: messageOf(error),
            });
        }
    };
    const save = async () => {
        const { source } = await create.mutateAsync({
            body: { name: name.trim(), type: definition.type, enabled: true, config: {} },
        });
        if (destinationId) await join(source.id, destinationId);
        navigate(paths.source(source.id));
    };
    const submit = (event: FormEvent) => {
        event.preventDefault();
        save().catch(() => undefined); // shown from create.error
    };
    return (
        <Paper className={classes.root} p="lg" maw={560}>
            <form onSubmit={submit}>
                <Stack>
                    <TextInput
                        label="Source name"
                        description="For people: what sends events here?"
                        placeholder={`${definition.title} production`}
                        required
                        autoFocus
                        autoComplete="off"
                        maxLength={128}
                        value={name}
                        error={details.name}
                        onChange={(event) => setName(event.currentTarget.value)}
                    />
                    {create.error && !details.name && <Problem error={create.error} />}
                    <Group>
                        <Button
                            type="submit"
                            loading={create.isPending || connect.isPending}
                            disabled={name.trim() === ''}
                        >
                            Create source
                        </Button>
                    </Group>
                </Stack>
            </form>
        </Paper>
    );
}

export function AddSourcePage() {
    const paths = usePaths();
    const definitions = useSourceDefinitions();
    const [params, setParams] = useSearchParams();
    const type = params.get('type');
    const choose = (chosen: string) =>
        setParams((before) => {
            const next = new URLSearchParams(before);
            next.delete('q');
            next.set('type', chosen);
            return next;
        });
    return (
        <Loading queries={[definitions]}>
            {(all) => {
                const definition = all.find((one) => one.type === type);
                if (definition)
                    return (
                        <>
                            <PageHeader
                                title={`Add ${definition.title} source`}
                                lead="Give it a name; everything else has good defaults."
                                mark={<DefinitionTile title={definition.title} size={44} />}
                                back={{
                                    label: 'Another kind of source',
                                    href: paths.sourceNew(
                                        params.get('destination') ?? undefined,
                                    ),
                                }}
                            />
                            <NameForm definition={definition} />
                        </>
                    );
                return (
                    <>
                        <PageHeader
                            title="Add source"
                            lead="What will send events?"
                            back={{ label: 'Connections', href: paths.connections }}
                        />
                        <DefinitionPicker what="sources" definitions={all} onChoose={choose} />
                    </>
                );
            }}
        </Loading>
    );
}
