// SPDX-License-Identifier: Apache-2.0
// Says of a clone what it does not take over.
import { Alert } from '@mantine/core';
import type { Destination, DestinationDefinitionDetails } from '@/api/schema';
import { Icon } from '@/components/Icon';

interface ClonedWithoutProps {
    definition: DestinationDefinitionDetails;
    original: Destination;
}

export function ClonedWithout({ definition, original }: ClonedWithoutProps) {
    const secrets = definition.fields
        .filter(({ type, secret }) => type === 'secret' || secret)
        .map(({ name, title }) => title ?? name);
    return (
        <Alert color="brass" icon={<Icon name="key" />} title={`Like ${original.name}`}>
            Its settings are copied, its connections are not.
            {secrets.length > 0 &&
                ` Secrets are not copied either and have to be entered again: ${secrets.join(', ')}.`}
        </Alert>
    );
}
