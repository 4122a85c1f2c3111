// SPDX-License-Identifier: Apache-2.0
// A hint how hard a password is to guess. Length is what the server asks for; the hint only
// warns of long but easy ones.

export const PASSWORD_MIN = 15;

export interface Strength {
    percent: number;
    label: string;
    isLongEnough: boolean;
}

function countDistinct(text: string): number {
    return new Set(text).size;
}

// A run of one pattern repeated ("abcabcabc…") is worth one of its copies.
function unrepeated(text: string): string {
    return /^(.+?)\1+.?$/su.exec(text)?.[1] ?? text;
}

export function strengthOf(password: string): Strength {
    const length = [...password].length;
    if (length < PASSWORD_MIN) {
        const missing = PASSWORD_MIN - length;
        return {
            percent: (length / PASSWORD_MIN) * 50,
            label: `${missing} more ${missing === 1 ? 'character' : 'characters'}`,
            isLongEnough: false,
        };
    }
    const core = unrepeated(password);
    if (countDistinct(password) < 6 || [...core].length < 8)
        return { percent: 55, label: 'Long enough, but easy to guess', isLongEnough: true };
    if (length < 20) return { percent: 80, label: 'Good', isLongEnough: true };
    return { percent: 100, label: 'Strong', isLongEnough: true };
}
