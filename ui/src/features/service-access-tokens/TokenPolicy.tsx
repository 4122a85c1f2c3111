// SPDX-License-Identifier: Apache-2.0
// What a workspace token may do: its own policy, which can only get narrower.
import { useAccessWrite, useBaselinePolicy } from '@/api/access';
import { emptyPolicy } from '@/api/policy';
import type { ServiceAccessToken } from '@/api/schema';
import { Loading } from '@/components/Loading';
import { PolicyForm } from '@/components/policy/PolicyForm';
import { Section } from '@/components/Section';
import { key } from './queries';

interface TokenPolicyProps {
    token: ServiceAccessToken;
    workspaceId: string;
}

export function TokenPolicy({ token, workspaceId }: TokenPolicyProps) {
    const baseline = useBaselinePolicy(workspaceId);
    const narrow = useAccessWrite('PATCH /v2/service-access-tokens/{id}', key);
    const policy = token.policy ?? emptyPolicy;
    return (
        <Section
            title="Policy"
            lead="It may read, do what the baseline policy gives (green), and what is checked. Rights can be taken away here; for more, make another token."
        >
            <Loading queries={[baseline]}>
                {(given) => (
                    <PolicyForm
                        key={JSON.stringify(policy)}
                        workspaceId={workspaceId}
                        policy={policy}
                        ceiling={policy}
                        inherited={[{ from: 'the baseline policy', policy: given }]}
                        onSave={(next) =>
                            narrow.mutateAsync({
                                path: { id: token.id },
                                body: { policy: next },
                            })
                        }
                    />
                )}
            </Loading>
        </Section>
    );
}
