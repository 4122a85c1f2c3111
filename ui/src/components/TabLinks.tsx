// SPDX-License-Identifier: Apache-2.0
// Tabs that are pages: each has its address, so it can be linked to and gone back to.
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import classes from './TabLinks.module.css';

export interface TabLink {
    id: string;
    label: string;
    href: string;
}

interface TabLinksProps {
    label: string;
    tabs: readonly TabLink[];
    current: string;
}

export function TabLinks({ label, tabs, current }: TabLinksProps) {
    const root = useRef<HTMLElement>(null);
    useEffect(() => {
        // On a narrow screen the row of tabs scrolls.
        const here = root.current?.querySelector('[aria-current]');
        here?.scrollIntoView({ inline: 'center', block: 'nearest' });
    }, [current]);
    return (
        <nav aria-label={label} className={classes.root} ref={root}>
            {tabs.map(({ id, label: text, href }) => (
                <Link
                    key={id}
                    href={href}
                    className={classes.tab}
                    aria-current={id === current ? 'page' : undefined}
                >
                    {text}
                </Link>
            ))}
        </nav>
    );
}
