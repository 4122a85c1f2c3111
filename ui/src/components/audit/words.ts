// SPDX-License-Identifier: Apache-2.0
// What people read for the words of the audit log.

export const targetTypes: Record<string, string> = {
    source: 'Source',
    destination: 'Destination',
    connection: 'Connection',
    personal_access_token: 'Personal Access Token',
    service_access_token: 'Service Access Token',
    user: 'User',
    user_invitation: 'Invitation',
    audit_log: 'Audit log',
    group: 'Group',
    member: 'Member',
    workspace: 'Workspace',
    organization: 'Organization',
    session: 'Session',
    baseline_policy: 'Baseline policy',
    group_policy: 'Group policy',
    member_policy: 'Member policy',
    operation: 'Refused call',
    access_import: 'Import',
    regulation: 'User suppression',
};

// What is recorded; filters offer them in this order.
export const actionNames = [
    'created',
    'updated',
    'deleted',
    'updated_connection',
    'connected_source',
    'disconnected_source',
    'first_used',
    'used',
    'rotated',
    'canceled',
    'revoked',
    'revoked_all',
    'refused',
    'signed_in',
    'sign_in_failed',
    'signed_out',
    'password_reset_created',
    'added_to_organization',
    'removed_from_organization',
    'changed_permission',
    'member_added',
    'member_removed',
    'staged',
    'deployed',
];

// "connected_source" → "Connected source"
export function wordsOf(name: string): string {
    const text = name.replaceAll('_', ' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
}

export const typeLabel = (type: string): string => targetTypes[type] ?? wordsOf(type);

// The cursor in "/v2/audit-logs?after_cursor=…&…".
export function cursorOf(next: string | undefined): string | undefined {
    if (next === undefined) return undefined;
    return new URLSearchParams(next.split('?')[1] ?? '').get('after_cursor') ?? undefined;
}
