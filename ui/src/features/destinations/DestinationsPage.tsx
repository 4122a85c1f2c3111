// SPDX-License-Identifier: Apache-2.0
// All destinations of the workspace.
import { Button, Paper } from '@mantine/core';
import { Link } from 'wouter';
import { usePaths } from '@/api/paths';
import { useConnections, useDestinationDefinitions, useDestinations } from '@/api/resources';
import { EmptyState } from '@/components/EmptyState';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { PageHeader } from '@/components/PageHeader';
import { ResourceTable } from '@/components/ResourceTable';
import classes from '@/components/Section.module.css';
import { titleOf } from '@/components/titleOf';

function NewDestination() {
    const paths = usePaths();
    return (
        <Needs right="destinations.createDelete">
            <Button
                component={Link}
                href={paths.destinationNew()}
                leftSection={<Icon name="plus" />}
            >
                New destination
            </Button>
        </Needs>
    );
}

export function DestinationsPage() {
    const paths = usePaths();
    const queries = [useDestinations(), useConnections(), useDestinationDefinitions()] as const;
    return (
        <>
            <PageHeader title="Destinations" lead="Where events go.">
                <NewDestination />
            </PageHeader>
            <Loading queries={queries}>
                {(destinations, connections, definitions) => {
                    if (destinations.length === 0)
                        return (
                            <Paper className={classes.root}>
                                <EmptyState
                                    icon="destination"
                                    title="No destinations yet"
                                    action={<NewDestination />}
                                >
                                    A destination is a service that gets the events of the
                                    sources connected to it, a webhook for example.
                                </EmptyState>
                            </Paper>
                        );
                    const rows = destinations.map((destination) => ({
                        ...destination,
                        title: titleOf(definitions, destination.type),
                        href: paths.destination(destination.id),
                        connectionCount: connections.filter(
                            ({ destinationId }) => destinationId === destination.id,
                        ).length,
                    }));
                    return <ResourceTable what="destinations" rows={rows} />;
                }}
            </Loading>
        </>
    );
}
