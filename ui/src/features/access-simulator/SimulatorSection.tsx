// SPDX-License-Identifier: Apache-2.0
// "What would this token be allowed to do?" Nothing is done; the question stands in the address.
import { useMembers, useNamedResources } from '@/api/access';
import { useWorkspace } from '@/api/context';
import { useIsAdmin } from '@/api/rights';
import { useSession } from '@/api/session';
import { FilterRow } from '@/components/FilterRow';
import { FilterSelect, type Option } from '@/components/FilterSelect';
import { Loading } from '@/components/Loading';
import { Section } from '@/components/Section';
import { useFilters } from '@/components/useFilters';
import { DecisionTable } from './DecisionTable';
import { useDecisions, useSubjects } from './queries';

const names = ['token', 'member', 'workspace', 'source', 'destination', 'show'] as const;
const answers = [
    { value: 'allowed', label: 'Allowed' },
    { value: 'refused', label: 'Refused' },
];
const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });

function Members({ value, onChange }: { value: string; onChange: (id: string) => void }) {
    const { data: session } = useSession();
    const members = (useMembers().data ?? []).filter(({ id }) => id !== session?.user.id);
    return (
        <FilterSelect
            label="Person"
            all="You"
            options={members.map(({ id, email }) => ({ value: id, label: email }))}
            value={value}
            onChange={onChange}
        />
    );
}

export function SimulatorSection() {
    const here = useWorkspace();
    const isAdmin = useIsAdmin();
    const { data: session } = useSession();
    const [texts, set] = useFilters(names);
    const subjects = useSubjects(isAdmin).data ?? [];
    const token = subjects.find(({ id }) => id === texts.token);
    const workspaceId = token ? token.workspaceId : texts.workspace || here.id;
    const lists = useNamedResources(workspaceId ?? here.id).data ?? {};
    const who = token
        ? { tokenId: token.id }
        : {
              workspaceId: workspaceId ?? here.id,
              memberId: texts.member || session?.user.id,
          };
    const decisions = useDecisions(session ? who : undefined, texts.source, texts.destination);
    const select = (
        name: (typeof names)[number],
        label: string,
        all: string,
        options: readonly Option[],
    ) => (
        <FilterSelect
            {...{ label, all, options }}
            value={texts[name]}
            onChange={(value) => set(name, value)}
        />
    );
    return (
        <Section
            title="What would be allowed?"
            lead="Choose a token or a person. The code that decides real requests answers; nothing is done."
            isFlush
        >
            <FilterRow>
                {select(
                    'token',
                    'Token',
                    'No token: a person',
                    subjects.map(({ id, label }) => ({ value: id, label })),
                )}
                {!token && isAdmin && (
                    <Members value={texts.member} onChange={(id) => set('member', id)} />
                )}
                {!token &&
                    select(
                        'workspace',
                        'Workspace',
                        here.name,
                        (session?.workspaces ?? [])
                            .filter(({ id }) => id !== here.id)
                            .map(named),
                    )}

                {select(
                    'source',
                    'Source',
                    'All and future ones',
                    (lists.sources ?? []).map(named),
                )}
                {select(
                    'destination',
                    'Destination',
                    'All and future ones',
                    (lists.destinations ?? []).map(named),
                )}
                {select('show', 'Answers', 'All', answers)}
            </FilterRow>
            <Loading queries={[decisions]}>
                {(list) => <DecisionTable decisions={list} show={texts.show} />}
            </Loading>
        </Section>
    );
}
