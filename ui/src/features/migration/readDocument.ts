// SPDX-License-Identifier: Apache-2.0
// The chosen file as a JSON object, or a sentence that says why it is none.
export const FILE_MAX_BYTES = 4 << 20;

export function readDocument(text: string): Record<string, unknown> {
    if (text.length > FILE_MAX_BYTES) throw new Error('The file is larger than 4 MiB.');
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        const where = error instanceof Error ? error.message : '';
        throw new Error(`The file is not valid JSON. ${where}`.trim());
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new Error('The file must hold one JSON object.');
    return value as Record<string, unknown>;
}
