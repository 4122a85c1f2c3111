// SPDX-License-Identifier: Apache-2.0
// The organization role of a member, and changing it.
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useAccessWrite } from '@/api/access';
import type { MemberDetails } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';

export function UserRole({ member }: { member: MemberDetails }) {
    const update = useAccessWrite('PUT /v2/members/{id}', 'members', 'session');
    const [isOpen, { open, close }] = useDisclosure(false);
    const other = member.role === 'Admin' ? 'Member' : 'Admin';
    const who = member.name || member.email;
    return (
        <Section
            title="Organization role"
            actions={
                <Button variant="default" onClick={open}>
                    {other === 'Admin' ? 'Make Admin' : 'Make Member'}
                </Button>
            }
        >
            <Facts
                facts={[
                    ['Role', member.role],
                    ['Joined', <Time key="joined" at={member.createdAt} as="date" />],
                ]}
            />
            <Confirm
                title={`${other === 'Admin' ? 'Make' : 'Let'} ${who} ${other === 'Admin' ? 'an Admin' : 'be a Member'}?`}
                confirmLabel={other === 'Admin' ? 'Yes, make Admin' : 'Yes, make Member'}
                isOpen={isOpen}
                onClose={close}
                onConfirm={() =>
                    update.mutateAsync({ path: { id: member.id }, body: { role: other } })
                }
            >
                <Text size="sm">
                    {other === 'Admin'
                        ? 'An Admin may do everything in every workspace, and decides who else may.'
                        : 'A Member may do what policies give. Tokens weaken with their owner, at once.'}{' '}
                    All sessions of {who} end; signing in again is needed.
                </Text>
            </Confirm>
        </Section>
    );
}
