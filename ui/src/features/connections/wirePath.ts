// SPDX-License-Identifier: Apache-2.0
// The shape of a line of the map: leaves the source to the right, reaches the destination from
// the left.

export interface Point {
    x: number;
    y: number;
}

export function wirePath(from: Point, to: Point): string {
    const bend = Math.max(24, (to.x - from.x) / 2);
    const n = (value: number) => Math.round(value * 10) / 10;
    return [
        `M${n(from.x)} ${n(from.y)}`,
        `C${n(from.x + bend)} ${n(from.y)}`,
        `${n(to.x - bend)} ${n(to.y)}`,
        `${n(to.x)} ${n(to.y)}`,
    ].join(' ');
}
