// SPDX-License-Identifier: Apache-2.0
// The system's Chromium, quiet and without the sandbox that root cannot have.
import { chromium } from 'playwright-core';

export const PATIENCE_MS = 60_000; // for one wait, on a machine that is busy with other things

export async function openBrowser() {
    return chromium.launch({
        timeout: 4 * PATIENCE_MS,
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
               '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
}
