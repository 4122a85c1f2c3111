// SPDX-License-Identifier: Apache-2.0
// What a service token is for: its workspace, or the organization with what it was granted.
import { Group, Stack } from '@mantine/core';
import type { ServiceAccessToken } from '@/api/schema';
import { TokenMark } from '@/components/token/TokenMark';
import { grantLabels } from '@/components/token/words';

export function Opens({ token }: { token: ServiceAccessToken }) {
    return (
        <Stack gap={4}>
            <span>{token.workspaceName ?? 'Organization'}</span>
            {token.grants.length > 0 && (
                <Group gap={4}>
                    {token.grants.map((grant) => (
                        <TokenMark key={grant} color="brass">
                            {grantLabels[grant] ?? grant}
                        </TokenMark>
                    ))}
                </Group>
            )}
        </Stack>
    );
}
