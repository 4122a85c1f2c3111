// SPDX-License-Identifier: Apache-2.0
// What people read for the words of tokens on the wire.

const scopeLabels: Record<string, string> = {
    'read-only': 'Read-Only',
    'read-write': 'Read-Write',
    admin: 'Admin (legacy)', // only imported ones
};

export const scopeLabel = (scope: string): string => scopeLabels[scope] ?? scope;

export const grantLabels: Record<string, string> = {
    manage_members: 'Manages members',
    manage_tokens: 'Manages tokens',
};

// Those that were made here have a prefix; those that came from elsewhere have none.
export const isImported = ({ prefix }: { prefix: string }): boolean => prefix === '';

// What is shown of a value: "…w3Xz", or with its prefix. Of imported tokens a digest may be all
// that is known.
export const shownOf = (token: { prefix?: string; lastFour: string }): string =>
    token.lastFour === '????' ? 'value unknown' : `${token.prefix ?? ''}…${token.lastFour}`;
