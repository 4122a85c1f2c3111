// SPDX-License-Identifier: Apache-2.0
// Calls the management API with the browser's session: names the workspace, proves that writes
// come from this page (CSRF token), turns failures into ApiError.
import { ApiError, errorOf } from './error';
import type { Operations } from './schema';

export type OperationName = keyof Operations;
type Values = Readonly<Record<string, string | number | boolean | undefined>>;

// Arguments of an operation: a part that the document does not know cannot be given.
export type Arguments<K extends OperationName> = Part<'path', Operations[K]['path']> &
    Part<'query', Operations[K]['query']> &
    Part<'body', Operations[K]['body']> & { ifMatch?: string };
type Part<Name extends string, Type> = [Type] extends [undefined]
    ? unknown
    : object extends Type
      ? { [name in Name]?: Type }
      : { [name in Name]: Type };

interface LooseArguments {
    path?: Values;
    query?: Values;
    body?: unknown;
    ifMatch?: string; // writes only if this is still its ETag
}

export function urlOf(pattern: string, path: Values = {}, query: Values = {}): string {
    const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(String(path[name] ?? '')),
    );
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
        if (value !== undefined) search.set(name, String(value));
    return search.size > 0 ? `${filled}?${search}` : filled;
}

function isConfirmationDue(error: unknown): boolean {
    return error instanceof ApiError && error.code === 'REAUTHENTICATION_REQUIRED';
}

export interface ClientOptions {
    fetch: typeof fetch;
    onSignedOut: () => void; // the session has ended
    onConfirm?: () => Promise<boolean>; // asks for the password; true when it was given
}

export class Client {
    csrfToken = ''; // from GET /v2/session
    private readonly options: ClientOptions;
    private readonly tags = new WeakMap<object, string>();

    constructor(options: ClientOptions) {
        this.options = options;
    }

    // workspaceId: empty for calls that belong to no workspace.
    async call<K extends OperationName>(
        name: K,
        args: Arguments<K>,
        workspaceId = '',
        signal?: AbortSignal,
    ): Promise<Operations[K]['reply']> {
        try {
            return await this.attempt(name, args, workspaceId, signal);
        } catch (error) {
            // What weighs much asks for the password again, then goes on by itself.
            if (!isConfirmationDue(error) || !(await this.options.onConfirm?.())) throw error;
            return this.attempt(name, args, workspaceId, signal);
        }
    }

    // The ETag that came with an answer.
    tagOf(reply: object): string | undefined {
        return this.tags.get(reply);
    }

    private async attempt<K extends OperationName>(
        name: K,
        args: Arguments<K>,
        workspaceId: string,
        signal?: AbortSignal,
    ): Promise<Operations[K]['reply']> {
        const space = name.indexOf(' ');
        const method = name.slice(0, space);
        const { path, query, body, ifMatch } = args as LooseArguments;
        const headers = this.headers(method, workspaceId, body !== undefined);
        if (ifMatch) headers.set('If-Match', ifMatch);
        const response = await this.send(urlOf(name.slice(space + 1), path, query), {
            method,
            headers,
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: 'same-origin',
            signal,
        });
        const reply = await this.decode(response);
        const tag = response.headers.get('ETag');
        if (tag && typeof reply === 'object' && reply !== null) this.tags.set(reply, tag);
        return reply as Operations[K]['reply'];
    }

    private headers(method: string, workspaceId: string, hasBody: boolean): Headers {
        const headers = new Headers({ Accept: 'application/json' });
        if (workspaceId) headers.set('X-Workspace-Id', workspaceId);
        if (hasBody) headers.set('Content-Type', 'application/json');
        if (method !== 'GET') headers.set('X-CSRF-Token', this.csrfToken);
        return headers;
    }

    private async send(url: string, init: RequestInit): Promise<Response> {
        try {
            return await this.options.fetch(url, init);
        } catch (error) {
            if (init.signal?.aborted) throw error;
            throw new ApiError(0, 'OFFLINE', 'Pintle cannot be reached. Is it running?');
        }
    }

    private async decode(response: Response): Promise<unknown> {
        const text = await response.text();
        let body: unknown;
        try {
            body = text === '' ? undefined : JSON.parse(text);
        } catch {
            body = text;
        }
        if (response.ok) return body;
        if (response.status === 401) this.options.onSignedOut();
        throw errorOf(response.status, body);
    }
}
