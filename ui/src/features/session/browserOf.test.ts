// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { browserOf } from './browserOf';

test('names browser and system', () => {
    const chrome =
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36';
    expect(browserOf(chrome)).toBe('Chrome on Linux');
    expect(browserOf(`${chrome} Edg/126.0`)).toBe('Edge on Linux');
    expect(browserOf(chrome.replace('Chrome', 'HeadlessChrome'))).toBe('Chrome on Linux');
    expect(browserOf('Mozilla/5.0 (Android 14; Mobile; rv:127.0) Firefox/127.0')).toBe(
        'Firefox on Android',
    );
});

test('shows what it does not know as it is', () => {
    expect(browserOf('curl/8.5.0')).toBe('curl/8.5.0');
    expect(browserOf(null)).toBe('A browser');
});
