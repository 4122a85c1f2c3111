// SPDX-License-Identifier: Apache-2.0
// Which page an address shows.
import { Redirect, Route, Switch } from 'wouter';
import { usePaths, workspacePaths } from '@/api/paths';
import { NeedsToSee } from '@/components/Needs';
import { NotFound } from '@/components/NotFound';
import { ConnectionsPage } from '@/features/connections/ConnectionsPage';
import { DirectoryPage } from '@/features/definitions/DirectoryPage';
import { AddDestinationPage } from '@/features/destinations/AddDestinationPage';
import { DestinationPage } from '@/features/destinations/DestinationPage';
import { DestinationsPage } from '@/features/destinations/DestinationsPage';
import { AcceptInvitationPage } from '@/features/invitations/AcceptInvitationPage';
import { ForgotPasswordPage } from '@/features/session/ForgotPasswordPage';
import { ResetPasswordPage } from '@/features/session/ResetPasswordPage';
import { SignInPage } from '@/features/session/SignInPage';
import { SetupPage } from '@/features/setup/SetupPage';
import { AddSourcePage } from '@/features/sources/AddSourcePage';
import { SourcePage } from '@/features/sources/SourcePage';
import { SourcesPage } from '@/features/sources/SourcesPage';
import { Home, InWorkspace } from './Guards';
import { Layout } from './Layout';
import { SettingsPage } from './SettingsPage';

export function Routes() {
    return (
        <Switch>
            <Route path="/setup">
                <SetupPage />
            </Route>
            <Route path="/signin">
                <SignInPage />
            </Route>
            <Route path="/forgot-password">
                <ForgotPasswordPage />
            </Route>
            <Route path="/reset-password">
                <ResetPasswordPage />
            </Route>
            <Route path="/invitation">
                <AcceptInvitationPage />
            </Route>
            <Route path="/">
                <Home to={(id) => workspacePaths(id).connections} />
            </Route>
            <Route path="/profile/tokens">
                <Home to={(id) => workspacePaths(id).tokens} />
            </Route>
            <Route path="/profile">
                <Home to={(id) => workspacePaths(id).profile} />
            </Route>
            <Route path="/w/:workspaceId/*?">
                {({ workspaceId }) => (
                    <InWorkspace id={workspaceId}>
                        <Layout>
                            <WorkspaceRoutes />
                        </Layout>
                    </InWorkspace>
                )}
            </Route>
            <Route>
                <NotFound />
            </Route>
        </Switch>
    );
}

function WorkspaceRoutes() {
    const paths = usePaths();
    return (
        <Switch>
            <Route path="/w/:workspaceId">
                <Redirect to={paths.connections} replace />
            </Route>
            <Route path="/w/:workspaceId/connections">
                <ConnectionsPage />
            </Route>
            <Route path="/w/:workspaceId/sources">
                <SourcesPage />
            </Route>
            <Route path="/w/:workspaceId/sources/new">
                <NeedsToSee right="sources.createDelete">
                    <AddSourcePage />
                </NeedsToSee>
            </Route>
            <Route path="/w/:workspaceId/sources/:id/:tab?">
                {({ id, tab }) => <SourcePage key={id} id={id} tab={tab ?? 'overview'} />}
            </Route>
            <Route path="/w/:workspaceId/destinations">
                <DestinationsPage />
            </Route>
            <Route path="/w/:workspaceId/destinations/new">
                <NeedsToSee right="destinations.createDelete">
                    <AddDestinationPage />
                </NeedsToSee>
            </Route>
            <Route path="/w/:workspaceId/destinations/:id/:tab?">
                {({ id, tab }) => <DestinationPage key={id} id={id} tab={tab ?? 'sources'} />}
            </Route>
            <Route path="/w/:workspaceId/directory/:kind?">
                {({ kind }) => <DirectoryPage kind={kind ?? 'destinations'} />}
            </Route>
            <Route path="/w/:workspaceId/settings/*?">
                <SettingsPage />
            </Route>
            <Route>
                <NotFound />
            </Route>
        </Switch>
    );
}
