// SPDX-License-Identifier: Apache-2.0
// The steps after the kind of destination is chosen.
import { Paper, Stack, Stepper } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { ApiError } from '@/api/error';
import type {
    Destination,
    DestinationDefinitionDetails,
    FormField,
    Source,
} from '@/api/schema';
import { drawn, outsideOf } from '@/components/form/drawn';
import {
    configOf,
    errorsOf,
    valuesOf,
    withoutStored,
    type Errors,
} from '@/components/form/values';
import classes from '@/components/Section.module.css';
import { ClonedWithout } from './ClonedWithout';
import { NotDelivered } from './NotDelivered';
import stepClasses from './steps.module.css';
import { NameStep, SettingsStep, SourcesStep } from './steps';
import { useAddDestination } from './useAddDestination';

const steps = ['name', 'sources', 'settings'] as const;
type Step = (typeof steps)[number];

interface AddDestinationStepsProps {
    definition: DestinationDefinitionDetails;
    sources: readonly Source[];
    original?: Destination; // to be like
}

function useStep(hasName: boolean): [Step, (step: Step) => void] {
    const [params, setParams] = useSearchParams();
    const wanted = steps.find((step) => step === params.get('step'));
    const go = (step: Step) =>
        setParams((before) => {
            const next = new URLSearchParams(before);
            next.set('step', step);
            return next;
        });
    return [hasName && wanted ? wanted : 'name', go];
}

// What the server says about the name and the settings, each at its field.
function useServerErrors(fields: readonly FormField[], error: Error | null): Errors {
    const [errors, setErrors] = useState<Errors>({});
    useEffect(() => {
        const details = error instanceof ApiError ? error.details : {};
        setErrors(errorsOf(fields, details));
    }, [fields, error]);
    return errors;
}

export function AddDestinationSteps(props: AddDestinationStepsProps) {
    const { definition, sources, original } = props;
    const stored = useMemo(() => original?.config ?? {}, [original]);
    const fields = useMemo(() => drawn(definition, stored), [definition, stored]);
    const [params] = useSearchParams();
    const [name, setName] = useState(original ? `${original.name} (clone)` : '');
    const [chosen, setChosen] = useState<string[]>(() => params.getAll('source'));
    const [values, setValues] = useState(() => withoutStored(valuesOf(fields, stored)));
    const [ownErrors, setOwnErrors] = useState<Errors>({});
    const [step, go] = useStep(name.trim() !== '');
    const { add, error, isBusy } = useAddDestination();
    const serverErrors = useServerErrors(fields, error);

    const submit = () => {
        const { config, errors } = configOf(fields, values, 'create');
        setOwnErrors(errors);
        if (Object.keys(errors).length > 0) return;
        const body = {
            name: name.trim(),
            type: definition.type,
            enabled: true,
            config: { ...outsideOf(fields, stored), ...config },
        };
        add(body, chosen).catch(() => undefined); // shown from error
    };
    return (
        <Stack maw={680}>
            <NotDelivered definition={definition} />
            {original && <ClonedWithout definition={definition} original={original} />}
            <Paper className={classes.root} p={{ base: 'md', sm: 'lg' }}>
                <Stepper
                    active={steps.indexOf(step)}
                    onStepClick={(index) => go(steps[index] ?? 'name')}
                    allowNextStepsSelect={false}
                    size="xs"
                    mb="lg"
                    wrap={false}
                    classNames={{ step: stepClasses.step, stepBody: stepClasses.body }}
                >
                    <Stepper.Step label="Name" />
                    <Stepper.Step label="Sources" />
                    <Stepper.Step label="Settings" />
                </Stepper>
                {step === 'name' && (
                    <NameStep
                        title={definition.title}
                        name={name}
                        onChange={setName}
                        onNext={() => go('sources')}
                    />
                )}
                {step === 'sources' && (
                    <SourcesStep
                        sources={sources}
                        chosen={chosen}
                        onChange={setChosen}
                        onNext={() => go('settings')}
                    />
                )}
                {step === 'settings' && (
                    <SettingsStep
                        fields={fields}
                        values={values}
                        errors={{ ...serverErrors, ...ownErrors }}
                        error={error}
                        isBusy={isBusy}
                        onChange={setValues}
                        onSubmit={submit}
                    />
                )}
            </Paper>
        </Stack>
    );
}
