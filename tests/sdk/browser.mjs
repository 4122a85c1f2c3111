// SPDX-License-Identifier: Apache-2.0
// A web page with the official browser SDK, in Chromium: node browser.mjs URL WRITE_KEY
// Prints as JSON which requests the page sent and what its console said.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { openBrowser, PATIENCE_MS } from './chromium.mjs';

const [url, writeKey] = process.argv.slice(2);
const file = 'node_modules/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js';
const sdk = readFileSync(new URL(file, import.meta.url));
const arguments_ = [writeKey, url, { configUrl: url }].map((value) => JSON.stringify(value));
const page = `<!doctype html><title>Shop</title><script src="/sdk.js"></script><script>
window.sdk = new window.rudderanalytics.RudderAnalytics();
sdk.load(${arguments_});
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
    const end = Date.now() + PATIENCE_MS;
    const sent = () => requests.filter(([method, path]) =>
        method === 'POST' && path.startsWith('/v1/'));
    while (sent().length < 3 && Date.now() < end) {
        await tab.waitForTimeout(50);
    }
    console.log(JSON.stringify({ requests, said }));
} finally {
    await browser.close();
    site.close();
}
