// SPDX-License-Identifier: Apache-2.0
// Light or dark. Follows the system until somebody chooses.
import {
    ActionIcon,
    Tooltip,
    useComputedColorScheme,
    useMantineColorScheme,
} from '@mantine/core';
import { Icon } from '@/components/Icon';

export function ColorSchemeToggle() {
    const { setColorScheme } = useMantineColorScheme();
    const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
    const other = scheme === 'dark' ? 'light' : 'dark';
    const label = `Switch to ${other} colours`;
    return (
        <Tooltip label={label}>
            <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={label}
                onClick={() => setColorScheme(other)}
            >
                <Icon name={scheme === 'dark' ? 'sun' : 'moon'} size={20} />
            </ActionIcon>
        </Tooltip>
    );
}
