// SPDX-License-Identifier: Apache-2.0
// Every kind of source and destination there is, with search.
import { useLocation } from 'wouter';
import { usePaths } from '@/api/paths';
import { useDestinationDefinitions, useSourceDefinitions } from '@/api/resources';
import { DefinitionPicker } from '@/components/DefinitionPicker';
import { PageHeader } from '@/components/PageHeader';
import { TabLinks } from '@/components/TabLinks';

function Sources() {
    const paths = usePaths();
    const [, navigate] = useLocation();
    return (
        <DefinitionPicker
            what="sources"
            definitions={useSourceDefinitions().data}
            onChoose={(type) => navigate(`${paths.sourceNew()}?type=${type}`)}
        />
    );
}

function Destinations() {
    const paths = usePaths();
    const [, navigate] = useLocation();
    return (
        <DefinitionPicker
            what="destinations"
            definitions={useDestinationDefinitions().data}
            onChoose={(type) => navigate(`${paths.destinationNew()}?type=${type}`)}
        />
    );
}

export function DirectoryPage({ kind }: { kind: string }) {
    const paths = usePaths();
    return (
        <>
            <PageHeader title="Directory" lead="What can send events, and where they can go" />
            <TabLinks
                label="Directory"
                current={kind}
                tabs={[
                    {
                        id: 'destinations',
                        label: 'Destinations',
                        href: paths.directory('destinations'),
                    },
                    { id: 'sources', label: 'Sources', href: paths.directory('sources') },
                ]}
            />
            {kind === 'sources' ? <Sources /> : <Destinations />}
        </>
    );
}
