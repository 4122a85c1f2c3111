// SPDX-License-Identifier: Apache-2.0
// A search field whose text stands in the address as ?q=….
import { TextInput } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { Icon } from './Icon';

export function useSearchText(): [string, (text: string) => void] {
    const [params, setParams] = useSearchParams();
    const set = (text: string) =>
        setParams(
            (before) => {
                const next = new URLSearchParams(before);
                if (text) next.set('q', text);
                else next.delete('q');
                return next;
            },
            { replace: true },
        );
    return [params.get('q') ?? '', set];
}

export function SearchBox({ label }: { label: string }) {
    const [text, setText] = useSearchText();
    return (
        <TextInput
            type="search"
            aria-label={label}
            placeholder={label}
            leftSection={<Icon name="search" size={17} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            w="100%"
            maw={360}
        />
    );
}
