// SPDX-License-Identifier: Apache-2.0
// User ids as people paste them: one in a line, each once.
export function userIdsOf(text: string): string[] {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return [...new Set(lines.filter((line) => line !== ''))];
}
