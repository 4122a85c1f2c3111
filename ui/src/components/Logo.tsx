// SPDX-License-Identifier: Apache-2.0
// The mark: a pintle (the brass pin) holding a rudder by two gudgeons.
import { Group, Text } from '@mantine/core';

export function LogoMark({ size = 28 }: { size?: number }) {
    return (
        <svg
            width={size}
            height={size}
            viewBox="0 0 32 32"
            aria-hidden="true"
            focusable="false"
        >
            <rect width="32" height="32" rx="8" fill="#12666a" />
            <path
                d="M16.5 7.5h6.3a2 2 0 0 1 2 2.2l-1.4 13.5a2.6 2.6 0 0 1-2.6 2.3h-4.3z"
                fill="#fff"
            />
            <path d="M11 11.5h6M11 21h6" stroke="#fff" strokeWidth="3.2" />
            <path d="M10.5 5v22" stroke="#e3b665" strokeWidth="3.8" strokeLinecap="round" />
        </svg>
    );
}

export function Logo() {
    return (
        <Group gap={10} wrap="nowrap">
            <LogoMark />
            <Text fw={680} fz={18} lts="-0.02em" component="span">
                Pintle
            </Text>
        </Group>
    );
}
