// SPDX-License-Identifier: Apache-2.0
// Sends one event of each kind with an SDK for Node: node node.mjs PACKAGE URL WRITE_KEY
const [name, url, writeKey] = process.argv.slice(2);
const { default: sdk } = await import(name);
const client = name.startsWith('@expo/')
    ? new sdk.default(writeKey, `${url}/v1/batch`, { flushAt: 20 })
    : new sdk(writeKey, { dataPlaneUrl: url, flushAt: 20 });

let left = 6;
function sent(error) {
    if (error) {
        console.error(String(error));
        process.exit(1);
    }
    if (--left === 0) process.exit(0);
}

client.identify({ userId: 'ada', traits: { plan: 'pro' } }, sent);
client.track({ userId: 'ada', event: 'Opened', properties: { from: name } }, sent);
client.page({ userId: 'ada', name: 'Home' }, sent);
client.screen({ userId: 'ada', name: 'Start' }, sent);
client.group({ userId: 'ada', groupId: 'engines' }, sent);
client.alias({ userId: 'ada', previousId: 'lovelace' }, sent);
client.flush();
