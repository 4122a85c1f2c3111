// SPDX-License-Identifier: Apache-2.0
// The policy that everybody has in a workspace.
import { useAccessWrite, useBaselinePolicy } from '@/api/access';
import { Loading } from '@/components/Loading';
import { PolicyForm } from '@/components/policy/PolicyForm';
import { Section } from '@/components/Section';
import { useChosenWorkspace, WorkspaceSelect } from '@/components/WorkspaceSelect';

export function BaselinePolicySection() {
    const workspace = useChosenWorkspace();
    const baseline = useBaselinePolicy(workspace.id);
    const save = useAccessWrite(
        'PUT /v2/workspaces/{id}/baseline-policy',
        'baseline-policy',
        'members',
    );
    return (
        <Section
            title="Baseline Workspace Policy"
            lead="What every member may do in the workspace. Groups and members can only get more."
            actions={<WorkspaceSelect />}
        >
            <Loading queries={[baseline]}>
                {(policy) => (
                    <PolicyForm
                        key={`${workspace.id} ${JSON.stringify(policy)}`}
                        workspaceId={workspace.id}
                        policy={policy}
                        onSave={(next) =>
                            save.mutateAsync({
                                path: { id: workspace.id },
                                body: { policy: next },
                            })
                        }
                    />
                )}
            </Loading>
        </Section>
    );
}
