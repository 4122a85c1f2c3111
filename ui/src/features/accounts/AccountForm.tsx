// SPDX-License-Identifier: Apache-2.0
// An account's name, options and secrets, new or not.
import { Alert, Autocomplete, Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiError, isChangedMeanwhile } from '@/api/error';
import type { Tagged } from '@/api/resources';
import type { Account, AccountCreate, AccountDefinition } from '@/api/schema';
import { FieldForm } from '@/components/form/FieldForm';
import { mergedValues, type Errors } from '@/components/form/values';
import { Icon } from '@/components/Icon';
import { Problem } from '@/components/Problem';
import { bodyOf, errorsAt, fieldsOf, startOf } from './body';

type Body = Pick<AccountCreate, 'name' | 'accountDefinitionName' | 'options' | 'secret'>;

interface AccountFormProps {
    definitions: readonly AccountDefinition[];
    account?: Tagged<Account>; // as it is now
    onSave: (body: Body, ifMatch?: string) => Promise<unknown>;
}

export function AccountForm({ definitions, account, onSave }: AccountFormProps) {
    const [base, setBase] = useState(account);
    const [name, setName] = useState(account?.name ?? '');
    const [kind, setKind] = useState(account?.definition.name ?? '');
    const definitionOf = (one: string) => definitions.find((known) => known.name === one);
    const definition = definitionOf(kind);
    const [values, setValues] = useState(() => startOf(definition, account));
    const [errors, setErrors] = useState<Errors>({});
    const save = useMutation({
        mutationFn: (body: Body) => onSave(body, base?.etag),
        onError: (error) =>
            setErrors(errorsAt(definition, error instanceof ApiError ? error.details : {})),
    });
    const details = save.error instanceof ApiError ? save.error.details : {};
    const isOutdated = isChangedMeanwhile(save.error);
    const isShownAtField =
        Object.keys(errors).some((path) => path !== '') ||
        details.name !== undefined ||
        details.accountDefinitionName !== undefined;
    const submit = (event: FormEvent) => {
        event.preventDefault();
        const { body, errors: found } = bodyOf(definition, values, base);
        setErrors(found);
        if (Object.keys(found).length === 0)
            save.mutate({ name: name.trim(), accountDefinitionName: kind, ...body });
    };
    const choose = (next: string) => {
        if (definitionOf(next) !== definition) {
            setValues(startOf(definitionOf(next)));
            setErrors({});
        }
        setKind(next);
    };
    const merge = () => {
        if (name === base?.name) setName(account?.name ?? name);
        setValues(
            mergedValues(startOf(definition, base), values, startOf(definition, account)),
        );
        setBase(account);
        save.reset();
    };
    return (
        <form onSubmit={submit} noValidate>
            <Stack>
                <TextInput
                    label="Account name"
                    required
                    maxLength={128}
                    autoComplete="off"
                    data-autofocus
                    value={name}
                    error={details.name}
                    onChange={(event) => setName(event.currentTarget.value)}
                />
                <Autocomplete
                    label="Account definition"
                    description={
                        definition?.title ??
                        'SOURCE_ or DESTINATION_ and the system, in capitals'
                    }
                    required
                    disabled={account !== undefined}
                    data={definitions.map((known) => known.name)}
                    value={kind}
                    error={details.accountDefinitionName}
                    onChange={choose}
                />
                <FieldForm
                    key={definition?.name}
                    fields={fieldsOf(definition, account !== undefined)}
                    {...{ values, errors }}
                    mode="create"
                    onChange={setValues}
                />
                {account && (
                    <Alert color="gray" icon={<Icon name="lock" />}>
                        Stored secrets are kept while none is written; what you write replaces
                        all of them.
                    </Alert>
                )}
                {isOutdated && (
                    <Alert
                        color="brass"
                        icon={<Icon name="warning" />}
                        title="Somebody else saved this account meanwhile"
                        role="alert"
                    >
                        <Button size="compact-sm" onClick={merge}>
                            Reload, keep what I typed
                        </Button>
                    </Alert>
                )}
                {save.error && !isOutdated && !isShownAtField && <Problem error={save.error} />}
                <Group justify="flex-end">
                    <Button
                        type="submit"
                        loading={save.isPending}
                        disabled={!name.trim() || !kind.trim() || isOutdated}
                    >
                        {account ? 'Save' : 'Create account'}
                    </Button>
                </Group>
            </Stack>
        </form>
    );
}
