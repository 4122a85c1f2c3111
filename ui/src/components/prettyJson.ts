// SPDX-License-Identifier: Apache-2.0
// A payload for people's eyes: indented when it is JSON, otherwise as it is.
export function prettyJson(value: unknown): string {
    if (typeof value !== 'string') return JSON.stringify(value, null, 2);
    try {
        const parsed: unknown = JSON.parse(value);
        return typeof parsed === 'object' ? JSON.stringify(parsed, null, 2) : value;
    } catch {
        return value; // cut off, or not JSON at all
    }
}
