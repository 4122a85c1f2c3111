// SPDX-License-Identifier: Apache-2.0
// The policy that everybody has in a workspace.
import { useAccessWrite, useBaselinePolicy } from '@/api/access';
import { useClient } from '@/api/context';
import { Loading } from '@/components/Loading';
import { PolicyForm } from '@/components/policy/PolicyForm';
import { Section } from '@/components/Section';
import { useChosenWorkspace, WorkspaceSelect } from '@/components/WorkspaceSelect';
import { AffectedTokens } from './AffectedTokens';

export function BaselinePolicySection() {
    const workspace = useChosenWorkspace();
    const baseline = useBaselinePolicy(workspace.id);
    const save = useAccessWrite(
        'PUT /v2/workspaces/{id}/baseline-policy',
        'baseline-policy',
        'members',
    );
    const client = useClient();
    const read = async (id: string) =>
        (await client.call('GET /v2/workspaces/{id}/baseline-policy', { path: { id } })).policy;
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
                        read={read}
                        note={<AffectedTokens workspace={workspace} />}
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
