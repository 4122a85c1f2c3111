// SPDX-License-Identifier: Apache-2.0
// The dashboard's own line icons, drawn on a grid of 24.
import type { ReactElement } from 'react';

const paths = {
    connections: (
        <path d="M6.500 9a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm11 11a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM9 6.500h3.500a3 3 0 0 1 3 3v2M6.500 9v6a2.500 2.500 0 0 0 2.500 2.500h6" />
    ),
    source: <path d="M4 12h11m0 0-4-4m4 4-4 4M13 4h5a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-5" />,
    destination: <path d="M9 12h11m0 0-4-4m4 4-4 4M11 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h5" />,
    settings: (
        <path d="M4 7h9m5 0h2M4 17h2m5 0h9M15.500 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm-7 10a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z" />
    ),
    copy: (
        <path d="M9 9h9a1.500 1.500 0 0 1 1.500 1.500v8A1.500 1.500 0 0 1 18 20h-9a1.500 1.500 0 0 1-1.500-1.500v-8A1.500 1.500 0 0 1 9 9Zm-3.500 6A1.500 1.500 0 0 1 4 13.500v-8A1.500 1.500 0 0 1 5.500 4h8A1.500 1.500 0 0 1 15 5.500" />
    ),
    check: <path d="m5 12.500 4.500 4.500L19 7.500" />,
    close: <path d="m6 6 12 12M18 6 6 18" />,
    plus: <path d="M12 5v14M5 12h14" />,
    search: (
        <path d="m20 20-4.500-4.500M11 17.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13Z" />
    ),
    back: <path d="M19 12H5m0 0 6-6m-6 6 6 6" />,
    right: <path d="m9 6 6 6-6 6" />,
    down: <path d="m6 9 6 6 6-6" />,
    sun: (
        <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm0-13v2m0 14v2M3 12h2m14 0h2M5.600 5.600 7 7m10 10 1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400" />
    ),
    moon: <path d="M20 14.500A8.500 8.500 0 1 1 9.500 4a6.800 6.800 0 0 0 10.500 10.500Z" />,
    user: (
        <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.500 8c.8-3.600 3.800-5.500 7.500-5.500s6.700 1.900 7.500 5.500" />
    ),
    signOut: (
        <path d="M14 8V5.500A1.500 1.500 0 0 0 12.500 4h-7A1.500 1.500 0 0 0 4 5.500v13A1.500 1.500 0 0 0 5.500 20h7a1.500 1.500 0 0 0 1.500-1.500V16M9 12h11m0 0-3-3m3 3-3 3" />
    ),
    warning: (
        <path d="M12 9v4.500m0 3v.01M10.300 4.500 3 17.500A2 2 0 0 0 4.700 20.500h14.600a2 2 0 0 0 1.700-3l-7.300-13a2 2 0 0 0-3.400 0Z" />
    ),
    pause: <path d="M8.500 5.500v13m7-13v13" />,
    play: <path d="M8 5.500v13l10.500-6.500L8 5.500Z" />,
    dots: <path d="M5.500 12h.01M12 12h.01M18.500 12h.01" />,
    key: (
        <path d="M14.500 13.500a5 5 0 1 0-4-4L4 16v4h4v-2.500h2.500V15l1.500-1.500c.8.300 1.600.300 2.500 0ZM16 8h.01" />
    ),
    link: (
        <path d="M9.500 14.500 14.500 9.500M8 11l-2.500 2.500a3.500 3.500 0 0 0 5 5L13 16m3-3 2.500-2.500a3.500 3.500 0 0 0-5-5L11 8" />
    ),
    trash: (
        <path d="M5 7h14M10 7V5.500A1.500 1.500 0 0 1 11.500 4h1A1.500 1.500 0 0 1 14 5.500V7m3 0-.7 11.500A1.500 1.500 0 0 1 14.800 20H9.200a1.500 1.500 0 0 1-1.500-1.500L7 7" />
    ),
    refresh: <path d="M19.500 8A8 8 0 1 0 20 13.500M19.500 4v4h-4" />,
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
