// SPDX-License-Identifier: Apache-2.0
// The client and the workspace of the page, for everything below in the tree.
import { createContext, useContext } from 'react';
import type { Arguments, Client, OperationName } from './client';
import type { Operations, Workspace } from './schema';

const ClientContext = createContext<Client | null>(null);
const WorkspaceContext = createContext<Workspace | null>(null);

export const ClientProvider = ClientContext.Provider;
export const WorkspaceProvider = WorkspaceContext.Provider;

export function useClient(): Client {
    const client = useContext(ClientContext);
    if (!client) throw new Error('useClient outside of ClientProvider');
    return client;
}

export function useWorkspace(): Workspace {
    const workspace = useContext(WorkspaceContext);
    if (!workspace) throw new Error('useWorkspace outside of a page of a workspace');
    return workspace;
}

export type Call = <K extends OperationName>(
    name: K,
    args: Arguments<K>,
    signal?: AbortSignal,
) => Promise<Operations[K]['reply']>;

// The client's call, in the page's workspace (outside of one: in none).
export function useCall(): Call {
    const client = useClient();
    const workspaceId = useContext(WorkspaceContext)?.id ?? '';
    return (name, args, signal) => client.call(name, args, workspaceId, signal);
}
