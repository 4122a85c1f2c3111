// SPDX-License-Identifier: Apache-2.0
// One source: header and tabs. Its id stands in the address.
import { useDisclosure } from '@mantine/hooks';
import { usePaths, type SourceTab } from '@/api/paths';
import {
    useConnections,
    useDestinations,
    useSource,
    useSourceDefinitions,
    useWrite,
    type Tagged,
} from '@/api/resources';
import type { Source, SourceDefinition } from '@/api/schema';
import { AuditTab } from '@/components/audit/AuditTab';
import { Loading } from '@/components/Loading';
import { NeedsToSee } from '@/components/Needs';
import { NotFound } from '@/components/NotFound';
import { ResourceHeader } from '@/components/ResourceHeader';
import { TabLinks } from '@/components/TabLinks';
import { titleOf } from '@/components/titleOf';
import { CloneSource } from './CloneSource';
import { SourceLiveEvents } from './SourceLiveEvents';
import { SourceOverview } from './SourceOverview';
import { SourceRuns } from './SourceRuns';
import { SourceSettings } from './SourceSettings';
import { SourceSetup } from './SourceSetup';

const labels: Record<SourceTab, string> = {
    overview: 'Overview',
    setup: 'Setup',
    runs: 'Runs',
    'live-events': 'Live events',
    'audit-logs': 'Audit Logs',
    settings: 'Settings',
};

// Sources take events as they are sent or fetch them in runs.
function tabsOf(type: string, definitions: readonly SourceDefinition[]): SourceTab[] {
    const isRun = definitions.find((one) => one.type === type)?.runs ?? false;
    return (Object.keys(labels) as SourceTab[]).filter((tab) => tab !== 'runs' || isRun);
}

interface TabProps {
    source: Tagged<Source>;
    tab: string;
    names: readonly string[]; // of what it is connected to
}

function Tab({ source, tab, names }: TabProps) {
    switch (tab) {
        case 'overview':
            return <SourceOverview source={source} />;
        case 'setup':
            return <SourceSetup source={source} />;
        case 'runs':
            return <SourceRuns source={source} />;
        case 'live-events':
            return (
                <NeedsToSee right="pii.sourceLiveEvents">
                    <SourceLiveEvents source={source} />
                </NeedsToSee>
            );
        case 'audit-logs':
            return <AuditTab type="source" id={source.id} />;
        case 'settings':
            return <SourceSettings source={source} connectedTo={names} />;
        default:
            return <NotFound />;
    }
}

export function SourcePage({ id, tab }: { id: string; tab: string }) {
    const paths = usePaths();
    const [isCloning, clone] = useDisclosure(false);
    const update = useWrite('PUT /v2/sources/{id}', ['sources']);
    const remove = useWrite('DELETE /v2/sources/{id}', ['sources']);
    const queries = [
        useSource(id),
        useSourceDefinitions(),
        useConnections(),
        useDestinations(),
    ] as const;
    return (
        <Loading queries={queries} what="source">
            {(source, definitions, connections, destinations) => {
                const joined = connections.filter(({ sourceId }) => sourceId === id);
                const names = joined.map(
                    ({ destinationId }) =>
                        destinations.find((one) => one.id === destinationId)?.name ??
                        destinationId,
                );
                return (
                    <>
                        <ResourceHeader
                            what="source"
                            title={titleOf(definitions, source.type)}
                            resource={source}
                            connectedTo={names}
                            listHref={paths.sources}
                            connectedHref={paths.source(id, 'overview')}
                            onClone={clone.open}
                            onSave={(body) =>
                                update.mutateAsync({
                                    path: { id },
                                    body,
                                    ifMatch: body.name === undefined ? undefined : source.etag,
                                })
                            }
                            onDelete={() => remove.mutateAsync({ path: { id } })}
                        />
                        <CloneSource source={source} isOpen={isCloning} onClose={clone.close} />
                        <TabLinks
                            label="Source"
                            current={tab}
                            tabs={tabsOf(source.type, definitions).map((key) => ({
                                id: key,
                                label: labels[key],
                                href: paths.source(id, key),
                            }))}
                        />
                        <Tab source={source} tab={tab} names={names} />
                    </>
                );
            }}
        </Loading>
    );
}
