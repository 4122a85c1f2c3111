// SPDX-License-Identifier: Apache-2.0
// What a source receives, as it happens.
import { urlOf } from '@/api/client';
import { useWorkspace } from '@/api/context';
import type { Source } from '@/api/schema';
import { LiveEvents } from '@/components/LiveEvents';

export function SourceLiveEvents({ source }: { source: Source }) {
    const workspace = useWorkspace();
    return (
        <LiveEvents
            url={urlOf(
                '/v2/sources/{id}/live-events',
                { id: source.id },
                { workspaceId: workspace.id },
            )}
            lead={
                source.transient
                    ? 'Events of this source are transient: they are not shown, but for those from before.'
                    : 'What this source receives. Updates by itself; click an event for its payload.'
            }
            emptyHint={
                source.transient
                    ? 'They go to their destinations all the same.'
                    : 'Send one with the snippet on the Setup tab; it shows up here at once.'
            }
        />
    );
}
