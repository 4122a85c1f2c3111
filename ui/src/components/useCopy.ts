// SPDX-License-Identifier: Apache-2.0
// Copying to the clipboard, also on plain-HTTP pages where the clipboard API is missing.
import { useEffect, useRef, useState } from 'react';

export async function copyText(text: string): Promise<boolean> {
    if (navigator.clipboard && window.isSecureContext) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            // The browser may refuse (permission, focus); the older way often still works.
        }
    }
    return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
    const focused = document.activeElement;
    const area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.style.position = 'fixed';
    area.style.opacity = '0';
    // Inside an open dialogue, so that its focus trap does not take the selection away.
    (focused?.closest('[role="dialog"]') ?? document.body).appendChild(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return isCopied;
}

export type CopyState = 'idle' | 'copied' | 'failed';

// The state goes back to idle by itself after a moment.
export function useCopy(text: string): [CopyState, () => void] {
    const [state, setState] = useState<CopyState>('idle');
    const timer = useRef<number>(undefined);
    useEffect(() => () => window.clearTimeout(timer.current), []);
    const copy = () => {
        void copyText(text).then((isCopied) => {
            setState(isCopied ? 'copied' : 'failed');
            window.clearTimeout(timer.current);
            timer.current = window.setTimeout(() => setState('idle'), 1800);
        });
    };
    return [state, copy];
}
