// SPDX-License-Identifier: Apache-2.0
// Runs of a source that fetches its events: start one, watch it, stop it. The one that is looked
// at stands in the address.
import { Button, Center, Code, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSearchParams } from 'wouter';
import { useWrite } from '@/api/resources';
import type { Source, SourceRun, SourceRunSummary } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { CopyValue } from '@/components/CopyValue';
import { DataTable } from '@/components/DataTable';
import { EmptyState } from '@/components/EmptyState';
import { Facts } from '@/components/Facts';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { Problem } from '@/components/Problem';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { RunState } from './RunState';
import { useRun, useRunNews, useRuns, useRunsAgain } from './runs';

function Ended({ at }: { at: string | null }) {
    return at ? <Time at={at} /> : <Text size="sm">Not yet</Text>;
}

function Tasks({ tasks }: { tasks: SourceRun['tasks'] }) {
    if (tasks.length === 0)
        return (
            <Text size="sm" c="dimmed">
                It told of no tasks.
            </Text>
        );
    return (
        <DataTable minWidth={460} spacing="sm" columns={['Task', 'State', 'Started']}>
            {tasks.map((task) => (
                <Table.Tr key={task.task_run_id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{task.task_id}</Table.Td>
                    <Table.Td>
                        <RunState status={task.status} error={task.error} />
                    </Table.Td>
                    <Table.Td>
                        <Time at={task.started_at} />
                    </Table.Td>
                </Table.Tr>
            ))}
        </DataTable>
    );
}

function RunDetails({ sourceId, runId }: { sourceId: string; runId: string }) {
    return (
        <Loading queries={[useRun(sourceId, runId)]} what="run">
            {(run) => (
                <Stack>
                    <CopyValue label="Run ID" value={run.id} />
                    <Facts
                        facts={[
                            [
                                'State',
                                <RunState key="state" status={run.status} error={run.error} />,
                            ],
                            ['Started', <Time key="start" at={run.started_at} />],
                            ['Ended', <Ended key="end" at={run.finished_at} />],
                        ]}
                    />
                    {run.parameters.length > 0 && (
                        <Code block aria-label="Parameters">
                            {run.parameters.join('\n')}
                        </Code>
                    )}
                    <Tasks tasks={run.tasks} />
                </Stack>
            )}
        </Loading>
    );
}

function Row({ run, onOpen }: { run: SourceRunSummary; onOpen: () => void }) {
    return (
        <Table.Tr>
            <Table.Td>
                <RunState status={run.status} error={run.error} />
            </Table.Td>
            <Table.Td>
                <Time at={run.started_at} />
            </Table.Td>
            <Table.Td>
                <Ended at={run.finished_at} />
            </Table.Td>
            <Table.Td>
                <Group justify="flex-end">
                    <Button
                        variant="default"
                        size="compact-sm"
                        aria-label={`Details of run ${run.id}`}
                        onClick={onOpen}
                    >
                        Details
                    </Button>
                </Group>
            </Table.Td>
        </Table.Tr>
    );
}

// Start, or stop what runs.
function Actions({ source, isRunning }: { source: Source; isRunning: boolean }) {
    const again = useRunsAgain(source.id);
    const start = useWrite('POST /v2/sources/{id}/start', []);
    const stop = useWrite('POST /v2/sources/{id}/stop', []);
    const [isAsking, ask] = useDisclosure(false);
    const path = { id: source.id };
    const right = source.type === 'profiles' ? 'profiles.edit' : 'sources.edit';
    const begin = () => start.mutate({ path, body: {} }, { onSettled: again });
    return (
        <>
            {start.error && <Problem error={start.error} />}
            <Needs right={right} ids={[source.id]}>
                {isRunning ? (
                    <Button
                        variant="default"
                        leftSection={<Icon name="pause" />}
                        onClick={ask.open}
                    >
                        Stop
                    </Button>
                ) : (
                    <Button
                        leftSection={<Icon name="play" />}
                        loading={start.isPending}
                        disabled={!source.enabled}
                        title={source.enabled ? undefined : 'The source is switched off'}
                        onClick={begin}
                    >
                        Start a run
                    </Button>
                )}
            </Needs>
            <Confirm
                title="Stop the run?"
                confirmLabel="Yes, stop"
                isOpen={isAsking}
                onClose={ask.close}
                onConfirm={async () => {
                    await stop.mutateAsync({ path });
                    await again();
                }}
            >
                It has failed then. The program that works on it is told so when it reports
                next; what it has brought already stays.
            </Confirm>
        </>
    );
}

export function SourceRuns({ source }: { source: Source }) {
    const [params, setParams] = useSearchParams();
    const runs = useRuns(source.id);
    useRunNews(source.id);
    const runId = params.get('run');
    const show = (run: string | null) => setParams(run ? { run } : {}, { replace: !run });
    const rows = runs.data?.pages.flatMap((page) => page.runs) ?? [];
    return (
        <Section
            title="Runs"
            lead="Pintle keeps the runs; the events are fetched by a program of your own, which reports with “pintle run report”. Schedulers start runs over the API, by the source's id. The newest 1,000 are kept."
            isFlush
            actions={
                runs.data && (
                    <Actions source={source} isRunning={rows[0]?.status === 'running'} />
                )
            }
        >
            <Loading queries={[runs]}>
                {() =>
                    rows.length === 0 ? (
                        <EmptyState icon="play" title="No runs yet">
                            Start one here, or let a scheduler do it.
                        </EmptyState>
                    ) : (
                        <DataTable
                            minWidth={520}
                            columns={['State', 'Started', 'Ended']}
                            hasActions
                        >
                            {rows.map((run) => (
                                <Row key={run.id} run={run} onOpen={() => show(run.id)} />
                            ))}
                        </DataTable>
                    )
                }
            </Loading>
            {runs.hasNextPage && (
                <Center p="md">
                    <Button
                        variant="default"
                        loading={runs.isFetchingNextPage}
                        onClick={() => void runs.fetchNextPage()}
                    >
                        Older runs
                    </Button>
                </Center>
            )}
            <Modal
                size="lg"
                opened={runId !== null}
                onClose={() => show(null)}
                title={<Text fw={620}>Run</Text>}
                closeButtonProps={{ 'aria-label': 'Close' }}
            >
                {runId && <RunDetails sourceId={source.id} runId={runId} />}
            </Modal>
        </Section>
    );
}
