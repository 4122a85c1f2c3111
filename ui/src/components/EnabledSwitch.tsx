// SPDX-License-Identifier: Apache-2.0
// The switch of a source or destination. Switching off asks first, and says what stops.
import { Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { messageOf } from '@/api/error';
import { Confirm } from './Confirm';
import { Needs } from './Needs';

interface EnabledSwitchProps {
    what: 'source' | 'destination';
    resource: { id: string; name: string; enabled: boolean };
    connectedTo: readonly string[]; // names
    label?: string;
    description?: string;
    onSave: (change: { enabled: boolean }) => Promise<unknown>;
}

function stopsOf(what: 'source' | 'destination', names: readonly string[]): string {
    const others = names.join(', ');
    if (what === 'source')
        return (
            'SDKs that use its write key get errors, and what they send is not stored.' +
            (others && ` Nothing of it reaches ${others} any more.`)
        );
    return (
        'Events that wait for delivery are dropped, and later ones are not sent.' +
        (others && ` It gets nothing of ${others} any more.`)
    );
}

export function EnabledSwitch(props: EnabledSwitchProps) {
    const { what, resource, connectedTo, label, description, onSave } = props;
    const { id, name, enabled } = resource;
    const [isBusy, setBusy] = useState(false);
    const [isAsking, setAsking] = useState(false);
    const switchOn = async () => {
        setBusy(true);
        try {
            await onSave({ enabled: true });
        } catch (error) {
            notifications.show({ color: 'red', message: messageOf(error) });
        } finally {
            setBusy(false);
        }
    };
    return (
        <>
            <Needs right={`${what}s.edit`} ids={[id]}>
                <Switch
                    label={label ?? (enabled ? 'Enabled' : 'Disabled')}
                    description={description}
                    aria-label={label ?? `This ${what} is enabled`}
                    checked={enabled}
                    disabled={isBusy}
                    onChange={(event) =>
                        event.currentTarget.checked ? void switchOn() : setAsking(true)
                    }
                />
            </Needs>
            <Confirm
                title={`Disable ${name}?`}
                confirmLabel="Yes, disable"
                isOpen={isAsking}
                onClose={() => setAsking(false)}
                onConfirm={() => onSave({ enabled: false })}
            >
                {stopsOf(what, connectedTo)}
            </Confirm>
        </>
    );
}
