// SPDX-License-Identifier: Apache-2.0
// Whether each word of a search stands in one of the texts.
export function matches(search: string, ...texts: string[]): boolean {
    const all = texts.join('\n').toLowerCase();
    return search
        .toLowerCase()
        .split(/\s+/)
        .every((word) => all.includes(word));
}
