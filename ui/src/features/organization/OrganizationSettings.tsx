// SPDX-License-Identifier: Apache-2.0
// The organization's name, id and rules.
import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useAccessWrite, useOrganization } from '@/api/access';
import { CopyValue } from '@/components/CopyValue';
import { Facts } from '@/components/Facts';
import { Loading } from '@/components/Loading';
import { NameForm } from '@/components/NameForm';
import { NeedsForm } from '@/components/Needs';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { OrganizationRules } from './OrganizationRules';

export function OrganizationSettings() {
    const organization = useOrganization();
    const update = useAccessWrite('PUT /v2/organization', 'organization', 'session');
    const rename = async (name: string) => {
        await update.mutateAsync({ body: { name } });
        notifications.show({ message: 'The name was saved.' });
    };
    return (
        <Loading queries={[organization]}>
            {({ id, name, createdAt, settings }) => (
                <Stack gap="lg">
                    <Section title="General">
                        <Stack gap="lg">
                            <NeedsForm right="organization">
                                {' '}
                                <NameForm
                                    key={name}
                                    label="Organization name"
                                    name={name}
                                    onSave={rename}
                                />
                            </NeedsForm>
                            <CopyValue label="Organization ID" value={id} />
                            <Facts
                                facts={[
                                    ['Created', <Time key="at" at={createdAt} as="date" />],
                                ]}
                            />
                        </Stack>
                    </Section>
                    <OrganizationRules key={JSON.stringify(settings)} settings={settings} />
                </Stack>
            )}
        </Loading>
    );
}
