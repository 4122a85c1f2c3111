// SPDX-License-Identifier: Apache-2.0
// What a policy gives: the table of resources and permissions, and how to ask and change one.
import type { EffectivePolicy, Policy } from './schema';

export type Action = 'edit' | 'connect' | 'createDelete';

export interface Grant {
    all?: boolean; // always with includeFuture here; otherwise the ids are written out
    includeFuture?: boolean;
    ids?: string[];
}

export interface ResourceKind {
    key: string;
    label: string;
    actions: readonly Action[];
}

export const actionLabels: Record<Action, string> = {
    edit: 'Edit',
    connect: 'Connect',
    createDelete: 'Create & Delete',
};
export const allActions = Object.keys(actionLabels) as Action[];

export const resourceKinds: readonly ResourceKind[] = [
    { key: 'sources', label: 'Event Stream Sources', actions: allActions },
    { key: 'destinations', label: 'Destinations', actions: allActions },
    { key: 'retlTables', label: 'Reverse ETL: Tables', actions: allActions },
    { key: 'sqlModels', label: 'Reverse ETL: SQL Models', actions: allActions },
    { key: 'audiences', label: 'Reverse ETL: Audiences', actions: allActions },
    { key: 'transformations', label: 'Transformations', actions: allActions },
    { key: 'transformationLibraries', label: 'Transformation Libraries', actions: ['edit'] },
    { key: 'trackingPlans', label: 'Tracking Plans', actions: allActions },
    { key: 'dataCatalog', label: 'Data Catalog', actions: ['edit'] },
    { key: 'profiles', label: 'Profiles', actions: allActions },
    { key: 'alertOverrides', label: 'Alert Overrides', actions: ['edit'] },
    { key: 'warehouseSyncs', label: 'Retry warehouse syncs', actions: ['edit'] },
    { key: 'botManagement', label: 'Bot Management', actions: ['edit'] },
    { key: 'credentials', label: 'Credential Store', actions: ['edit'] },
];

export const piiLabels: Record<string, string> = {
    sourceLiveEvents: 'Event Stream Source Live Events',
    destinationLiveEvents: 'Destination Live Events',
    destinationFailureSamples: 'Destination Failure Samples',
    destinationDataAccess: 'Destination Data Access',
    tableLiveEvents: 'Table Live Events',
    audienceLiveEvents: 'Audience Live Events',
    sqlModelLiveEvents: 'SQL Model Live Events',
    retlSyncFailureSamples: 'Reverse ETL Sync Failure Samples',
    transformationLiveEvents: 'Transformation Live Events',
    transformationFailureSamples: 'Transformation Failure Samples',
    trackingPlanViolations: 'Tracking Plan Violations',
};

const forAdmins = ['organization', 'workspace.edit', 'manageMembers', 'manageTokens'];

// "destinations.edit" → "Destinations: Edit"
export function rightLabel(right: string): string {
    const [kind = '', action = ''] = right.split('.');
    if (kind === 'pii') return piiLabels[action] ?? right;
    if (forAdmins.includes(right)) return 'organization role Admin';
    if (right === 'connections.connect') return 'Sources and Destinations: Edit and Connect';
    const resource = resourceKinds.find(({ key }) => key === kind);
    return resource ? `${resource.label}: ${actionLabels[action as Action] ?? action}` : right;
}

export const emptyPolicy: Policy = {};
export const everything: Grant = { all: true, includeFuture: true };

export type Extent = 'none' | 'some' | 'all';

type Grants = Readonly<Record<string, Partial<Record<Action, Grant>> | undefined>>;

const grantsOf = (policy: Policy) => (policy.resources ?? {}) as Grants;
const piiOf = (policy: Policy) => (policy.pii ?? {}) as Record<string, boolean | undefined>;

export function grantOf(policy: Policy, kind: string, action: Action): Grant {
    return grantsOf(policy)[kind]?.[action] ?? {};
}

export const shows = (policy: Policy, key: string): boolean => Boolean(piiOf(policy)[key]);

export function extentOf(grant: Grant): Extent {
    if (grant.all) return 'all';
    return grant.ids?.length ? 'some' : 'none';
}

export function covers(grant: Grant, id: string): boolean {
    return Boolean(grant.all) || Boolean(grant.ids?.includes(id));
}

// The policy with one grant replaced; an empty grant leaves no trace.
export function withGrant(policy: Policy, kind: string, action: Action, grant: Grant): Policy {
    const actions = { ...grantsOf(policy)[kind] };
    if (extentOf(grant) === 'none') delete actions[action];
    else actions[action] = grant;
    const resources: Record<string, unknown> = { ...grantsOf(policy) };
    if (Object.keys(actions).length === 0) delete resources[kind];
    else resources[kind] = actions;
    return { ...policy, resources: resources as Policy['resources'] };
}

export function withPii(policy: Policy, key: string, isOn: boolean): Policy {
    const pii = { ...piiOf(policy) };
    if (isOn) pii[key] = true;
    else delete pii[key];
    return { ...policy, pii: pii as Policy['pii'] };
}

