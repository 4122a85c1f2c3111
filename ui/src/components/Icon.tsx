// SPDX-License-Identifier: Apache-2.0
// The dashboard's own line icons, drawn on a grid of 24.
import type { ReactElement } from 'react';

const paths = {
    connections: (
        <path d="M6.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm11 11a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 6.5h3.5a3 3 0 0 1 3 3v2M6.5 9v6a2.5 2.5 0 0 0 2.5 2.5h6" />
    ),
    source: <path d="M4 12h11m0 0-4-4m4 4-4 4M13 4h5a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-5" />,
    destination: <path d="M9 12h11m0 0-4-4m4 4-4 4M11 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h5" />,
    settings: (
        <path d="M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z" />
    ),
    copy: (
        <path d="M9 9h9a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 18 20h-9a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 9 9Zm-3.5 6A1.5 1.5 0 0 1 4 13.5v-8A1.5 1.5 0 0 1 5.5 4h8A1.5 1.5 0 0 1 15 5.5" />
    ),
    check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
    close: <path d="m6 6 12 12M18 6 6 18" />,
    plus: <path d="M12 5v14M5 12h14" />,
    search: <path d="m20 20-4.5-4.5M11 17.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z" />,
    back: <path d="M19 12H5m0 0 6-6m-6 6 6 6" />,
    right: <path d="m9 6 6 6-6 6" />,
    down: <path d="m6 9 6 6 6-6" />,
    sun: (
        <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />
    ),
    moon: <path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a6.8 6.8 0 0 0 10.5 10.5Z" />,
    user: (
        <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5" />
    ),
    signOut: (
        <path d="M14 8V5.5A1.5 1.5 0 0 0 12.5 4h-7A1.5 1.5 0 0 0 4 5.5v13A1.5 1.5 0 0 0 5.5 20h7a1.5 1.5 0 0 0 1.5-1.5V16M9 12h11m0 0-3-3m3 3-3 3" />
    ),
    warning: (
        <path d="M12 9v4.5m0 3v.01M10.3 4.5 3 17.5A2 2 0 0 0 4.7 20.5h14.6a2 2 0 0 0 1.7-3l-7.3-13a2 2 0 0 0-3.4 0Z" />
    ),
    pause: <path d="M8.5 5.5v13m7-13v13" />,
    play: <path d="M8 5.5v13l10.5-6.5L8 5.5Z" />,
    dots: <path d="M5.5 12h.01M12 12h.01M18.5 12h.01" />,
    key: (
        <path d="M14.5 13.5a5 5 0 1 0-4-4L4 16v4h4v-2.5h2.5V15l1.5-1.5c.8.3 1.600.3 2.5 0ZM16 8h.01" />
    ),
    lock: (
        <path d="M7 11h10a1.5 1.5 0 0 1 1.5 1.5v6A1.5 1.5 0 0 1 17 20H7a1.5 1.5 0 0 1-1.5-1.5v-6A1.5 1.5 0 0 1 7 11Zm1.500 0V8a3.500 3.500 0 0 1 7 0v3" />
    ),
    link: (
        <path d="M9.5 14.5 14.5 9.5M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16m3-3 2.5-2.5a3.5 3.5 0 0 0-5-5L11 8" />
    ),
    trash: (
        <path d="M5 7h14M10 7V5.5A1.5 1.5 0 0 1 11.5 4h1A1.5 1.5 0 0 1 14 5.5V7m3 0-.7 11.5A1.5 1.5 0 0 1 14.8 20H9.2a1.5 1.5 0 0 1-1.5-1.5L7 7" />
    ),
    refresh: <path d="M19.5 8A8 8 0 1 0 20 13.5M19.5 4v4h-4" />,
} satisfies Record<string, ReactElement>;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
    return (
        <svg
            width={size}
            height={size}
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth={name === 'dots' ? 2.6 : 1.7}
            strokeLinecap="round"
            strokeLinejoin="round"
            aria-hidden="true"
            focusable="false"
            style={{ flex: 'none' }}
        >
            {paths[name]}
        </svg>
    );
}
