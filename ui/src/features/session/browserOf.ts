// SPDX-License-Identifier: Apache-2.0
// A browser by the name that people know, as far as its User-Agent tells.

// Most pretend to be others too, so the most particular name comes first.
const browsers: readonly [string, RegExp][] = [
    ['Edge', /\bEdgA?\//],
    ['Opera', /\bOPR\//],
    ['Firefox', /\b(Firefox|FxiOS)\//],
    ['Chrome', /\b(HeadlessChrome|Chrome|CriOS)\//],
    ['Safari', /\bSafari\//],
];
const systems: readonly [string, RegExp][] = [
    ['Android', /\bAndroid\b/],
    ['iOS', /\b(iPhone|iPad)\b/],
    ['Windows', /\bWindows\b/],
    ['macOS', /\bMac OS X\b/],
    ['Linux', /\bLinux\b/],
];

function first(names: readonly [string, RegExp][], agent: string): string | undefined {
    return names.find(([, pattern]) => pattern.test(agent))?.[0];
}

export function browserOf(agent: string | null | undefined): string {
    if (!agent) return 'A browser';
    const browser = first(browsers, agent);
    const system = first(systems, agent);
    if (!browser) return agent.slice(0, 40);
    return system ? `${browser} on ${system}` : browser;
}
