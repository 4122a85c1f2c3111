// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FILE_MAX_BYTES, readDocument } from './readDocument';

describe('readDocument', () => {
    it('gives the object', () => {
        expect(readDocument('{"members": []}')).toEqual({ members: [] });
    });
    it.each(['[]', 'null', '1', '"text"'])('refuses %s, which is no object', (text) => {
        expect(() => readDocument(text)).toThrow('one JSON object');
    });
    it('says that a text is not JSON', () => {
        expect(() => readDocument('{"members": [}')).toThrow('not valid JSON');
    });
    it('refuses what is too large before it reads it', () => {
        expect(() => readDocument(' '.repeat(FILE_MAX_BYTES + 1))).toThrow('4 MiB');
    });
});
