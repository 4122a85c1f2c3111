// SPDX-License-Identifier: Apache-2.0
// What somebody typed over a stored value. Until then the form follows what is stored.
import { useState } from 'react';

export function useDraft<Value>(stored: Value) {
    const [typed, setTyped] = useState<{ value: Value } | null>(null);
    return {
        value: typed ? typed.value : stored,
        isChanged: typed !== null && JSON.stringify(typed.value) !== JSON.stringify(stored),
        set: (value: Value) => setTyped({ value }),
        reset: () => setTyped(null),
    };
}