// One resource more or less. existing: the ids there are now, for a grant that said "all".
export function withId(grant: Grant, id: string, isOn: boolean, existing: string[]): Grant {
    const before = new Set(grant.all ? existing : grant.ids);
    if (isOn) before.add(id);
    else before.delete(id);
    return { ids: [...before] };
}

// What is left of a grant under another.
export function within(grant: Grant, ceiling: Grant): Grant {
    if (ceiling.all) return grant;
    const allowed = ceiling.ids ?? [];
    return { ids: grant.all ? allowed : allowed.filter((id) => grant.ids?.includes(id)) };
}

// Everything that a policy can give.
export function fullPolicy(): Policy {
    const rights = resourceKinds.flatMap(({ key, actions }) =>
        actions.map((action) => ({ key, action })),
    );
    const resources = rights.reduce(
        (policy, { key, action }) => withGrant(policy, key, action, everything),
        emptyPolicy,
    );
    return Object.keys(piiLabels).reduce(
        (policy, key) => withPii(policy, key, true),
        resources,
    );
}

// What of a policy means the same in another workspace: single resources do not exist there.
export function portable(policy: Policy): { policy: Policy; left: number } {
    const grants = Object.entries(grantsOf(policy)).flatMap(([kind, actions = {}]) =>
        Object.entries(actions).map(([action, grant]) => ({
            kind,
            action: action as Action,
            grant,
        })),
    );
    const whole = grants.filter(({ grant }) => grant.all);
    return {
        policy: whole.reduce(
            (copy, { kind, action, grant }) => withGrant(copy, kind, action, grant),
            { ...(policy.pii && { pii: policy.pii }) } as Policy,
        ),
        left: grants.filter(({ grant }) => extentOf(grant) === 'some').length,
    };
}

// Each right a policy gives, as one text; the same texts mean the same policy.
function rightsOf(policy: Policy): string[] {
    const rights = Object.entries(grantsOf(policy)).flatMap(([kind, actions = {}]) =>
        Object.entries(actions)
            .filter(([, grant]) => extentOf(grant) !== 'none')
            .map(([action, { all, ids }]) =>
                [kind, action, ...(all ? ['all'] : [...(ids ?? [])].sort())].join(' '),
            ),
    );
    return [...rights, ...Object.keys(piiOf(policy)).filter((key) => shows(policy, key))];
}

export function isSamePolicy(a: Policy, b: Policy): boolean {
    return rightsOf(a).sort().join('\n') === rightsOf(b).sort().join('\n');
}

export const isEmptyPolicy = (policy: Policy): boolean => rightsOf(policy).length === 0;

// What an action takes, each on what: connecting takes Edit and Connect on both ends.
function needsOf(right: string, ids: readonly (string | undefined)[]) {
    const each = right === 'connections.connect' ? connecting : [{ right, end: 0 }];
    return each.map((need) => ({ right: need.right, id: ids[need.end] }));
}
const connecting = ['sources', 'destinations'].flatMap((kind, end) =>
    ['edit', 'connect'].map((action) => ({ right: `${kind}.${action}`, end })),
);

// The first right that is missing, as the server would name it. Without ids: on all there are
// and all to come.
export function missingRight(
    policy: EffectivePolicy,
    right: string,
    ids: readonly string[] = [],
): string | undefined {
    if (policy.isAdmin) return undefined;
    const isGiven = (need: { right: string; id?: string }) =>
        policy.rights.some(
            (one) =>
                one.right === need.right &&
                (one.all || (need.id !== undefined && one.ids.includes(need.id))),
        );
    return needsOf(right, ids).find((need) => !isGiven(need))?.right;
}

// Rights that come from elsewhere: the policy and what it is called ("the baseline policy").
export interface Inherited {
    from: string;
    policy: Policy;
}

type Origin = EffectivePolicy['rights'][number]['from'][number];

const originLabels = {
    organizationRole: 'the organization role Admin',
    baseline: 'the baseline policy',
    member: 'the member policy',
};

export function originLabel(origin: Origin): string {
    return origin.kind === 'group'
        ? `the group ${origin.name ?? ''}`
        : originLabels[origin.kind];
}

// An effective policy taken apart by where its rights come from; the member's own left out.
export function inheritedOf({ rights }: EffectivePolicy): Inherited[] {
    const byOrigin = new Map<string, Policy>();
    for (const { right, from } of rights)
        for (const origin of from.filter(({ kind }) => kind !== 'member')) {
            const [kind = '', key = ''] = right.split('.');
            const label = originLabel(origin);
            const before = byOrigin.get(label) ?? emptyPolicy;
            const grant = origin.all ? everything : { ids: origin.ids };
            byOrigin.set(
                label,
                kind === 'pii'
                    ? withPii(before, key, true)
                    : withGrant(before, kind, key as Action, grant),
            );
        }
    return [...byOrigin].map(([from, policy]) => ({ from, policy }));
}
