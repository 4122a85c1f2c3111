// SPDX-License-Identifier: Apache-2.0
// What a destination gets and answers, as it happens.
import { urlOf } from '@/api/client';
import { useWorkspace } from '@/api/context';
import type { Destination } from '@/api/schema';
import { LiveEvents } from '@/components/LiveEvents';

export function DestinationLiveEvents({ destination }: { destination: Destination }) {
    const workspace = useWorkspace();
    return (
        <LiveEvents
            url={urlOf(
                '/v2/destinations/{id}/live-events',
                { id: destination.id },
                { workspaceId: workspace.id },
            )}
            lead="What this destination gets and what it answers. Click an event for the request."
            emptyHint="As soon as a connected source receives an event, its delivery shows up here."
        />
    );
}
