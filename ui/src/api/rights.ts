// SPDX-License-Identifier: Apache-2.0
// What the person who is signed in may do. The server decides; this tells people beforehand.
import { useSession } from './session';

export function useIsAdmin(): boolean {
    return useSession().data?.user.role === 'Admin';
}
