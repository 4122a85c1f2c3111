// SPDX-License-Identifier: Apache-2.0
// Where events go: what the server is set to say, otherwise where this page came from.
import type { Workspace } from '@/api/schema';

export function dataPlaneUrlOf({ dataPlaneURL }: Workspace): string {
    return dataPlaneURL ?? window.location.origin;
}
