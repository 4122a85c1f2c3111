// SPDX-License-Identifier: Apache-2.0
// A person in a list: the name if there is one, and the e-mail address.
import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';

interface PersonNameProps {
    person: { name: string; email: string };
    href?: string;
    isYou?: boolean;
}

export function PersonName({ person, href, isYou }: PersonNameProps) {
    const { name, email } = person;
    const first = name || email;
    return (
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            {href ? (
                <Anchor component={Link} href={href} fw={580} c="var(--mantine-color-text)">
                    {first}
                </Anchor>
            ) : (
                <Text span size="sm" fw={580}>
                    {first}
                </Text>
            )}
            {isYou && (
                <Text span size="xs" c="dimmed">
                    {' '}
                    (you)
                </Text>
            )}
            {name && (
                <Text size="xs" c="dimmed">
                    {email}
                </Text>
            )}
        </div>
    );
}
