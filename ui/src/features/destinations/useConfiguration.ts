// SPDX-License-Identifier: Apache-2.0
// What the form of a destination's settings holds, and saving it. It is based on what the
// destination was when it was opened: if somebody else saves meanwhile, nothing is overwritten
// and nothing that was typed is lost.
import { notifications } from '@mantine/notifications';
import { useMemo, useState } from 'react';
import { ApiError, isChangedMeanwhile } from '@/api/error';
import { useClient } from '@/api/context';
import { useWrite, type Tagged } from '@/api/resources';
import type { Destination, DestinationDefinitionDetails } from '@/api/schema';
import { drawn, outsideOf } from '@/components/form/drawn';
import {
    configOf,
    errorsOf,
    mergedValues,
    valuesOf,
    type Errors,
} from '@/components/form/values';

export function useConfiguration(
    destination: Tagged<Destination>, // as it is now
    definition: DestinationDefinitionDetails,
) {
    const { config } = destination;
    const fields = useMemo(() => drawn(definition, config), [definition, config]);
    const [base, setBase] = useState(() => ({
        etag: destination.etag,
        start: valuesOf(fields, config),
    }));
    const [values, setValues] = useState(base.start);
    const [errors, setErrors] = useState<Errors>({});
    const client = useClient();
    const update = useWrite('PUT /v2/destinations/{id}', ['destinations']);

    const rebase = (
        next: Destination['config'],
        etag: string | undefined,
        isMerged: boolean,
    ) => {
        const start = valuesOf(fields, next);
        setValues(isMerged ? mergedValues(base.start, values, start) : start);
        setBase({ etag, start });
        setErrors({});
        update.reset();
    };
    const save = async () => {
        const { config: own, errors: found } = configOf(fields, values, 'edit');
        setErrors(found);
        if (Object.keys(found).length > 0) return;
        try {
            const saved = await update.mutateAsync({
                path: { id: destination.id },
                body: { config: { ...outsideOf(fields, config), ...own } },
                ifMatch: base.etag,
            });
            rebase(saved.destination.config, client.tagOf(saved), false);
            notifications.show({ message: 'The configuration was saved.' });
        } catch (error) {
            setErrors(errorsOf(fields, error instanceof ApiError ? error.details : {}));
        }
    };
    return {
        fields,
        values,
        setValues,
        errors,
        error: update.error,
        isChanged: values !== base.start,
        isOutdated: isChangedMeanwhile(update.error),
        isSaving: update.isPending,
        save,
        reset: () => rebase(config, destination.etag, false),
        merge: () => rebase(config, destination.etag, true),
    };
}
