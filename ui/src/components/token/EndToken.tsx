// SPDX-License-Identifier: Apache-2.0
// Asks before a token is ended for ever.
import { useState } from 'react';
import { Confirm } from '../Confirm';
import { Time } from '../Time';

interface Ending {
    id: string;
    name: string;
    lastUsedAt: string | null;
}

interface EndTokenProps {
    verb: 'Delete' | 'Revoke';
    token: Ending | null; // null: nothing asked
    onClose: () => void;
    onEnd: (id: string) => Promise<unknown>;
}

export function EndToken({ verb, token, onClose, onEnd }: EndTokenProps) {
    // While the dialogue fades it still says what it asked.
    const [asked, setAsked] = useState(token);
    if (token && token !== asked) setAsked(token);
    return (
        <Confirm
            title={`${verb} ${asked?.name ?? ''}?`}
            confirmLabel={`Yes, ${verb.toLowerCase()}`}
            isOpen={token !== null}
            onClose={onClose}
            onConfirm={() => (token ? onEnd(token.id) : Promise.resolve())}
        >
            Whatever uses this token is refused at once. This cannot be undone.{' '}
            {asked?.lastUsedAt && (
                <>
                    It was last used <Time at={asked.lastUsedAt} />.
                </>
            )}
        </Confirm>
    );
}
