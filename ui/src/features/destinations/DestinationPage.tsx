// SPDX-License-Identifier: Apache-2.0
// One destination: header and tabs.
import { useLocation } from 'wouter';
import { usePaths, type DestinationTab } from '@/api/paths';
import {
    useConnections,
    useDestination,
    useDestinationDefinitions,
    useSources,
    useWrite,
    type Tagged,
} from '@/api/resources';
import type { Destination } from '@/api/schema';
import { AuditTab } from '@/components/audit/AuditTab';
import { Loading } from '@/components/Loading';
import { NeedsForm, NeedsToSee } from '@/components/Needs';
import { NotFound } from '@/components/NotFound';
import { ResourceHeader } from '@/components/ResourceHeader';
import { TabLinks } from '@/components/TabLinks';
import { titleOf } from '@/components/titleOf';
import { DestinationConfiguration } from './DestinationConfiguration';
import { DestinationDelivery } from './DestinationDelivery';
import { DestinationLiveEvents } from './DestinationLiveEvents';
import { DestinationRevisions } from './DestinationRevisions';
import { DestinationSettings } from './DestinationSettings';
import { DestinationSources } from './DestinationSources';
import { DestinationTransformation } from './DestinationTransformation';
import { NotDelivered } from './NotDelivered';

const labels: Record<DestinationTab, string> = {
    sources: 'Sources',
    transformation: 'Transformation',
    configuration: 'Configuration',
    'live-events': 'Live events',
    delivery: 'Delivery',
    revisions: 'Revisions',
    'audit-logs': 'Audit Logs',
    settings: 'Settings',
};

interface TabProps {
    destination: Tagged<Destination>;
    tab: string;
    names: readonly string[]; // of what it is connected to
}

function Tab({ destination, tab, names }: TabProps) {
    switch (tab) {
        case 'sources':
            return <DestinationSources destination={destination} />;
        case 'transformation':
            return <DestinationTransformation destination={destination} />;
        case 'revisions':
            return <DestinationRevisions destination={destination} />;
        case 'configuration':
            return (
                <NeedsForm right="destinations.edit" ids={[destination.id]}>
                    <DestinationConfiguration destination={destination} />
                </NeedsForm>
            );
        case 'live-events':
            return (
                <NeedsToSee right="pii.destinationLiveEvents">
                    <DestinationLiveEvents destination={destination} />
                </NeedsToSee>
            );
        case 'delivery':
            return <DestinationDelivery destination={destination} />;
        case 'audit-logs':
            return <AuditTab type="destination" id={destination.id} />;
        case 'settings':
            return <DestinationSettings destination={destination} connectedTo={names} />;
        default:
            return <NotFound />;
    }
}

export function DestinationPage({ id, tab }: { id: string; tab: string }) {
    const paths = usePaths();
    const [, navigate] = useLocation();
    const update = useWrite('PUT /v2/destinations/{id}', ['destinations']);
    const remove = useWrite('DELETE /v2/destinations/{id}', ['destinations']);
    const queries = [
        useDestination(id),
        useDestinationDefinitions(),
        useConnections(),
        useSources(),
    ] as const;
    return (
        <Loading queries={queries} what="destination">
            {(destination, definitions, connections, sources) => {
                const names = connections
                    .filter(({ destinationId }) => destinationId === id)
                    .map(
                        ({ sourceId }) =>
                            sources.find((one) => one.id === sourceId)?.name ?? sourceId,
                    );
                return (
                    <>
                        <ResourceHeader
                            what="destination"
                            title={titleOf(definitions, destination.type)}
                            resource={destination}
                            connectedTo={names}
                            listHref={paths.destinations}
                            connectedHref={paths.destination(id, 'sources')}
                            onClone={() =>
                                navigate(paths.destinationClone(id, destination.type))
                            }
                            onSave={(body) =>
                                update.mutateAsync({
                                    path: { id },
                                    body,
                                    ifMatch:
                                        body.name === undefined ? undefined : destination.etag,
                                })
                            }
                            onDelete={() => remove.mutateAsync({ path: { id } })}
                        />
                        <NotDelivered
                            definition={definitions.find(
                                ({ type }) => type === destination.type,
                            )}
                        />
                        <TabLinks
                            label="Destination"
                            current={tab}
                            tabs={Object.entries(labels).map(([key, label]) => ({
                                id: key,
                                label,
                                href: paths.destination(id, key as DestinationTab),
                            }))}
                        />
                        <Tab destination={destination} tab={tab} names={names} />
                    </>
                );
            }}
        </Loading>
    );
}
