// SPDX-License-Identifier: Apache-2.0
// Settings: the person, the workspace, the organization, who may do what.
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { usePaths } from '@/api/paths';
import { useIsAdmin } from '@/api/rights';
import { AdminsOnly } from '@/components/AdminsOnly';
import { NotFound } from '@/components/NotFound';
import { PageHeader } from '@/components/PageHeader';
import { GroupPage } from '@/features/groups/GroupPage';
import { UserPage } from '@/features/members/UserPage';
import { ServiceTokenPage } from '@/features/service-access-tokens/ServiceTokenPage';
import classes from './SettingsPage.module.css';
import { settingsGroups } from './settingsPages';

function SubNavigation() {
    const paths = usePaths();
    const [location] = useLocation();
    const isAdmin = useIsAdmin();
    const hrefs = settingsGroups.flatMap(({ pages }) => pages.map(({ href }) => href(paths)));
    // The longest address that the location begins with: a page below a list is of the list.
    const here = hrefs
        .filter((href) => location === href || location.startsWith(`${href}/`))
        .sort((a, b) => b.length - a.length)[0];
    return (
        <nav aria-label="Settings" className={classes.nav}>
            {settingsGroups
                .map(({ title, pages }) => ({
                    title,
                    pages: pages.filter(({ forAdmins }) => isAdmin || !forAdmins),
                }))
                .filter(({ pages }) => pages.length > 0)
                .map(({ title, pages }) => (
                    <div key={title} role="group" aria-label={title} className={classes.group}>
                        <span className={classes.groupLabel}>{title}</span>
                        {pages.map(({ label, href }) => (
                            <Link
                                key={label}
                                href={href(paths)}
                                className={classes.link}
                                aria-current={here === href(paths) ? 'page' : undefined}
                            >
                                {label}
                            </Link>
                        ))}
                    </div>
                ))}
        </nav>
    );
}

function SettingsRoutes() {
    const paths = usePaths();
    return (
        <Switch>
            {settingsGroups.flatMap(({ title, pages }) =>
                pages.map(({ href, content, forAdmins }) => (
                    <Route key={href(paths)} path={href(paths)}>
                        <PageHeader title={title} />
                        {forAdmins ? <AdminsOnly>{content}</AdminsOnly> : content}
                    </Route>
                )),
            )}
            <Route path="/w/:workspaceId/settings/access/groups/:id">
                {({ id }) => (
                    <AdminsOnly>
                        <GroupPage key={id} id={id} />
                    </AdminsOnly>
                )}
            </Route>
            <Route path="/w/:workspaceId/settings/access/users/:id">
                {({ id }) => (
                    <AdminsOnly>
                        <UserPage key={id} id={id} />
                    </AdminsOnly>
                )}
            </Route>
            <Route path="/w/:workspaceId/settings/access/service-access-tokens/:id">
                {({ id }) => (
                    <AdminsOnly>
                        <ServiceTokenPage key={id} id={id} />
                    </AdminsOnly>
                )}
            </Route>
            <Route path={paths.settings}>
                <Redirect to={paths.profile} replace />
            </Route>
            <Route>
                <NotFound />
            </Route>
        </Switch>
    );
}

export function SettingsPage() {
    return (
        <div className={classes.root}>
            <SubNavigation />
            <div className={classes.content}>
                <SettingsRoutes />
            </div>
        </div>
    );
}
