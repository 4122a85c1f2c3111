// SPDX-License-Identifier: Apache-2.0
// Removing a member from the organization, after a look at the tokens that end with it.
import { Anchor, Button, List, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Link, useLocation } from 'wouter';
import { useAccessRemoval } from '@/api/access';
import { usePaths } from '@/api/paths';
import type { MemberDetails } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { Time } from '@/components/Time';

function Tokens({ tokens }: { tokens: MemberDetails['personalAccessTokens'] }) {
    const paths = usePaths();
    if (tokens.length === 0)
        return (
            <Text size="sm">There are no personal access tokens that would stop working.</Text>
        );
    return (
        <>
            <Text size="sm">
                Whatever uses {tokens.length === 1 ? 'this token' : 'these tokens'} stops for
                ever. What shall go on needs a{' '}
                <Anchor
                    component={Link}
                    href={`${paths.serviceTokens}?level=workspace`}
                    size="sm"
                >
                    Service Access Token
                </Anchor>
                , which depends on no person: make it first.
            </Text>
            <List size="sm" spacing={4}>
                {tokens.map((token) => (
                    <List.Item key={token.id}>
                        <b>{token.name}</b> in {token.workspaceName},{' '}
                        {token.lastUsedAt ? (
                            <>
                                last used <Time at={token.lastUsedAt} />
                            </>
                        ) : (
                            'never used'
                        )}
                    </List.Item>
                ))}
            </List>
        </>
    );
}

export function RemoveMember({ member }: { member: MemberDetails }) {
    const remove = useAccessRemoval('DELETE /v2/members/{id}', 'members', 'groups');
    const [isOpen, { open, close }] = useDisclosure(false);
    const paths = usePaths();
    const [, navigate] = useLocation();
    const who = member.name || member.email;
    return (
        <>
            <Button variant="default" c="red" onClick={open}>
                Remove from organization
            </Button>
            <Confirm
                title={`Remove ${who}?`}
                confirmLabel="Yes, remove"
                isOpen={isOpen}
                onClose={close}
                onConfirm={async () => {
                    await remove.mutateAsync({ path: { id: member.id } });
                    navigate(paths.users, { replace: true });
                    notifications.show({ message: `${who} was removed.` });
                }}
            >
                <Stack gap="sm">
                    <Text size="sm">
                        {who} is signed out at once. What {who} made stays. An invitation later
                        revives no token.
                    </Text>
                    <Tokens tokens={member.personalAccessTokens} />
                </Stack>
            </Confirm>
        </>
    );
}
