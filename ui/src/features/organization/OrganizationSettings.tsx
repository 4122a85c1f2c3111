// SPDX-License-Identifier: Apache-2.0
// The organization's name and id.
import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAccessWrite, useOrganization } from '@/api/access';
import { useIsAdmin } from '@/api/rights';
import { CopyValue } from '@/components/CopyValue';
import { Facts } from '@/components/Facts';
import { Loading } from '@/components/Loading';
import { NameForm } from '@/components/NameForm';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';

export function OrganizationSettings() {
    const organization = useOrganization();
    const update = useAccessWrite('PUT /v2/organization', 'organization', 'session');
    const isAdmin = useIsAdmin();
    const rename = async (name: string) => {
        await update.mutateAsync({ body: { name } });
        notifications.show({ message: 'The name was saved.' });
    };
    return (
        <Loading queries={[organization]}>
            {({ id, name, createdAt }) => (
                <Section title="General">
                    <Stack gap="lg">
                        {isAdmin ? (
                            <NameForm
                                key={name}
                                label="Organization name"
                                name={name}
                                onSave={rename}
                            />
                        ) : (
                            <Facts facts={[['Organization name', name]]} />
                        )}
                        <CopyValue label="Organization ID" value={id} />
                        <Facts
                            facts={[['Created', <Time key="at" at={createdAt} as="date" />]]}
                        />
                    </Stack>
                </Section>
            )}
        </Loading>
    );
}
