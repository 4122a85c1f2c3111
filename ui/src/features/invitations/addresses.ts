// SPDX-License-Identifier: Apache-2.0
// E-mail addresses out of what people paste: commas, semicolons, line breaks, names around them.

export function addressesOf(text: string): string[] {
    const found = text
        .split(/[,;\n\r\t]+/)
        .flatMap((part) => /<([^>]+)>/.exec(part)?.[1] ?? part.split(/\s+/))
        .map((word) => word.trim())
        .filter(Boolean);
    return [...new Set(found)];
}

// As the server judges: something@something, without spaces.
export function isAddress(text: string): boolean {
    return /^[^\s@]+@[^\s@]+$/.test(text);
}
