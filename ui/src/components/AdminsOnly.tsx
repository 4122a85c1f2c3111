// SPDX-License-Identifier: Apache-2.0
// Says instead of a page that only Admins may see it.
import type { ReactNode } from 'react';
import { useIsAdmin } from '@/api/rights';
import { EmptyState } from './EmptyState';

export function AdminsOnly({ children }: { children: ReactNode }) {
    if (useIsAdmin()) return children;
    return (
        <EmptyState icon="user" title="For Admins">
            This takes the organization role Admin. An Admin of your organization can change
            your role.
        </EmptyState>
    );
}
