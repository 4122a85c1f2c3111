// SPDX-License-Identifier: Apache-2.0
// Asks before a token is ended for ever.
import { Confirm } from '../Confirm';
import { Time } from '../Time';

interface EndTokenProps {
    verb: 'Delete' | 'Revoke';
    token: { id: string; name: string; lastUsedAt: string | null } | null; // null: nothing asked
    onClose: () => void;
    onEnd: (id: string) => Promise<unknown>;
}

export function EndToken({ verb, token, onClose, onEnd }: EndTokenProps) {
    return (
        <Confirm
            title={`${verb} ${token?.name ?? ''}?`}
            confirmLabel={`Yes, ${verb.toLowerCase()}`}
            isOpen={token !== null}
            onClose={onClose}
            onConfirm={() => (token ? onEnd(token.id) : Promise.resolve())}
        >
            Whatever uses this token is refused at once. This cannot be undone.{' '}
            {token?.lastUsedAt && (
                <>
                    It was last used <Time at={token.lastUsedAt} />.
                </>
            )}
        </Confirm>
    );
}
