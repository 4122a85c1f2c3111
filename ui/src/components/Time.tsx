// SPDX-License-Identifier: Apache-2.0
// A moment, in the reader's own time zone; the exact one stands in the title.

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const dateTime = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
});
const clock = new Intl.DateTimeFormat(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
});
const second = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const formats = { date, dateTime, clock, second, hour };

export function Time({ at, as = 'dateTime' }: { at: string; as?: keyof typeof formats }) {
    return (
        <time dateTime={at} title={at} style={{ whiteSpace: 'nowrap' }}>
            {formats[as].format(new Date(at))}
        </time>
    );
}
