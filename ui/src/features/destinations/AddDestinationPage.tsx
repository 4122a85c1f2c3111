// SPDX-License-Identifier: Apache-2.0
// Adding a destination: kind, then name, sources and settings. Kind and step stand in the
// address, so that the browser's back button goes one step back.
import { useSearchParams } from 'wouter';
import { usePaths } from '@/api/paths';
import {
    useDestination,
    useDestinationDefinition,
    useDestinationDefinitions,
    useSources,
} from '@/api/resources';
import { DefinitionPicker } from '@/components/DefinitionPicker';
import { DefinitionTile } from '@/components/DefinitionTile';
import { Loading } from '@/components/Loading';
import { PageHeader } from '@/components/PageHeader';
import { AddDestinationSteps } from './AddDestinationSteps';

function Steps({ type }: { type: string }) {
    const queries = [useDestinationDefinition(type), useSources()] as const;
    return (
        <Loading queries={queries}>
            {(definition, sources) => (
                <AddDestinationSteps definition={definition} sources={sources} />
            )}
        </Loading>
    );
}

// The same, beginning with what another destination has.
function CloneSteps({ type, id }: { type: string; id: string }) {
    const queries = [useDestinationDefinition(type), useSources(), useDestination(id)] as const;
    return (
        <Loading queries={queries} what="destination">
            {(definition, sources, original) => (
                <AddDestinationSteps {...{ definition, sources, original }} />
            )}
        </Loading>
    );
}

export function AddDestinationPage() {
    const paths = usePaths();
    const queries = [useDestinationDefinitions()] as const;
    const [params, setParams] = useSearchParams();
    const type = params.get('type');
    const original = params.get('clone');
    const source = params.get('source') ?? undefined;
    const choose = (chosen: string) =>
        setParams((before) => {
            const next = new URLSearchParams(before);
            next.delete('q');
            next.set('type', chosen);
            return next;
        });
    return (
        <Loading queries={queries}>
            {(definitions) => {
                const definition = definitions.find((one) => one.type === type);
                if (definition)
                    return (
                        <>
                            <PageHeader
                                title={`Add ${definition.title} destination`}
                                mark={<DefinitionTile title={definition.title} size={44} />}
                                back={{
                                    label: 'Another kind of destination',
                                    href: paths.destinationNew(source),
                                }}
                            />
                            {original ? (
                                <CloneSteps
                                    key={original}
                                    type={definition.type}
                                    id={original}
                                />
                            ) : (
                                <Steps key={definition.type} type={definition.type} />
                            )}
                        </>
                    );
                return (
                    <>
                        <PageHeader
                            title="Add destination"
                            lead="Where shall events go?"
                            back={{ label: 'Connections', href: paths.connections }}
                        />
                        <DefinitionPicker
                            what="destinations"
                            definitions={definitions}
                            onChoose={choose}
                        />
                    </>
                );
            }}
        </Loading>
    );
}
