// SPDX-License-Identifier: Apache-2.0
// Makes a destination, connects it and goes to its page.
import { notifications } from '@mantine/notifications';
import { useLocation } from 'wouter';
import { messageOf } from '@/api/error';
import { usePaths } from '@/api/paths';
import { useWrite } from '@/api/resources';
import type { DestinationCreate } from '@/api/schema';

export function useAddDestination() {
    const paths = usePaths();
    const [, navigate] = useLocation();
    const create = useWrite('POST /v2/destinations', ['destinations']);
    const connect = useWrite('POST /v2/connections', ['connections']);

    const add = async (body: DestinationCreate, sourceIds: readonly string[]) => {
        const { destination } = await create.mutateAsync({ body });
        // The destination exists by now: what cannot be connected is told, and can be connected
        // on the page that follows.
        const results = await Promise.allSettled(
            sourceIds.map((sourceId) =>
                connect.mutateAsync({ body: { sourceId, destinationId: destination.id } }),
            ),
        );
        for (const result of results)
            if (result.status === 'rejected')
                notifications.show({
                    color: 'red',
                    title: 'Not connected',
                    message: messageOf(result.reason),
                });
        navigate(paths.destination(destination.id));
    };
    return { add, error: create.error, isBusy: create.isPending || connect.isPending };
}
