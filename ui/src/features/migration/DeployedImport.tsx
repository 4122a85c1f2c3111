// SPDX-License-Identifier: Apache-2.0
// What was deployed, and the links of those who have no password: this once.
import { Button, Stack, Text } from '@mantine/core';
import type { AccessImportDeployed } from '@/api/schema';
import { CopyValue } from '@/components/CopyValue';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';

interface DeployedImportProps {
    deployed: AccessImportDeployed;
    onDone: () => void;
}

export function DeployedImport({ deployed, onDone }: DeployedImportProps) {
    const { members, tokens, setupLinks, linksExpireAt } = deployed;
    return (
        <Section
            title="The migration is deployed"
            lead={`Members: ${members}, tokens: ${tokens}.`}
            actions={<Button onClick={onDone}>Done</Button>}
        >
            {setupLinks.length === 0 ? (
                <Text size="sm">Everybody has a password already.</Text>
            ) : (
                <Stack>
                    <Text size="sm">
                        These have no password yet. Give each the link that is theirs: it works
                        once, until <Time at={linksExpireAt} />, and is not shown again. Later,
                        `pintle user reset-password` makes another.
                    </Text>
                    {setupLinks.map(({ memberId, email, link }) => (
                        <CopyValue key={memberId} label={email} value={link} />
                    ))}
                </Stack>
            )}
        </Section>
    );
}
