// SPDX-License-Identifier: Apache-2.0
// The one-time link carries its token as ?token=… or #….
export function linkTokenOf(search: string, hash: string): string {
    return new URLSearchParams(search).get('token') ?? hash.replace(/^#(token=)?/, '');
}
