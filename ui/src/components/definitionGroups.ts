// SPDX-License-Identifier: Apache-2.0
// The catalogue in groups: what most people look for comes first.

const FIRST = ['Web', 'Server', 'Mobile'];

function rank(category: string): number {
    const at = FIRST.indexOf(category);
    return at < 0 ? FIRST.length : at;
}

export function groupsOf<Item extends { category: string; title: string }>(
    items: readonly Item[],
): { category: string; items: Item[] }[] {
    const categories = [...new Set(items.map(({ category }) => category))];
    categories.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    return categories.map((category) => ({
        category,
        items: items
            .filter((item) => item.category === category)
            .sort((a, b) => a.title.localeCompare(b.title)),
    }));
}

// Two letters that stand for a title: "Node.js" → Nj, "Android (Java)" → AJ.
export function initialsOf(title: string): string {
    const words = title.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const first = words[0] ?? '?';
    const second = words[1]?.[0] ?? first.slice(1).match(/[A-Z]/)?.[0] ?? first[1] ?? '';
    return `${first[0] ?? ''}${second}`;
}
