// SPDX-License-Identifier: Apache-2.0
// All sources of the workspace.
import { Button, Paper } from '@mantine/core';
import { Link } from 'wouter';
import { usePaths } from '@/api/paths';
import { useConnections, useSourceDefinitions, useSources } from '@/api/resources';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { PageHeader } from '@/components/PageHeader';
import { ResourceTable } from '@/components/ResourceTable';
import classes from '@/components/Section.module.css';
import { titleOf } from '@/components/titleOf';

function NewSource() {
    const paths = usePaths();
    return (
        <Needs right="sources.createDelete">
            <Button
                component={Link}
                href={paths.sourceNew()}
                leftSection={<Icon name="plus" />}
            >
                New source
            </Button>
        </Needs>
    );
}

export function SourcesPage() {
    const paths = usePaths();
    const queries = [useSources(), useConnections(), useSourceDefinitions()] as const;
    return (
        <>
            <PageHeader title="Sources" lead="Where events come from.">
                <NewSource />
            </PageHeader>
            <Loading queries={queries}>
                {(sources, connections, definitions) => {
                    if (sources.length === 0)
                        return (
                            <Paper className={classes.root}>
                                <EmptyState
                                    icon="source"
                                    title="No sources yet"
                                    action={<NewSource />}
                                >
                                    A source is a website, an app or a server that sends events.
                                    Adding one gives you a write key for its SDK.
                                </EmptyState>
                            </Paper>
                        );
                    const rows = sources.map((source) => ({
                        ...source,
                        title: titleOf(definitions, source.type),
                        href: paths.source(source.id),
                        connectionCount: connections.filter(
                            ({ sourceId }) => sourceId === source.id,
                        ).length,
                    }));
                    return <ResourceTable what="sources" rows={rows} />;
                }}
            </Loading>
        </>
    );
}
