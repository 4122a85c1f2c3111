// SPDX-License-Identifier: Apache-2.0
// A web page with an official browser SDK, in Chromium: node browser.mjs URL WRITE_KEY [HOW]
// HOW as JSON: options for load(); `sdk`, whose file it is; `posts`, how many requests its three
// events make; `leaves`, to go to another page at once and wait there for the end of the input.
// Prints as JSON which requests the page sent and what its console said.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { openBrowser, PATIENCE_MS } from './chromium.mjs';

const [url, writeKey, how = '{}'] = process.argv.slice(2);
const { sdk: file = '@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js', posts = 3,
        leaves = false, ...options } = JSON.parse(how);
const sdk = readFileSync(new URL(`node_modules/${file}`, import.meta.url));
const arguments_ = [writeKey, url, { configUrl: url, ...options }];
const page = `<!doctype html><title>Shop</title><script src="/sdk.js"></script><script>
const { RudderAnalytics } = window.rudderanalytics;
window.sdk = RudderAnalytics ? new RudderAnalytics() : window.rudderanalytics;
sdk.load(${arguments_.map((value) => JSON.stringify(value))});
sdk.ready(() => { window.isReady = true; });
</script>`;

const site = createServer((request, response) => {
    const isSdk = request.url === '/sdk.js';
    response.setHeader('Content-Type', isSdk ? 'text/javascript' : 'text/html');
    response.end(isSdk ? sdk : page);
});
await new Promise((done) => site.listen(0, '127.0.0.1', done));

const browser = await openBrowser();
try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(PATIENCE_MS);
    const requests = [], said = [];
    tab.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    tab.on('response', (response) => {
        if (response.url().startsWith(url)) {
            const path = new URL(response.url()).pathname;
            requests.push([response.request().method(), path, response.status()]);
        }
    });
    await tab.goto(`http://127.0.0.1:${site.address().port}/prices`);
    await tab.waitForFunction(() => window.isReady, null, { timeout: PATIENCE_MS });
    await tab.evaluate(() => {
        sdk.page();
        sdk.identify('ada', { plan: 'pro' });
        sdk.track('Opened', { from: 'browser' });
    });
    if (leaves) {
        await tab.goto('about:blank');
        await new Promise((done) => process.stdin.on('end', done).resume());
    }
    const end = Date.now() + PATIENCE_MS;
    const taken = () => requests.filter(([method, path, status]) =>
        method === 'POST' && path.startsWith('/v1/') && status === 200);
    while (!leaves && taken().length < posts && Date.now() < end) {
        await tab.waitForTimeout(50);
    }
    console.log(JSON.stringify({ requests, said }));
} finally {
    await browser.close();
    site.close();
}
