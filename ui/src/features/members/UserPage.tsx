// SPDX-License-Identifier: Apache-2.0
// One member of the organization.
import { useMember } from '@/api/access';
import { usePaths } from '@/api/paths';
import { Loading } from '@/components/Loading';
import { PageHeader } from '@/components/PageHeader';
import { RemoveMember } from './RemoveMember';
import { UserRole } from './UserRole';

export function UserPage({ id }: { id: string }) {
    const member = useMember(id);
    const paths = usePaths();
    return (
        <Loading queries={[member]} what="user">
            {(data) => (
                <>
                    <PageHeader
                        title={data.name || data.email}
                        lead={data.name && data.email}
                        back={{ label: 'Users', href: paths.users }}
                    >
                        <RemoveMember member={data} />
                    </PageHeader>
                    <UserRole member={data} />
                </>
            )}
        </Loading>
    );
}
