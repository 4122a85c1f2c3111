// SPDX-License-Identifier: Apache-2.0
// Sets the colour scheme before the first paint, so that a dark page does not flash white.
// A file of its own because the content security policy forbids inline scripts.
(function () {
    var stored = null;
    try {
        stored = window.localStorage.getItem('pintle-color-scheme');
    } catch (error) {
        // Storage may be blocked: then the system's scheme is used.
    }
    var isDark =
        stored === 'dark' ||
        (stored !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
    document.documentElement.setAttribute(
        'data-mantine-color-scheme',
        isDark ? 'dark' : 'light',
    );
})();
