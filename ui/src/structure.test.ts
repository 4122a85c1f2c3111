// SPDX-License-Identifier: Apache-2.0
// The shape of the dashboard's own code: who may import whom, and how long a file gets.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const LINES_MAX = 250;
const root = dirname(fileURLToPath(import.meta.url));

const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|css)$/.test(name) && name !== join('api', 'schema.ts'))
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

// "features/sources" for a file of that feature, otherwise its first folder.
function partOf(name: string): string {
    const [first = '', second = ''] = name.split(/[\\/]/);
    return first === 'features' ? `${first}/${second}` : first;
}

function importsOf({ name, text }: { name: string; text: string }): string[] {
    return [...text.matchAll(/from '([@.][^']*)'/g)].map(([, path = '']) =>
        path.startsWith('@/')
            ? path.slice(2)
            : relative(root, join(root, dirname(name), path)).replaceAll('\\', '/'),
    );
}

const mayImport: Record<string, RegExp> = {
    api: /^api$/,
    components: /^(api|components)$/,
    feature: /^(api|components)$/,
    app: /./,
};

describe.each(files.filter(({ name }) => /tsx?$/.test(name)))('$name', (file) => {
    it('imports only from where it may', () => {
        const part = partOf(file.name);
        const allowed = mayImport[part.startsWith('features/') ? 'feature' : part] ?? /./;
        const strangers = importsOf(file)
            .map(partOf)
            .filter((other) => other !== part && !allowed.test(other));
        expect(strangers).toEqual([]);
    });
});

it(`no file is longer than ${LINES_MAX} lines`, () => {
    const long = files.filter(({ text }) => text.split('\n').length > LINES_MAX + 1);
    expect(long.map(({ name }) => name)).toEqual([]);
});
