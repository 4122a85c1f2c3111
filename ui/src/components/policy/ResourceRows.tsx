// SPDX-License-Identifier: Apache-2.0
// The rows of one kind of resource: all of them, and on demand each by name.
import { Group, Table, Text, UnstyledButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Named } from '@/api/access';
import {
    actionLabels,
    allActions,
    covers,
    everything,
    extentOf,
    grantOf,
    isSamePolicy,
    withGrant,
    withId,
    within,
    type Action,
    type Extent,
    type Grant,
    type ResourceKind,
} from '@/api/policy';
import { Icon } from '../Icon';
import { PermissionBox } from './PermissionBox';
import classes from './policy.module.css';
import type { PolicyEditorProps } from './PolicyEditor';

interface RowProps extends PolicyEditorProps {
    kind: ResourceKind;
}

interface BoxesProps extends RowProps {
    label: string;
    head: ReactNode;
    isDetail?: boolean;
    stateOf: (grant: Grant) => Extent;
    isGiven: (grant: Grant) => boolean; // by a policy from elsewhere
    change: (grant: Grant, isOn: boolean) => Grant;
}

// One row with a box for each permission the kind has.
function Boxes(props: BoxesProps) {
    const { kind, policy, inherited = [], ceiling, onChange, label, head, isDetail } = props;
    const box = (action: Action) => {
        const grant = grantOf(policy, kind.key, action);
        const after = (isOn: boolean) => {
            const next = props.change(grant, isOn);
            const allowed = ceiling ? within(next, grantOf(ceiling, kind.key, action)) : next;
            return withGrant(policy, kind.key, action, allowed);
        };
        const isFree = props.stateOf(grant) === 'all' || !isSamePolicy(after(true), policy);
        return (
            <PermissionBox
                label={`${kind.label}: ${actionLabels[action]}${label && `, ${label}`}`}
                state={props.stateOf(grant)}
                givenBy={inherited
                    .filter((one) => props.isGiven(grantOf(one.policy, kind.key, action)))
                    .map(({ from }) => from)}
                onChange={onChange && isFree ? (isOn) => onChange(after(isOn)) : undefined}
            />
        );
    };
    return (
        <Table.Tr data-detail={isDetail}>
            <Table.Td>{head}</Table.Td>
            {allActions.map((action) => (
                <Table.Td key={action} className={classes.box}>
                    {kind.actions.includes(action) && box(action)}
                </Table.Td>
            ))}
        </Table.Tr>
    );
}

const givesAll = (grant: Grant) => Boolean(grant.all);

// How much a grant gives of all there is and will be.
function wholeExtent(grant: Grant): Extent {
    return grant.all ? 'all' : extentOf(grant);
}

function Details(props: RowProps & { list: readonly Named[] }) {
    const { kind, list } = props;
    const ids = list.map(({ id }) => id);
    const hasEach = (grant: Grant) => ids.every((id) => covers(grant, id));
    return (
        <>
            <Boxes
                {...props}
                isDetail
                label="all there are now"
                head={<Text size="sm">Select all</Text>}
                stateOf={(grant) =>
                    list.length > 0 && hasEach(grant) ? 'all' : extentOf(grant)
                }
                isGiven={(grant) => list.length > 0 && hasEach(grant)}
                change={(_, isOn) => (isOn ? { ids } : {})}
            />
            <Boxes
                {...props}
                isDetail
                label="all future ones"
                head={<Text size="sm">Include all future resources</Text>}
                stateOf={(grant) => (grant.all ? 'all' : 'none')}
                isGiven={givesAll}
                change={(_, isOn) => (isOn ? everything : { ids })}
            />
            {list.map(({ id, name }) => (
                <Boxes
                    key={id}
                    {...props}
                    isDetail
                    label={name}
                    head={
                        <Text size="sm" fw={540} style={{ overflowWrap: 'anywhere' }}>
                            {name}
                        </Text>
                    }
                    stateOf={(grant) => (covers(grant, id) ? 'all' : 'none')}
                    isGiven={(grant) => covers(grant, id)}
                    change={(grant, isOn) => withId(grant, id, isOn, ids)}
                />
            ))}
            {kind.actions.includes('createDelete') && (
                <Table.Tr data-detail>
                    <Table.Td colSpan={allActions.length + 1}>
                        <Text size="xs" c="dimmed">
                            Creating new ones takes Create &amp; Delete with all future
                            resources. Connecting takes Edit and Connect on both ends.
                        </Text>
                    </Table.Td>
                </Table.Tr>
            )}
        </>
    );
}

export function ResourceRows(props: RowProps) {
    const { kind, named } = props;
    const [isOpen, setOpen] = useState(false);
    const list = named[kind.key];
    const name = (
        <Text size="sm" fw={560}>
            {kind.label}
        </Text>
    );
    const head = list ? (
        <UnstyledButton
            onClick={() => setOpen(!isOpen)}
            aria-expanded={isOpen}
            aria-label={`${kind.label}, one by one`}
        >
            <Group gap={6} wrap="nowrap">
                <Icon name={isOpen ? 'down' : 'right'} size={15} />
                {name}
            </Group>
        </UnstyledButton>
    ) : (
        <div className={classes.plain}>{name}</div>
    );
    return (
        <Table.Tbody>
            <Boxes
                {...props}
                label=""
                head={head}
                stateOf={wholeExtent}
                isGiven={givesAll}
                change={(_, isOn) => (isOn ? everything : {})}
            />
            {isOpen && list && <Details {...props} list={list} />}
        </Table.Tbody>
    );
}
