// SPDX-License-Identifier: Apache-2.0
// Says of a kind of destination that nothing is delivered to it by this release.
import { Alert } from '@mantine/core';
import type { DestinationDefinition } from '@/api/schema';
import { Icon } from '@/components/Icon';

export function NotDelivered({
    definition,
}: {
    definition: DestinationDefinition | undefined;
}) {
    if (!definition || definition.isDeliverable) return null;
    return (
        <Alert color="brass" icon={<Icon name="warning" />} mb="md">
            Delivery for {definition.title} is not available yet; events get the outcome
            not_implemented.
            {definition.modes.device.length > 0 &&
                ' In device mode the SDK sends them, and that works.'}
        </Alert>
    );
}
