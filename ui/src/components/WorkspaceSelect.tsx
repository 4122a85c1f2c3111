// SPDX-License-Identifier: Apache-2.0
// Which workspace a part of the page is about; stands in the address as ?workspace=….
import { NativeSelect } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { useWorkspace } from '@/api/context';
import { useSession } from '@/api/session';

// The chosen workspace, the page's own to begin with.
export function useChosenWorkspace() {
    const here = useWorkspace();
    const { data: session } = useSession();
    const [params] = useSearchParams();
    const workspaces = session?.workspaces ?? [here];
    return workspaces.find(({ id }) => id === params.get('workspace')) ?? here;
}

export function WorkspaceSelect() {
    const { data: session } = useSession();
    const chosen = useChosenWorkspace();
    const [, setParams] = useSearchParams();
    const choose = (id: string) =>
        setParams(
            (before) => {
                const next = new URLSearchParams(before);
                next.set('workspace', id);
                return next;
            },
            { replace: true },
        );
    return (
        <NativeSelect
            aria-label="Workspace"
            data={(session?.workspaces ?? [chosen]).map(({ id, name }) => ({
                value: id,
                label: name,
            }))}
            value={chosen.id}
            onChange={(event) => choose(event.currentTarget.value)}
        />
    );
}
