// SPDX-License-Identifier: Apache-2.0
// Settings, in three groups: the person, the workspace, the organization.
import { Stack } from '@mantine/core';
import { Link, Route, Switch, useLocation } from 'wouter';
import { usePaths } from '@/api/paths';
import { NotFound } from '@/components/NotFound';
import { PageHeader } from '@/components/PageHeader';
import { OrganizationSettings } from '@/features/organization/OrganizationSettings';
import { TokensSection } from '@/features/personal-access-tokens/TokensSection';
import { AccountSection } from '@/features/session/AccountSection';
import { WorkspaceSettings } from '@/features/workspace/WorkspaceSettings';
import classes from './SettingsPage.module.css';

function SubNavigation() {
    const paths = usePaths();
    const [location] = useLocation();
    const groups = [
        {
            label: 'Your Profile',
            links: [
                { label: 'Account', href: paths.profile },
                { label: 'Personal Access Tokens', href: paths.tokens },
            ],
        },
        { label: 'Workspace', links: [{ label: 'General', href: paths.workspace }] },
        { label: 'Organization', links: [{ label: 'General', href: paths.organization }] },
    ];
    const here = location === paths.settings ? paths.profile : location;
    return (
        <nav aria-label="Settings" className={classes.nav}>
            {groups.map(({ label, links }) => (
                <div key={label} role="group" aria-label={label} className={classes.group}>
                    <span className={classes.groupLabel}>{label}</span>
                    {links.map((link) => (
                        <Link
                            key={link.href}
                            href={link.href}
                            className={classes.link}
                            aria-current={here === link.href ? 'page' : undefined}
                        >
                            {link.label}
                        </Link>
                    ))}
                </div>
            ))}
        </nav>
    );
}

function Profile() {
    return (
        <>
            <PageHeader title="Your Profile" />
            <Stack gap="lg">
                <AccountSection />
                <TokensSection />
            </Stack>
        </>
    );
}

export function SettingsPage() {
    return (
        <div className={classes.root}>
            <SubNavigation />
            <div className={classes.content}>
                <Switch>
                    <Route path="/w/:workspaceId/settings">
                        <Profile />
                    </Route>
                    <Route path="/w/:workspaceId/settings/profile">
                        <Profile />
                    </Route>
                    <Route path="/w/:workspaceId/settings/profile/tokens">
                        <PageHeader title="Your Profile" />
                        <TokensSection />
                    </Route>
                    <Route path="/w/:workspaceId/settings/workspace">
                        <PageHeader title="Workspace" />
                        <WorkspaceSettings />
                    </Route>
                    <Route path="/w/:workspaceId/settings/organization">
                        <PageHeader title="Organization" />
                        <OrganizationSettings />
                    </Route>
                    <Route>
                        <NotFound />
                    </Route>
                </Switch>
            </div>
        </div>
    );
}
