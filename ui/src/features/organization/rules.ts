// SPDX-License-Identifier: Apache-2.0
// The organization's switches, in the order in which they are shown, each with what it does.
import type { OrganizationSettings } from '@/api/schema';

export type RuleName = keyof OrganizationSettings;
export type Feature = NonNullable<OrganizationSettings['featuresOff']>[number];

interface RuleText {
    label: string;
    hint: string;
}
export type Rule = RuleText &
    (
        | { name: RuleName; kind: 'switch' }
        | { name: 'featuresOff'; kind: 'feature'; feature: Feature }
        | { name: RuleName; kind: 'days'; none: string } // none: what no limit is called
        | {
              name: RuleName;
              kind: 'choice';
              options: readonly { value: string; label: string }[];
          }
    );

export interface RuleGroup {
    title: string;
    rules: readonly Rule[];
}

const feature = (name: Feature, label: string, hint: string): Rule => ({
    name: 'featuresOff',
    kind: 'feature',
    feature: name,
    label,
    hint,
});

export const ruleGroups: readonly RuleGroup[] = [
    {
        title: 'Personal Access Tokens',
        rules: [
            {
                name: 'personalTokens',
                kind: 'switch',
                label: 'Allow personal access tokens',
                hint: 'Switched off, those that exist are refused at once and no new ones can be made. They work again when it is switched on.',
            },
            {
                name: 'patCreation',
                kind: 'choice',
                label: 'Who may create them',
                hint: 'Each only for himself, in workspaces he belongs to. Editors are those who may change something there.',
                options: [
                    { value: 'everyone', label: 'Every member' },
                    { value: 'editors', label: 'Editors and Admins' },
                    { value: 'admins', label: 'Admins' },
                    { value: 'nobody', label: 'Nobody' },
                ],
            },
            {
                name: 'maxPersonalTokenDays',
                kind: 'days',
                none: 'No limit',
                label: 'Longest life',
                hint: 'A new token has to expire within so many days. Tokens that exist keep their expiry.',
            },
        ],
    },
    {
        title: 'Service Access Tokens',
        rules: [
            {
                name: 'serviceTokens',
                kind: 'switch',
                label: 'Allow service access tokens',
                hint: 'Switched off, whatever runs with one is refused at once. They work again when it is switched on.',
            },
            {
                name: 'maxServiceTokenDays',
                kind: 'days',
                none: 'No limit',
                label: 'Longest life',
                hint: 'A new token has to expire within so many days. Tokens that exist keep their expiry.',
            },
        ],
    },
    {
        title: 'All tokens',
        rules: [
            {
                name: 'selfRotation',
                kind: 'switch',
                label: 'Tokens may rotate themselves',
                hint: 'A program can exchange its token for a new value without a person. People can rotate tokens either way.',
            },
            {
                name: 'strictEffects',
                kind: 'switch',
                label: 'Strict effects',
                hint: 'Some calls have an effect but only ask for Read. Switched on, they ask for the matching Edit right.',
            },
        ],
    },
    {
        title: 'Customer data (PII)',
        rules: [
            {
                name: 'baselinePii',
                kind: 'switch',
                label: 'Baseline gives full PII access',
                hint: 'Counts in workspaces whose baseline policy nobody has changed yet. Switched off, their members see no events or samples until a policy says so.',
            },
        ],
    },
    {
        title: 'Features',
        rules: [
            feature(
                'GROUPS',
                'Groups',
                'Looking at groups, changing them and their policies. What they give stays either way.',
            ),
            feature(
                'CUSTOM_BASELINE_POLICY',
                'Custom baseline policies',
                'Changing the baseline policy of a workspace.',
            ),
            feature(
                'GRANULAR_PERMISSIONS',
                'Permissions on single resources',
                'Policies that name single sources or destinations, not only all of them.',
            ),
            feature('AUDIT_LOGS', 'Reading the audit log', 'It is written either way.'),
            feature(
                'INVITATIONS',
                'Inviting people',
                'Invitations that were sent work until they expire.',
            ),
        ],
    },
    {
        title: 'Audit log',
        rules: [
            {
                name: 'auditEveryUse',
                kind: 'switch',
                label: 'Record every use of a token',
                hint: 'Otherwise the first use is recorded, and from which address. Every use makes the log grow with your traffic.',
            },
            {
                name: 'auditDays',
                kind: 'days',
                none: 'For ever',
                label: 'Keep entries for',
                hint: 'Older entries are removed; a signed note of what was there stays, so that the chain can still be verified.',
            },
        ],
    },
];

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

// What is different in the draft: only that is sent.
export function changesOf(
    before: OrganizationSettings,
    draft: OrganizationSettings,
): OrganizationSettings {
    return Object.fromEntries(
        Object.entries(draft).filter(
            ([name, value]) => !isSame(before[name as RuleName], value),
        ),
    );
}
