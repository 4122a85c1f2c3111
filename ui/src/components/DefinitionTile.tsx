// SPDX-License-Identifier: Apache-2.0
// A small mark for a kind of source or destination: its initials on a colour of its own.
import { initialsOf } from './definitionGroups';
import classes from './DefinitionTile.module.css';

const HUES = [168, 200, 38, 260, 340, 90, 222, 14];

function hash(text: string): number {
    let sum = 0;
    for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
    return sum;
}

export function DefinitionTile({ title, size = 38 }: { title: string; size?: number }) {
    return (
        <span
            className={classes.tile}
            style={{
                width: size,
                height: size,
                fontSize: size * 0.4,
                ['--tile-hue' as string]: HUES[hash(title) % HUES.length],
            }}
            aria-hidden="true"
        >
            {initialsOf(title)}
        </span>
    );
}
