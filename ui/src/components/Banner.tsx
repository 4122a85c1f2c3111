// SPDX-License-Identifier: Apache-2.0
// A line across the page for what concerns all of it.
import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Banner.module.css';
import { Icon } from './Icon';

interface BannerProps {
    children: ReactNode;
    action?: string;
    onAction?: () => void;
}

export function Banner({ children, action, onAction }: BannerProps) {
    return (
        <div className={classes.root} role="status">
            <Icon name="warning" size={17} />
            <span>{children}</span>
            {action && (
                <Anchor component="button" type="button" size="sm" fw={600} onClick={onAction}>
                    {action}
                </Anchor>
            )}
        </div>
    );
}
