// SPDX-License-Identifier: Apache-2.0
// Sends one event of each kind with the official Node SDK: node node.mjs URL WRITE_KEY
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [url, writeKey] = process.argv.slice(2);
const client = new RudderAnalytics(writeKey, { dataPlaneUrl: url, flushAt: 20 });

let left = 6;
function sent(error) {
    if (error) {
        console.error(String(error));
        process.exit(1);
    }
    if (--left === 0) process.exit(0);
}

client.identify({ userId: 'ada', traits: { plan: 'pro' } }, sent);
client.track({ userId: 'ada', event: 'Opened', properties: { from: 'node' } }, sent);
client.page({ userId: 'ada', name: 'Home' }, sent);
client.screen({ userId: 'ada', name: 'Start' }, sent);
client.group({ userId: 'ada', groupId: 'engines' }, sent);
client.alias({ userId: 'ada', previousId: 'lovelace' }, sent);
client.flush();
