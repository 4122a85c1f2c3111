// SPDX-License-Identifier: Apache-2.0
// What the person who is signed in may do, and why.
import { useSession } from '@/api/session';
import { EffectiveRights } from '@/components/policy/EffectiveRights';
import { Section } from '@/components/Section';
import { useChosenWorkspace, WorkspaceSelect } from '@/components/WorkspaceSelect';

export function OwnPolicySection() {
    const { data: session } = useSession();
    const workspace = useChosenWorkspace();
    if (!session) return null;
    return (
        <Section
            title="Access Policy"
            lead="What you may do in a workspace, and where each right comes from."
            actions={<WorkspaceSelect />}
            isFlush
        >
            <EffectiveRights memberId={session.user.id} workspaceId={workspace.id} />
        </Section>
    );
}
