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
                d="M17.5 6h6.200c1 0 1.800.800 1.700 1.800l-1.600 16c-.1 1.200-1.100 2.200-2.300 2.200h-4z"
                fill="#fff"
                fillOpacity="0.92"
            />
            <path d="M11 4.500v23" stroke="#e0b15c" strokeWidth="3.200" strokeLinecap="round" />
            <path
                d="M7.500 10h10M7.500 20.500h10"
                stroke="#fff"
                strokeWidth="3"
                strokeLinecap="round"
            />
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
