// SPDX-License-Identifier: Apache-2.0
// Inviting several people at once; then the link of each, this once.
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient } from '@/api/context';
import type { InvitationCreate } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { Icon } from '@/components/Icon';
import { Problem } from '@/components/Problem';
import { InviteForm } from './InviteForm';

interface InviteDialogProps {
    isOpen: boolean;
    onClose: () => void;
}

interface Outcome {
    email: string;
    link?: string;
    isMailed?: boolean;
    error?: unknown;
}

// One after the other: a refused one keeps no other from being invited.
function useInvite() {
    const client = useClient();
    const queries = useQueryClient();
    return useMutation({
        mutationFn: async (invitations: InvitationCreate[]) => {
            const outcomes: Outcome[] = [];
            for (const body of invitations) {
                try {
                    const { link, isMailed } = await client.call('POST /v2/invitations', {
                        body,
                    });
                    outcomes.push({ email: body.email, link, isMailed });
                } catch (error) {
                    outcomes.push({ email: body.email, error });
                }
            }
            return outcomes;
        },
        gcTime: 0, // the links are not kept longer than the dialogue
        onSettled: () => queries.invalidateQueries({ queryKey: ['invitations'] }),
    });
}

function Outcomes({ outcomes, onDone }: { outcomes: Outcome[]; onDone: () => void }) {
    const hasLinks = outcomes.some(({ link }) => link);
    return (
        <Stack>
            {hasLinks && (
                <Alert color="brass" icon={<Icon name="warning" />} title="Copy it now">
                    You will not be able to see a link again. Give each to its person only:
                    whoever opens it first becomes a member.
                    {outcomes.some(({ isMailed }) => isMailed) &&
                        ' Each was also sent by mail.'}
                </Alert>
            )}
            {outcomes.map(({ email, link, error }) =>
                link ? (
                    <CopyValue key={email} label={`Link for ${email}`} value={link} />
                ) : (
                    <Problem key={email} error={error} title={`${email} was not invited`} />
                ),
            )}
            <Group justify="flex-end">
                <Button onClick={onDone}>Done</Button>
            </Group>
        </Stack>
    );
}

export function InviteDialog({ isOpen, onClose }: InviteDialogProps) {
    const invite = useInvite();
    const outcomes = invite.data;
    return (
        <Modal
            opened={isOpen}
            onClose={onClose}
            onExitTransitionEnd={invite.reset}
            title={<Text fw={620}>{outcomes ? 'Invitations' : 'Invite users'}</Text>}
            size="lg"
            // The links go only when somebody says so, not by a stray click or key.
            closeOnClickOutside={!outcomes}
            closeOnEscape={!outcomes}
            closeButtonProps={{ 'aria-label': 'Close' }}
        >
            {outcomes ? (
                <Outcomes outcomes={outcomes} onDone={onClose} />
            ) : (
                <InviteForm isBusy={invite.isPending} onSubmit={(all) => invite.mutate(all)} />
            )}
        </Modal>
    );
}
