// SPDX-License-Identifier: Apache-2.0
// What deploying would do; then deploying, or throwing away.
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { AccessImport, AccessImportDeployed } from '@/api/schema';
import { Confirm } from '@/components/Confirm';
import { Icon } from '@/components/Icon';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { ImportedMembers } from './ImportedMembers';
import { ImportedTokens } from './ImportedTokens';
import { useDeploy, useReset } from './queries';

interface ReviewImportProps {
    waiting: AccessImport;
    onDeployed: (deployed: AccessImportDeployed) => void;
}

const modeLabels = {
    members: 'Import members',
    'members-with-policies': 'Import members with policies',
};

function Lead({ waiting }: { waiting: AccessImport }) {
    return (
        <>
            {modeLabels[waiting.mode]}, staged by{' '}
            {waiting.stagedBy ?? 'a command on the server'}{' '}
            {waiting.stagedAt && (
                <>
                    on <Time at={waiting.stagedAt} />
                </>
            )}
            . Nothing of it holds yet.
        </>
    );
}

function Summary({ summary }: { summary: AccessImport['summary'] }) {
    return (
        <Text size="sm">
            Members: {summary.newMembers} new, {summary.knownMembers} here already. Tokens:{' '}
            {summary.tokensThatWork} still work, {summary.tokensThatWorkWithLess} work with
            less, {summary.tokensThatStop} stop.
        </Text>
    );
}

export function ReviewImport({ waiting, onDeployed }: ReviewImportProps) {
    const deploy = useDeploy();
    const reset = useReset();
    const [asking, setAsking] = useState<'deploy' | 'reset' | null>(null);
    const close = () => setAsking(null);
    return (
        <Stack gap="lg">
            <Section
                title="Review the migration"
                lead={<Lead waiting={waiting} />}
                actions={
                    <>
                        <Button variant="default" onClick={() => setAsking('reset')}>
                            Reset
                        </Button>
                        <Button onClick={() => setAsking('deploy')}>Deploy</Button>
                    </>
                }
            >
                <Stack>
                    <Summary summary={waiting.summary} />
                    {waiting.summary.tokensThatStop > 0 && (
                        <Alert color="brass" icon={<Icon name="warning" />}>
                            What uses the tokens that stop will break when you deploy.
                        </Alert>
                    )}
                </Stack>
            </Section>
            <ImportedMembers members={waiting.members} />
            <ImportedTokens tokens={waiting.tokens} />
            <Confirm
                title="Deploy the migration?"
                confirmLabel="Yes, deploy it"
                isOpen={asking === 'deploy'}
                onClose={close}
                onConfirm={async () => {
                    if (waiting.id)
                        onDeployed(await deploy.mutateAsync({ body: { id: waiting.id } }));
                }}
            >
                All of it holds at once, in all workspaces. This cannot be undone.
            </Confirm>
            <Confirm
                title="Throw the migration away?"
                confirmLabel="Yes, throw it away"
                isOpen={asking === 'reset'}
                onClose={close}
                onConfirm={() => reset.mutateAsync({})}
            >
                Nothing that holds now changes. You can choose the file again.
            </Confirm>
        </Stack>
    );
}
