// SPDX-License-Identifier: Apache-2.0
// Sends one event of each kind with the official Node SDK: node node.mjs URL WRITE_KEY
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [url, writeKey] = process.argv.slice(2);
const client = new RudderAnalytics(writeKey, { dataPlaneUrl: url, flushAt: 20 });

client.identify({ userId: 'ada', traits: { plan: 'pro' } });
client.track({ userId: 'ada', event: 'Opened', properties: { from: 'node' } });
client.page({ userId: 'ada', name: 'Home' });
client.screen({ userId: 'ada', name: 'Start' });
client.group({ userId: 'ada', groupId: 'engines' });
client.alias({ userId: 'ada', previousId: 'lovelace' });
client.flush((error) => {
    if (error) {
        console.error(String(error));
        process.exit(1);
    }
    setTimeout(() => process.exit(0), 500); // the first event went alone
});
