// SPDX-License-Identifier: Apache-2.0
// The audit log of one source or destination.
import { AdminsOnly } from '../AdminsOnly';
import { Section } from '../Section';
import { AuditTable } from './AuditTable';

interface AuditTabProps {
    type: 'source' | 'destination';
    id: string;
}

export function AuditTab({ type, id }: AuditTabProps) {
    return (
        <AdminsOnly>
            <Section title="Audit Logs" lead={`Who did what to this ${type}.`} isFlush>
                <AuditTable filter={{ target_type: type, target_id: id }} />
            </Section>
        </AdminsOnly>
    );
}
