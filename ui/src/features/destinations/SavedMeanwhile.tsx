// SPDX-License-Identifier: Apache-2.0
// Tells that somebody else saved the destination while its form was open, and who.
import { Alert, Button, Group, Text } from '@mantine/core';
import { Icon } from '@/components/Icon';
import { Time } from '@/components/Time';
import { useRevisions } from './queries';
import { whoOf } from './revisionWords';

interface SavedMeanwhileProps {
    id: string;
    onMerge: () => void;
    onTakeTheirs: () => void;
}

export function SavedMeanwhile({ id, onMerge, onTakeTheirs }: SavedMeanwhileProps) {
    const newest = useRevisions(id).data?.pages[0]?.revisions[0];
    return (
        <Alert
            color="brass"
            icon={<Icon name="warning" />}
            title="Somebody else saved meanwhile"
            role="alert"
        >
            <Text size="sm">
                {newest ? (
                    <>
                        {whoOf(newest)} changed this destination (<Time at={newest.createdAt} />
                        ).
                    </>
                ) : (
                    'This destination is not any more what you began with.'
                )}{' '}
                Nothing of yours was saved, and nothing of theirs was overwritten.
            </Text>
            <Group mt="sm" gap="sm">
                <Button size="compact-sm" onClick={onMerge}>
                    Reload, keep what I typed
                </Button>
                <Button size="compact-sm" variant="default" onClick={onTakeTheirs}>
                    Reload, drop what I typed
                </Button>
            </Group>
        </Alert>
    );
}
