// SPDX-License-Identifier: Apache-2.0
// The landing page: which sources feed which destinations.
import { Button, Paper } from '@mantine/core';
import { Link } from 'wouter';
import { useWorkspace } from '@/api/context';
import { usePaths } from '@/api/paths';
import {
    useConnections,
    useDestinationDefinitions,
    useDestinations,
    useSourceDefinitions,
    useSources,
} from '@/api/resources';
import { CopyValue } from '@/components/CopyValue';
import { dataPlaneUrlOf } from '@/components/dataPlaneUrl';
import { Icon } from '@/components/Icon';
import { Loading } from '@/components/Loading';
import { Needs } from '@/components/Needs';
import { PageHeader } from '@/components/PageHeader';
import { titleOf } from '@/components/titleOf';
import { ConnectionMap } from './ConnectionMap';
import classes from './connections.module.css';

export function ConnectionsPage() {
    const paths = usePaths();
    const workspace = useWorkspace();
    const queries = [
        useSources(),
        useDestinations(),
        useConnections(),
        useSourceDefinitions(),
        useDestinationDefinitions(),
    ] as const;
    return (
        <>
            <PageHeader
                title="Connections"
                lead="Sources send events in, destinations get them."
            />
            <Paper className={classes.plane}>
                <CopyValue label="Data plane URL" value={dataPlaneUrlOf(workspace)} />
                <p className={classes.planeHint}>
                    SDKs send events here, each with the write key of its source.
                </p>
            </Paper>
            <Loading queries={queries}>
                {(sources, destinations, connections, sourceKinds, destinationKinds) => (
                    <ConnectionMap
                        sources={sources.map((source) => ({
                            ...source,
                            title: titleOf(sourceKinds, source.type),
                            href: paths.source(source.id),
                        }))}
                        destinations={destinations.map((destination) => ({
                            ...destination,
                            title: titleOf(destinationKinds, destination.type),
                            href: paths.destination(destination.id),
                        }))}
                        connections={connections}
                        addSource={
                            <Needs right="sources.createDelete">
                                <Button
                                    component={Link}
                                    href={paths.sourceNew()}
                                    size="sm"
                                    leftSection={<Icon name="plus" size={17} />}
                                >
                                    Add source
                                </Button>
                            </Needs>
                        }
                        addDestination={
                            <Needs right="destinations.createDelete">
                                <Button
                                    component={Link}
                                    href={paths.destinationNew()}
                                    size="sm"
                                    leftSection={<Icon name="plus" size={17} />}
                                >
                                    Add destination
                                </Button>
                            </Needs>
                        }
                    />
                )}
            </Loading>
        </>
    );
}
