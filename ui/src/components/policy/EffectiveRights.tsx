// SPDX-License-Identifier: Apache-2.0
// What somebody may do in a workspace, each right with where it comes from.
import { Alert, Stack, Table, Text } from '@mantine/core';
import { useNamedResources, type Named } from '@/api/access';
import { allActions, originLabel, piiLabels, resourceKinds, rightLabel } from '@/api/policy';
import { useEffectivePolicy } from '@/api/rights';
import type { EffectivePolicy, EffectiveRight } from '@/api/schema';
import { DataTable } from '../DataTable';
import { Loading } from '../Loading';
import classes from './policy.module.css';

interface EffectiveRightsProps {
    memberId: string;
    workspaceId: string;
}

const order = [
    ...resourceKinds.flatMap(({ key }) => allActions.map((action) => `${key}.${action}`)),
    ...Object.keys(piiLabels).map((key) => `pii.${key}`),
];
const known = ({ right }: EffectiveRight) => order.includes(right);
const byTable = (a: EffectiveRight, b: EffectiveRight) =>
    order.indexOf(a.right) - order.indexOf(b.right);

type Lists = Readonly<Record<string, readonly Named[]>>;

function extentText({ right, all, ids }: EffectiveRight | Origin, lists: Lists): string {
    if (right.startsWith('pii.')) return 'Yes';
    if (all) return 'All, also future ones';
    const list = lists[right.split('.')[0] ?? ''] ?? [];
    return ids.map((id) => list.find((one) => one.id === id)?.name ?? id).join(', ');
}

type Origin = EffectiveRight['from'][number] & { right: string };

function Rows({ rights, lists }: { rights: EffectiveRight[]; lists: Lists }) {
    return (
        <DataTable minWidth={560} columns={['Right', 'On', 'Comes from']}>
            {rights.map((one) => (
                <Table.Tr key={one.right}>
                    <Table.Td fw={560}>{rightLabel(one.right)}</Table.Td>
                    <Table.Td>{extentText(one, lists)}</Table.Td>
                    <Table.Td>
                        <ul className={classes.rights}>
                            {one.from.map((origin) => (
                                <li key={originLabel(origin)}>
                                    {originLabel(origin)}
                                    {!origin.all && one.from.length > 1 && (
                                        <Text span size="xs" c="dimmed">
                                            {' '}
                                            {extentText({ ...origin, right: one.right }, lists)}
                                        </Text>
                                    )}
                                </li>
                            ))}
                        </ul>
                    </Table.Td>
                </Table.Tr>
            ))}
        </DataTable>
    );
}

function Content({ policy, lists }: { policy: EffectivePolicy; lists: Lists }) {
    const rights = policy.rights.filter(known).sort(byTable);
    if (policy.isAdmin)
        return (
            <Alert color="sea" m="lg" mt={0}>
                An Admin of the organization may do everything in every workspace.
            </Alert>
        );
    return (
        <Stack gap="sm">
            <Text size="sm" c="dimmed" px="lg">
                Everything in the workspace may be seen.
                {rights.length === 0 && ' Nothing may be changed.'}
            </Text>
            {rights.length > 0 && <Rows rights={rights} lists={lists} />}
        </Stack>
    );
}

export function EffectiveRights({ memberId, workspaceId }: EffectiveRightsProps) {
    const queries = [
        useEffectivePolicy(memberId, workspaceId),
        useNamedResources(workspaceId),
    ] as const;
    return (
        <Loading queries={queries}>
            {(policy, lists) => <Content policy={policy} lists={lists} />}
        </Loading>
    );
}
