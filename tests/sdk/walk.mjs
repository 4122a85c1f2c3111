// SPDX-License-Identifier: Apache-2.0
// Walks through the dashboard as a person does, with a screenshot of each step.
//   node walk.mjs WALK URL OUT_DIRECTORY EMAIL PASSWORD   WALK is the name of a walk below
// Prints as JSON what a person would take along (a copied token, the ids seen).
import { mkdirSync } from 'node:fs';
import { openBrowser, PATIENCE_MS } from './chromium.mjs';
import * as walks from './walks.mjs';

const [name, url, out, email, password] = process.argv.slice(2);
mkdirSync(out, { recursive: true });

const browser = await openBrowser();
try {
    const context = await browser.newContext({
        baseURL: url,
        viewport: { width: 1280, height: 900 },
        permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const troubles = [];
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
        // Before signing in the dashboard asks who it is, and is told that nobody.
        const isExpected = message.text().includes('status of 401');
        if (message.type() === 'error' && !isExpected) troubles.push(message.text());
    });

    let number = 0;
    const shoot = (what) => page.screenshot({
        path: `${out}/${String(number).padStart(2, '0')}-${what}.png`,
    });
    const step = async (what, action) => {
        number++;
        try {
            await action();
        } catch (error) {
            await shoot(`${what}-failed`);
            throw error;
        }
        await shoot(what);
    };
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const taken = await walks[name]({ page, context, step, clipboard, email, password });
    console.log(JSON.stringify({ ...taken, troubles, steps: number }));
} finally {
    await browser.close();
}
