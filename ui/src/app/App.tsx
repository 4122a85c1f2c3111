// SPDX-License-Identifier: Apache-2.0
// Providers around the routes: look, client, cached queries.
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Client } from '@/api/client';
import { ClientProvider } from '@/api/context';
import { ApiError } from '@/api/error';
import { endSession } from '@/api/session';
import { ErrorBoundary } from '@/components/ErrorBoundary';
import { Confirmation, ConfirmationDialog } from './ConfirmationDialog';
import { Routes } from './Routes';
import { cssVariables, theme } from './theme';

// The key is known to public/color-scheme.js too.
const colorScheme = localStorageColorSchemeManager({ key: 'pintle-color-scheme' });

const MAX_TRIES = 2;

// Only what may pass by itself is tried again.
function shouldRetry(failures: number, error: Error): boolean {
    const mayPass = error instanceof ApiError && (error.isOffline || error.status === 503);
    return mayPass && failures < MAX_TRIES;
}

function makeServices() {
    const queries = new QueryClient({
        defaultOptions: {
            // "always": a server on this machine can be reached without a network
            queries: { retry: shouldRetry, staleTime: 5_000, networkMode: 'always' },
            mutations: { networkMode: 'always' },
        },
    });
    const confirmation = new Confirmation();
    const client = new Client({
        fetch: (...args) => window.fetch(...args),
        onSignedOut: () => endSession(queries),
        onConfirm: () => confirmation.ask(),
    });
    return { queries, client, confirmation };
}

export function App() {
    const [{ queries, client, confirmation }] = useState(makeServices);
    return (
        <MantineProvider
            theme={theme}
            cssVariablesResolver={cssVariables}
            defaultColorScheme="auto"
            colorSchemeManager={colorScheme}
        >
            <Notifications position="bottom-right" autoClose={3500} />
            <ErrorBoundary>
                <QueryClientProvider client={queries}>
                    <ClientProvider value={client}>
                        <Routes />
                        <ConfirmationDialog confirmation={confirmation} />
                    </ClientProvider>
                </QueryClientProvider>
            </ErrorBoundary>
        </MantineProvider>
    );
}
