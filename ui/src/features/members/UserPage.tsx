// SPDX-License-Identifier: Apache-2.0
// One member: role, groups, policies, and what they add up to.
import { Stack } from '@mantine/core';
import { useMember } from '@/api/access';
import { usePaths } from '@/api/paths';
import { inheritedOf } from '@/api/policy';
import { useEffectivePolicy } from '@/api/rights';
import type { MemberDetails } from '@/api/schema';
import { Loading } from '@/components/Loading';
import { PageHeader } from '@/components/PageHeader';
import { EffectiveRights } from '@/components/policy/EffectiveRights';
import { OwnerPolicy } from '@/components/policy/OwnerPolicy';
import { Section } from '@/components/Section';
import { useChosenWorkspace, WorkspaceSelect } from '@/components/WorkspaceSelect';
import { RemoveMember } from './RemoveMember';
import { UserGroups } from './UserGroups';
import { UserRole } from './UserRole';

function Policy({ member }: { member: MemberDetails }) {
    const workspace = useChosenWorkspace();
    const effective = useEffectivePolicy(member.id, workspace.id);
    return (
        <Section
            title="Member Workspace Policy"
            lead="What this member may do in the workspace, beside what the baseline policy and groups give."
            actions={<WorkspaceSelect />}
        >
            <Loading queries={[effective]}>
                {(policy) => (
                    <OwnerPolicy
                        owner="members"
                        id={member.id}
                        workspaceId={workspace.id}
                        places={member.policies}
                        inherited={inheritedOf(policy)}
                    />
                )}
            </Loading>
        </Section>
    );
}

function Effective({ member }: { member: MemberDetails }) {
    const workspace = useChosenWorkspace();
    return (
        <Section
            title="Effective access policy"
            lead={`What it all adds up to in ${workspace.name}.`}
            isFlush
        >
            <EffectiveRights memberId={member.id} workspaceId={workspace.id} />
        </Section>
    );
}

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
                    <Stack gap="lg">
                        <UserRole member={data} />
                        <UserGroups member={data} />
                        {data.role === 'Member' && <Policy member={data} />}
                        <Effective member={data} />
                    </Stack>
                </>
            )}
        </Loading>
    );
}
