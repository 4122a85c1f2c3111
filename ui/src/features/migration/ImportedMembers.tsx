// SPDX-License-Identifier: Apache-2.0
// Each member before and after.
import { Badge, Stack, Table, Text } from '@mantine/core';
import type { ImportedMember, ImportedPlace } from '@/api/schema';
import { Changes } from './Changes';
import { ReviewTable } from './ReviewTable';

function Place({ place }: { place: ImportedPlace }) {
    const isSame = place.loses.length + place.gains.length === 0;
    return (
        <div>
            <Text size="sm">
                {place.workspaceName}: {place.legacyRole}
                {isSame && ', keeps every right'}
            </Text>
            <Changes word="Loses" changes={place.loses} />
            <Changes word="Gains" changes={place.gains} />
        </div>
    );
}

function Row({ member }: { member: ImportedMember }) {
    return (
        <Table.Tr>
            <Table.Td valign="top">
                <Text size="sm" fw={580}>
                    {member.email}
                </Text>
                <Text size="xs" c="dimmed">
                    {member.isNew ? 'New' : 'Is here already'}
                    {member.needsPassword && ', gets a link for a password'}
                </Text>
            </Table.Td>
            <Table.Td valign="top">{member.legacyRole || 'A role in each workspace'}</Table.Td>
            <Table.Td valign="top">
                <Badge variant="light" tt="none" w="max-content">
                    {member.roleAfter}
                </Badge>
            </Table.Td>
            <Table.Td valign="top">
                <Stack gap="xs">
                    {member.workspaces.map((place) => (
                        <Place key={place.workspaceId} place={place} />
                    ))}
                    {member.workspaces.length === 0 && (
                        <Text size="sm">May do everything in all workspaces</Text>
                    )}
                </Stack>
            </Table.Td>
        </Table.Tr>
    );
}

export function ImportedMembers({ members }: { members: readonly ImportedMember[] }) {
    if (members.length === 0) return null;
    return (
        <ReviewTable
            title="Members"
            lead="What each could do before, and can do afterwards."
            columns={['Member', 'Before', 'Role here', 'Workspaces']}
        >
            {members.map((member) => (
                <Row key={member.email} member={member} />
            ))}
        </ReviewTable>
    );
}
