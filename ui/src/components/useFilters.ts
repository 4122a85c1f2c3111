// SPDX-License-Identifier: Apache-2.0
// Filters of a list that stand in the address.
import { useSearchParams } from 'wouter';

export type Filters<Name extends string> = Readonly<Record<Name, string>>;

// The texts as they are now (empty: not set), and a way to set one.
export function useFilters<Name extends string>(
    names: readonly Name[],
): [Filters<Name>, (name: Name, text: string) => void] {
    const [params, setParams] = useSearchParams();
    const texts = Object.fromEntries(
        names.map((name) => [name, params.get(name) ?? '']),
    ) as Filters<Name>;
    const set = (name: Name, text: string) =>
        setParams(
            (before) => {
                const next = new URLSearchParams(before);
                if (text) next.set(name, text);
                else next.delete(name);
                return next;
            },
            { replace: true },
        );
    return [texts, set];
}
