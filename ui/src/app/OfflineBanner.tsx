// SPDX-License-Identifier: Apache-2.0
// Says that what is on the page may be old because Pintle does not answer.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '@/api/error';
import { Banner } from '@/components/Banner';

function useIsOffline(): boolean {
    const queries = useQueryClient();
    const [isOffline, setOffline] = useState(false);
    useEffect(() => {
        return queries.getQueryCache().subscribe(({ query, type }) => {
            if (type !== 'updated' || query.state.fetchStatus !== 'idle') return;
            const { error, status } = query.state;
            if (status === 'success') setOffline(false);
            else if (error) setOffline(error instanceof ApiError && error.isOffline);
        });
    }, [queries]);
    return isOffline;
}

export function OfflineBanner() {
    const queries = useQueryClient();
    if (!useIsOffline()) return null;
    return (
        <Banner
            action="Try again"
            onAction={() => void queries.refetchQueries({ type: 'active' })}
        >
            Pintle does not answer. What you see may be out of date.
        </Banner>
    );
}
