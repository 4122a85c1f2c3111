// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, vi } from 'vitest';
import { Client, urlOf } from './client';
import { ApiError } from './error';

function answering(status: number, body: string) {
    return vi.fn<typeof fetch>(() =>
        Promise.resolve(new Response(status === 204 ? null : body, { status })),
    );
}

function make(fetch: typeof globalThis.fetch, onConfirm?: () => Promise<boolean>) {
    const onSignedOut = vi.fn();
    const client = new Client({ fetch, onSignedOut, onConfirm });
    client.csrfToken = 'proof';
    return { client, onSignedOut };
}

const sentHeaders = (fetch: ReturnType<typeof answering>) =>
    fetch.mock.calls[0]?.[1]?.headers as Headers;

describe('urlOf', () => {
    it('fills in and escapes', () => {
        expect(urlOf('/v2/sources/{id}', { id: 'a/b' }, { page: 2, x: undefined })).toBe(
            '/v2/sources/a%2Fb?page=2',
        );
    });
});

describe('a call', () => {
    it('names the workspace and sends no token when it only reads', async () => {
        const fetch = answering(200, '{"source":{"id":"s"}}');
        const { client } = make(fetch);
        const reply = await client.call('GET /v2/sources/{id}', { path: { id: 's' } }, 'w1');
        expect(reply.source.id).toBe('s');
        expect(fetch.mock.calls[0]?.[0]).toBe('/v2/sources/s');
        expect(sentHeaders(fetch).get('X-Workspace-Id')).toBe('w1');
        expect(sentHeaders(fetch).has('X-CSRF-Token')).toBe(false);
    });

    it('proves that a write comes from this page', async () => {
        const fetch = answering(204, '');
        const { client } = make(fetch);
        await client.call('DELETE /v2/connections/{id}', { path: { id: 'c' } }, 'w1');
        expect(sentHeaders(fetch).get('X-CSRF-Token')).toBe('proof');
        expect(sentHeaders(fetch).has('Content-Type')).toBe(false);
    });

    it("turns the server's error into one with its details", async () => {
        const body = {
            error: 'e',
            message: 'bad',
            code: 'BAD_REQUEST',
            details: { name: 'short' },
        };
        const { client, onSignedOut } = make(answering(400, JSON.stringify(body)));
        const error: unknown = await client
            .call('POST /v2/sources', { body: { name: '', type: 'x' } })
            .catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({
            status: 400,
            message: 'bad',
            details: { name: 'short' },
        });
        expect(onSignedOut).not.toHaveBeenCalled();
    });

    it('tells when the session has ended', async () => {
        const { client, onSignedOut } = make(answering(401, '{}'));
        await expect(client.call('GET /v2/session', {})).rejects.toMatchObject({ status: 401 });
        expect(onSignedOut).toHaveBeenCalledOnce();
    });

    it('says in words that a proxy answered something else', async () => {
        const { client } = make(answering(502, '<html>'));
        await expect(client.call('GET /v2/session', {})).rejects.toMatchObject({
            status: 502,
            message: 'The server answered with status 502.',
        });
    });

    it('is offline when there is no answer', async () => {
        const { client } = make(() => Promise.reject(new TypeError('failed')));
        await expect(client.call('GET /v2/session', {})).rejects.toMatchObject({
            isOffline: true,
        });
    });
});

describe('a call that wants the password again', () => {
    const due = '{"message":"again","code":"REAUTHENTICATION_REQUIRED","details":{}}';
    const refusedOnce = () => {
        const fetch = answering(204, '');
        fetch.mockResolvedValueOnce(new Response(due, { status: 403 }));
        return fetch;
    };
    const remove = { path: { id: 'x' } };

    it('is repeated once it was given', async () => {
        const fetch = refusedOnce();
        const onConfirm = vi.fn(() => Promise.resolve(true));
        const { client } = make(fetch, onConfirm);
        await client.call('DELETE /v2/personal-access-tokens/{id}', remove);
        expect(onConfirm).toHaveBeenCalledOnce();
        expect(fetch).toHaveBeenCalledTimes(2);
    });

    it('fails when it was not', async () => {
        const fetch = refusedOnce();
        const { client } = make(fetch, () => Promise.resolve(false));
        await expect(
            client.call('DELETE /v2/personal-access-tokens/{id}', remove),
        ).rejects.toMatchObject({ code: 'REAUTHENTICATION_REQUIRED', message: 'again' });
        expect(fetch).toHaveBeenCalledOnce();
    });
});
