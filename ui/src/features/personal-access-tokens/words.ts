// SPDX-License-Identifier: Apache-2.0
// What people read for the words on the wire.
import type { TokenScope, TokenScopeShown } from '@/api/schema';

export const scopeLabels: Record<TokenScope, string> = {
    'read-only': 'Read-Only',
    'read-write': 'Read-Write',
};

// An Admin token was imported; none can be made here.
export const shownScopeLabels: Record<TokenScopeShown, string> = {
    ...scopeLabels,
    admin: 'Admin (legacy)',
};
