// SPDX-License-Identifier: Apache-2.0
// How to send the first event, filled in. The language stands in the address as ?language=….
import { Alert, Anchor, SegmentedControl, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';
import { useWorkspace } from '@/api/context';
import { usePaths } from '@/api/paths';
import { useSourceDefinitions } from '@/api/resources';
import type { Source, SourceDefinition } from '@/api/schema';
import { CodeBlock } from '@/components/CodeBlock';
import { dataPlaneUrlOf } from '@/components/dataPlaneUrl';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { snippetIdOf, snippetsOf, type Snippet } from './snippets';

function Steps({ snippet }: { snippet: Snippet }) {
    return (
        <Stack gap="md">
            {snippet.url && (
                <div>
                    <Text size="sm" fw={560} mb={6}>
                        URL to enter at the service that sends
                    </Text>
                    <CodeBlock label="Webhook URL" code={snippet.url} />
                </div>
            )}
            {snippet.install && (
                <div>
                    <Text size="sm" fw={560} mb={6}>
                        Install
                    </Text>
                    <CodeBlock label="Install" code={snippet.install} />
                </div>
            )}
            <div>
                <Text size="sm" fw={560} mb={6}>
                    {snippet.install ? 'Send a first event' : 'Paste into a terminal'}
                </Text>
                <CodeBlock label={`${snippet.label} snippet`} code={snippet.code} />
            </div>
        </Stack>
    );
}

// What the snippets do not say of some kinds.
function Hint({ source, definition }: { source: Source; definition: SourceDefinition }) {
    const paths = usePaths();
    if (!definition.isAvailable)
        return (
            <Alert color="brass" icon={<Icon name="warning" />}>
                {definition.title} brings no events by itself yet. What is sent with the write
                key, as below, comes in.
            </Alert>
        );
    if (!definition.runs) return null;
    return (
        <Alert color="gray" icon={<Icon name="refresh" />}>
            Events of this source come in runs. Start one under{' '}
            <Anchor component={Link} href={paths.source(source.id, 'runs')} inherit>
                Runs
            </Anchor>{' '}
            or over the API; the program that does the work sends events as below and tells with{' '}
            <code>pintle run report</code> how it stands.
        </Alert>
    );
}

export function SourceSetup({ source }: { source: Source }) {
    const paths = usePaths();
    const workspace = useWorkspace();
    const { data: definitions } = useSourceDefinitions();
    const [params, setParams] = useSearchParams();
    const definition = definitions?.find(({ type }) => type === source.type);
    const word = definition?.snippet ?? '';
    const snippets = snippetsOf(
        { writeKey: source.writeKey, dataPlaneUrl: dataPlaneUrlOf(workspace) },
        definition?.isAvailable ? word : '',
    );
    const wanted = params.get('language') ?? snippetIdOf(word);
    const snippet = snippets.find(({ id }) => id === wanted) ?? snippets[0];
    if (!snippet) return null;
    return (
        <Section
            title="Setup"
            lead="Write key and data plane URL are filled in. RudderStack's SDKs work unchanged."
        >
            <Stack gap="lg">
                {definition && <Hint source={source} definition={definition} />}
                {snippets.length > 1 && (
                    <SegmentedControl
                        aria-label="Language"
                        data={snippets.map(({ id, label }) => ({ value: id, label }))}
                        value={snippet.id}
                        onChange={(language) => setParams({ language }, { replace: true })}
                        style={{ alignSelf: 'flex-start', maxWidth: '100%' }}
                    />
                )}
                <Steps snippet={snippet} />
                <Text size="sm" c="dimmed">
                    Then watch it arrive under{' '}
                    <Anchor
                        component={Link}
                        href={paths.source(source.id, 'live-events')}
                        inherit
                        underline="always"
                    >
                        Live events
                    </Anchor>
                    .
                </Text>
            </Stack>
        </Section>
    );
}
