// SPDX-License-Identifier: Apache-2.0
// What a personal token may do: as it was made, and what its owner's rights leave of it now.
import { Stack, Text, Tooltip } from '@mantine/core';
import type { PersonalAccessToken } from '@/api/schema';
import { TokenMark } from '@/components/token/TokenMark';
import { scopeLabel } from '@/components/token/words';

const legacyHint =
    'Made before tokens had policies. It does what you may do, and cannot be rotated: make a Service Access Token instead.';

export function TokenScopeMark({ token }: { token: PersonalAccessToken }) {
    const scope: string = token.scope;
    const isWeaker = scope !== 'read-only' && token.effectiveScope === 'read-only';
    return (
        <Stack gap={2}>
            <TokenMark
                color={scope === 'read-only' ? 'sea' : 'brass'}
                hint={scope === 'admin' ? legacyHint : undefined}
            >
                {scopeLabel(scope)}
            </TokenMark>
            {isWeaker && (
                <Tooltip label="Your own rights in the workspace allow no more than this">
                    <Text size="xs" c="dimmed" tabIndex={0} w="max-content">
                        now {scopeLabel(token.effectiveScope)}
                    </Text>
                </Tooltip>
            )}
            {token.policy && (
                <Text size="xs" c="dimmed">
                    narrowed by a policy
                </Text>
            )}
        </Stack>
    );
}
