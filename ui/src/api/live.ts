// SPDX-License-Identifier: Apache-2.0
// Live events: a server-sent stream, newest first, that can be held still.
import { useEffect, useReducer } from 'react';
import type { LiveEvent } from './schema';

export const LIVE_MAX = 200;

export interface LiveItem extends LiveEvent {
    key: number;
}

export interface LiveState {
    status: 'connecting' | 'open' | 'lost' | 'ended';
    isPaused: boolean;
    shown: readonly LiveItem[];
    waiting: readonly LiveItem[]; // arrived while paused
    isStale: boolean; // what is shown will come again: the stream was opened anew while paused
    count: number;
}

export type LiveAction =
    | { type: 'opened' | 'lost' | 'ended' | 'pause' | 'resume' | 'clear' }
    | { type: 'event'; event: LiveEvent };

export const liveStart: LiveState = {
    status: 'connecting',
    isPaused: false,
    shown: [],
    waiting: [],
    isStale: false,
    count: 0,
};

function arrived(state: LiveState, event: LiveEvent): LiveState {
    const item = { ...event, key: state.count };
    const add = (list: readonly LiveItem[]) => [item, ...list].slice(0, LIVE_MAX);
    return {
        ...state,
        count: state.count + 1,
        shown: state.isPaused ? state.shown : add(state.shown),
        waiting: state.isPaused ? add(state.waiting) : state.waiting,
    };
}

function resumed(state: LiveState): LiveState {
    return {
        ...state,
        isPaused: false,
        shown: [...state.waiting, ...(state.isStale ? [] : state.shown)].slice(0, LIVE_MAX),
        waiting: [],
        isStale: false,
    };
}

// The server sends again what it has kept.
function opened(state: LiveState): LiveState {
    return {
        ...state,
        status: 'open',
        shown: state.isPaused ? state.shown : [],
        waiting: [],
        isStale: state.isPaused,
    };
}

export function liveReduce(state: LiveState, action: LiveAction): LiveState {
    switch (action.type) {
        case 'opened':
            return opened(state);
        case 'lost':
            return { ...state, status: 'lost' };
        case 'ended':
            return { ...state, status: 'ended' };
        case 'pause':
            return { ...state, isPaused: true };
        case 'resume':
            return resumed(state);
        case 'clear':
            return { ...state, shown: [], waiting: [] };
        case 'event':
            return arrived(state, action.event);
    }
}

// url: of the stream. attempt: a new number connects anew.
export function useLiveEvents(url: string, attempt: number) {
    const [state, dispatch] = useReducer(liveReduce, liveStart);
    useEffect(() => {
        const stream = new EventSource(url);
        dispatch({ type: 'clear' });
        stream.onopen = () => dispatch({ type: 'opened' });
        stream.onerror = () =>
            // The browser tries again by itself, unless the server refused.
            dispatch({ type: stream.readyState === EventSource.CLOSED ? 'ended' : 'lost' });
        stream.addEventListener('live', (message: MessageEvent<string>) =>
            dispatch({ type: 'event', event: JSON.parse(message.data) as LiveEvent }),
        );
        return () => stream.close();
    }, [url, attempt]);
    return [state, dispatch] as const;
}
