// SPDX-License-Identifier: Apache-2.0
// How the dashboard is built. `npm run dev` serves it with reloading and hands API calls to a
// running Pintle (PINTLE_URL, http://localhost:8080 by default).
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const server = process.env.PINTLE_URL ?? 'http://localhost:8080';

export default defineConfig({
    plugins: [react()],
    resolve: {
        alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
    },
    build: {
        // Nothing is put into data: URLs or inline scripts: the policy the server sends forbids it.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 1024,
    },
    server: {
        proxy: Object.fromEntries(
            ['/v1', '/v2', '/version', '/sourceConfig'].map((path) => [
                path,
                { target: server },
            ]),
        ),
    },
    test: {
        include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
        // For a machine that is busy with other things: nothing is measured.
        testTimeout: 60_000,
        hookTimeout: 60_000,
    },
});
