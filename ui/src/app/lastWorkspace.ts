// SPDX-License-Identifier: Apache-2.0
// Which workspace this browser used last. Storage may be blocked; then the first one is taken.
const KEY = 'pintle-workspace';

export function rememberWorkspace(id: string): void {
    try {
        window.localStorage.setItem(KEY, id);
    } catch {
        // Only a convenience.
    }
}

export function recallWorkspace(): string | null {
    try {
        return window.localStorage.getItem(KEY);
    } catch {
        return null;
    }
}
