// SPDX-License-Identifier: Apache-2.0
// While several queries are under way: a sign of life, then the first failure or the content.
import { Center, Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '@/api/error';
import { NotFound } from './NotFound';
import { Problem } from './Problem';

type Loaded<Queries extends readonly UseQueryResult<unknown>[]> = {
    [at in keyof Queries]: Queries[at] extends UseQueryResult<infer Data> ? Data : never;
};

interface LoadingProps<Queries extends readonly UseQueryResult<unknown>[]> {
    queries: readonly [...Queries];
    what?: string; // "source": what is missing on 404
    children: (...data: Loaded<Queries>) => ReactNode;
}

export function Loading<Queries extends readonly UseQueryResult<unknown>[]>({
    queries,
    what,
    children,
}: LoadingProps<Queries>) {
    if (queries.every((query) => query.data !== undefined))
        return children(...(queries.map((query) => query.data) as Loaded<Queries>));
    const failed = queries.find((query) => query.error && query.data === undefined);
    if (failed?.error instanceof ApiError && failed.error.status === 404 && what)
        return <NotFound what={what} />;
    if (failed) return <Problem error={failed.error} onRetry={() => void retry(queries)} />;
    return (
        <Center py={80}>
            <Loader type="dots" aria-label="Loading" />
        </Center>
    );
}

async function retry(queries: readonly UseQueryResult<unknown>[]): Promise<void> {
    await Promise.all(queries.filter((query) => query.error).map((query) => query.refetch()));
}
