// SPDX-License-Identifier: Apache-2.0
// Choosing what kind of source or destination to add, with search.
import { Loader, Stack, Text, UnstyledButton } from '@mantine/core';
import { EmptyState } from './EmptyState';
import { groupsOf } from './definitionGroups';
import { DefinitionTile } from './DefinitionTile';
import classes from './DefinitionPicker.module.css';
import { matches } from './matches';
import { SearchBox, useSearchText } from './SearchBox';

export interface Definition {
    type: string;
    title: string;
    category: string;
    isDeliverable?: boolean;
    isAvailable?: boolean;
    flags?: readonly string[];
}

interface DefinitionPickerProps {
    what: 'sources' | 'destinations';
    definitions: readonly Definition[] | undefined;
    onChoose: (type: string) => void;
}

interface CardProps {
    definition: Definition;
    onChoose: (type: string) => void;
}

function noteOf({ isDeliverable, isAvailable, flags }: Definition): string | undefined {
    const notes = (flags ?? []).filter((flag) => ['beta', 'deprecated'].includes(flag));
    if (isDeliverable === false) notes.unshift('Not delivered yet');
    if (isAvailable === false) notes.unshift('Brings no events yet');
    return notes.join(', ');
}

function Card({ definition, onChoose }: CardProps) {
    return (
        <UnstyledButton className={classes.card} onClick={() => onChoose(definition.type)}>
            <DefinitionTile title={definition.title} />
            <span>
                <Text component="span" fw={580} display="block">
                    {definition.title}
                </Text>
                <Text component="span" size="xs" c="dimmed">
                    {noteOf(definition)}
                </Text>
            </span>
        </UnstyledButton>
    );
}

export function DefinitionPicker({ what, definitions, onChoose }: DefinitionPickerProps) {
    const [search] = useSearchText();
    if (!definitions) return <Loader type="dots" aria-label="Loading" />;
    const found = definitions.filter(
        ({ title, type, category, flags }) =>
            !flags?.includes('hidden') && matches(search, title, type, category),
    );
    return (
        <Stack gap="lg">
            <SearchBox label={`Search ${what}`} />
            {found.length === 0 && (
                <EmptyState icon="search" title="Nothing found">
                    No kind of {what.slice(0, -1)} is called “{search}”.
                </EmptyState>
            )}
            {groupsOf(found).map(({ category, items }) => (
                <section key={category} aria-label={category}>
                    <Text size="sm" fw={600} c="dimmed" mb={8}>
                        {category}
                    </Text>
                    <ul className={classes.grid}>
                        {items.map((definition) => (
                            <li key={definition.type}>
                                <Card definition={definition} onChoose={onChoose} />
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
        </Stack>
    );
}
