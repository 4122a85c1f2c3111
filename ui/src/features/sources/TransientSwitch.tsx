// SPDX-License-Identifier: Apache-2.0
// Whether a source's events are shown to nobody.
import { Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { Source } from '@/api/schema';
import { Needs } from '@/components/Needs';
import { Problem } from '@/components/Problem';

interface TransientSwitchProps {
    source: Source;
    onSave: (body: { transient: boolean }) => Promise<unknown>;
}

export function TransientSwitch({ source, onSave }: TransientSwitchProps) {
    const save = useMutation({
        mutationFn: (transient: boolean) => onSave({ transient }),
        onSuccess: (_, transient) =>
            notifications.show({
                message: transient
                    ? 'Events of this source are not shown any more.'
                    : 'Events of this source are shown again.',
            }),
    });
    return (
        <>
            <Needs right="sources.edit" ids={[source.id]}>
                <Switch
                    mt="md"
                    label="Transient events"
                    description="They go to their destinations and are shown nowhere: not in live events, dead letters or exports."
                    checked={source.transient}
                    disabled={save.isPending}
                    onChange={(event) => save.mutate(event.currentTarget.checked)}
                />
            </Needs>
            {save.error && <Problem error={save.error} />}
        </>
    );
}
