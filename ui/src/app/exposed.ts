// SPDX-License-Identifier: Apache-2.0
// Whether a page came over plain HTTP from another machine.
export function isExposed({
    protocol,
    hostname,
}: {
    protocol: string;
    hostname: string;
}): boolean {
    const isLoopback =
        hostname === 'localhost' ||
        hostname.endsWith('.localhost') ||
        hostname === '[::1]' ||
        /^127(\.\d{1,3}){3}$/.test(hostname);
    return protocol === 'http:' && !isLoopback;
}
