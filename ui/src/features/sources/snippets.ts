// SPDX-License-Identifier: Apache-2.0
// Code to paste that sends a first event, filled in with the source's write key and the data
// plane's URL.

export interface SnippetFacts {
    writeKey: string;
    dataPlaneUrl: string;
}

export interface Snippet {
    id: string;
    label: string;
    install?: string;
    url?: string; // to be entered at the service that sends
    code: string;
}

// All three languages read a JSON string as one of theirs.
const quote = (text: string) => JSON.stringify(text);

function javascript({ writeKey, dataPlaneUrl }: SnippetFacts): Snippet {
    return {
        id: 'javascript',
        label: 'JavaScript',
        install: 'npm install @rudderstack/analytics-js',
        code: `import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

const analytics = new RudderAnalytics();
analytics.load(
  ${quote(writeKey)},
  ${quote(dataPlaneUrl)},
  { configUrl: ${quote(dataPlaneUrl)} },
);

analytics.page();
analytics.track('First Event', { plan: 'trial' });
`,
    };
}

function node({ writeKey, dataPlaneUrl }: SnippetFacts): Snippet {
    return {
        id: 'node',
        label: 'Node',
        install: 'npm install @rudderstack/rudder-sdk-node',
        code: `const RudderAnalytics = require('@rudderstack/rudder-sdk-node');

const analytics = new RudderAnalytics(${quote(writeKey)}, {
  dataPlaneUrl: ${quote(dataPlaneUrl)},
});

analytics.track({
  userId: 'user-1',
  event: 'First Event',
  properties: { plan: 'trial' },
});
analytics.flush();
`,
    };
}

function python({ writeKey, dataPlaneUrl }: SnippetFacts): Snippet {
    return {
        id: 'python',
        label: 'Python',
        install: 'pip install rudder-sdk-python',
        code: `import rudderstack.analytics as analytics

analytics.write_key = ${quote(writeKey)}
analytics.dataPlaneUrl = ${quote(dataPlaneUrl)}

analytics.track("user-1", "First Event", {"plan": "trial"})
analytics.flush()
`,
    };
}

// In single quotes for the shell.
const shell = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function curl({ writeKey, dataPlaneUrl }: SnippetFacts): Snippet {
    return {
        id: 'curl',
        label: 'curl',
        code: `curl ${shell(`${dataPlaneUrl.replace(/\/$/, '')}/v1/track`)} \\
  -u ${shell(`${writeKey}:`)} \\
  -H 'Content-Type: application/json' \\
  -d '{"userId": "user-1", "event": "First Event", "properties": {"plan": "trial"}}'
`,
    };
}

function webhook({ writeKey, dataPlaneUrl }: SnippetFacts): Snippet {
    const query = `writeKey=${encodeURIComponent(writeKey)}`;
    const url = `${dataPlaneUrl.replace(/\/$/, '')}/v1/webhook?${query}`;
    return {
        id: 'webhook',
        label: 'Webhook',
        url,
        code: `curl ${shell(url)} \\
  -H 'Content-Type: application/json' \\
  -d '{"order": 42, "state": "paid"}'
`,
    };
}

// Services that send webhooks use no SDK.
export function snippetsOf(facts: SnippetFacts, word = ''): Snippet[] {
    return word === 'webhook'
        ? [webhook(facts)]
        : [javascript(facts), node(facts), python(facts), curl(facts)];
}

// The snippet that fits a kind of source; curl fits all.
export function snippetIdOf(word: string): string {
    return ['javascript', 'node', 'python'].includes(word) ? word : 'curl';
}
