// SPDX-License-Identifier: Apache-2.0
// The system's Chromium, quiet and without the sandbox that root cannot have.
import { chromium } from 'playwright-core';

export async function openBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
               '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
}
