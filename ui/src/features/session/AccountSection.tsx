// SPDX-License-Identifier: Apache-2.0
// Who one is here.
import { useSession } from '@/api/session';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';

export function AccountSection() {
    const { data: session } = useSession();
    if (!session) return null;
    return (
        <Section title="Account">
            <Facts
                facts={[
                    ['E-mail', session.user.email],
                    ['Role', session.user.role],
                    ['Organization', session.organization.name],
                ]}
            />
        </Section>
    );
}
