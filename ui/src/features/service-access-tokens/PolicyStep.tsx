// SPDX-License-Identifier: Apache-2.0
// The second step: what the token may do in its workspace.
import { Button, Group, Stack, Text } from '@mantine/core';
import { useBaselinePolicy, useNamedResources } from '@/api/access';
import type { Policy } from '@/api/schema';
import { Loading } from '@/components/Loading';
import { PolicyEditor } from '@/components/policy/PolicyEditor';
import { Problem } from '@/components/Problem';

interface PolicyStepProps {
    workspaceId: string;
    policy: Policy;
    error: Error | null;
    isBusy: boolean;
    onChange: (policy: Policy) => void;
    onBack: () => void;
    onSubmit: () => void;
}

export function PolicyStep(props: PolicyStepProps) {
    const { workspaceId, policy, error, isBusy, onChange, onBack, onSubmit } = props;
    const queries = [useNamedResources(workspaceId), useBaselinePolicy(workspaceId)] as const;
    return (
        <Loading queries={queries}>
            {(named, baseline) => (
                <Stack gap="lg">
                    <Text size="sm" c="dimmed">
                        The token may read everything in the workspace, and do what its baseline
                        policy gives. Choose what it may do besides; later that can only be
                        narrowed.
                    </Text>
                    <PolicyEditor
                        policy={policy}
                        inherited={[{ from: 'the baseline policy', policy: baseline }]}
                        named={named}
                        onChange={onChange}
                    />
                    {error && <Problem error={error} />}
                    <Group justify="space-between">
                        <Button variant="default" onClick={onBack}>
                            Back
                        </Button>
                        <Button loading={isBusy} onClick={onSubmit}>
                            Generate
                        </Button>
                    </Group>
                </Stack>
            )}
        </Loading>
    );
}
