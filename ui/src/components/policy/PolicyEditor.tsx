// SPDX-License-Identifier: Apache-2.0
// A policy as a table: resources down, permissions across; below it who sees customer data.
import { Stack, Table, Text, Title } from '@mantine/core';
import type { Named } from '@/api/access';
import {
    actionLabels,
    allActions,
    emptyPolicy,
    piiLabels,
    resourceKinds,
    shows,
    withPii,
    type Inherited,
} from '@/api/policy';
import type { Policy } from '@/api/schema';
import { PermissionBox } from './PermissionBox';
import classes from './policy.module.css';
import { ResourceRows } from './ResourceRows';

export interface PolicyEditorProps {
    policy: Policy;
    inherited?: readonly Inherited[]; // shown as given, not to be taken away here
    named: Readonly<Record<string, readonly Named[]>>; // what can be chosen one by one
    ceiling?: Policy; // nothing beyond it can be given
    onChange?: (policy: Policy) => void; // absent: only to be read
}

export function PolicyEditor(props: PolicyEditorProps) {
    return (
        <Stack gap="xl">
            <Table.ScrollContainer minWidth={520} type="native">
                <Table verticalSpacing={9} className={classes.table}>
                    <Table.Thead>
                        <Table.Tr>
                            <Table.Th>Resource</Table.Th>
                            {allActions.map((action) => (
                                <Table.Th key={action} className={classes.box}>
                                    {actionLabels[action]}
                                </Table.Th>
                            ))}
                        </Table.Tr>
                    </Table.Thead>
                    {resourceKinds.map((kind) => (
                        <ResourceRows key={kind.key} kind={kind} {...props} />
                    ))}
                </Table>
            </Table.ScrollContainer>
            <PiiList {...props} />
        </Stack>
    );
}

function PiiList({ policy, inherited = [], ceiling, onChange }: PolicyEditorProps) {
    const isFree = (key: string) => !ceiling || shows(ceiling, key);
    return (
        <div>
            <Title order={3} mb={4}>
                Customer data (PII)
            </Title>
            <Text size="sm" c="dimmed" mb="sm">
                Who may see events and samples as they are, with names and addresses in them.
            </Text>
            <div className={classes.pii}>
                {Object.entries(piiLabels).map(([key, label]) => (
                    <PermissionBox
                        key={key}
                        label={label}
                        isLabelShown
                        state={shows(policy, key) ? 'all' : 'none'}
                        givenBy={inherited
                            .filter((one) => shows(one.policy ?? emptyPolicy, key))
                            .map(({ from }) => from)}
                        onChange={
                            onChange && isFree(key)
                                ? (isOn) => onChange(withPii(policy, key, isOn))
                                : undefined
                        }
                    />
                ))}
            </div>
        </div>
    );
}
