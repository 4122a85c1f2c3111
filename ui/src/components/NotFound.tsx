// SPDX-License-Identifier: Apache-2.0
// An address that leads nowhere, with a way back.
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { EmptyState } from './EmptyState';

export function NotFound({ what = 'page' }: { what?: string }) {
    return (
        <EmptyState
            icon="search"
            title={`No such ${what}`}
            action={
                <Button component={Link} href="/">
                    Go to Connections
                </Button>
            }
        >
            It may have been deleted, or it belongs to another workspace.
        </EmptyState>
    );
}
