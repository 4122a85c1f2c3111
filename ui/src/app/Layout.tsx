// SPDX-License-Identifier: Apache-2.0
// The frame of every page of a workspace: header, navigation, content.
import { AppShell, Burger, Group, NavLink, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { usePaths } from '@/api/paths';
import { ErrorBoundary } from '@/components/ErrorBoundary';
import { Icon, type IconName } from '@/components/Icon';
import { Logo, LogoMark } from '@/components/Logo';
import { ColorSchemeToggle } from './ColorSchemeToggle';
import { InsecureBanner } from './InsecureBanner';
import classes from './Layout.module.css';
import { NewTokensBanner } from './NewTokensBanner';
import { OfflineBanner } from './OfflineBanner';
import { UserMenu } from './UserMenu';
import { WorkspaceSwitcher } from './WorkspaceSwitcher';

interface Entry {
    label: string;
    icon: IconName;
    href: string;
}

function Navigation() {
    const paths = usePaths();
    const [location] = useLocation();
    const entries: Entry[] = [
        { label: 'Connections', icon: 'connections', href: paths.connections },
        { label: 'Sources', icon: 'source', href: paths.sources },
        { label: 'Destinations', icon: 'destination', href: paths.destinations },
        { label: 'Directory', icon: 'search', href: paths.directory() },
        { label: 'Settings', icon: 'settings', href: paths.settings },
    ];
    return entries.map(({ label, icon, href }) => {
        const isHere = location === href || location.startsWith(`${href}/`);
        return (
            <NavLink
                key={href}
                component={Link}
                href={href}
                label={label}
                leftSection={<Icon name={icon} size={19} />}
                active={isHere}
                aria-current={isHere ? 'page' : undefined}
                className={classes.link}
            />
        );
    });
}

export function Layout({ children }: { children: ReactNode }) {
    const [isOpen, { toggle, close }] = useDisclosure(false);
    const [location] = useLocation();
    const paths = usePaths();
    useEffect(close, [location, close]);
    return (
        <AppShell
            header={{ height: 58 }}
            navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
            padding={0}
        >
            <a className={classes.skip} href="#content">
                Skip to content
            </a>
            <AppShell.Header className={classes.header}>
                <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
                    <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
                        <Burger
                            opened={isOpen}
                            onClick={toggle}
                            hiddenFrom="sm"
                            size="sm"
                            aria-label={isOpen ? 'Close navigation' : 'Open navigation'}
                        />
                        <UnstyledButton
                            component={Link}
                            href={paths.connections}
                            aria-label="Pintle: Connections"
                            className={classes.home}
                        >
                            <span className={classes.wide}>
                                <Logo />
                            </span>
                            <span className={classes.narrow}>
                                <LogoMark />
                            </span>
                        </UnstyledButton>
                        <WorkspaceSwitcher />
                    </Group>
                    <Group gap={6} wrap="nowrap">
                        <ColorSchemeToggle />
                        <UserMenu />
                    </Group>
                </Group>
            </AppShell.Header>
            <AppShell.Navbar p="sm" className={classes.navbar} aria-label="Main">
                <Navigation />
            </AppShell.Navbar>
            <AppShell.Main className={classes.main} id="content" tabIndex={-1}>
                <InsecureBanner />
                <OfflineBanner />
                <NewTokensBanner />
                <div className={classes.content}>
                    <ErrorBoundary place={location}>{children}</ErrorBoundary>
                </div>
            </AppShell.Main>
        </AppShell>
    );
}
