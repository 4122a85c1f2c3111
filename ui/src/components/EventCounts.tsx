// SPDX-License-Identifier: Apache-2.0
// How many events took which way lately. The time range stands in the address as ?minutes=….
import { NativeSelect, SimpleGrid } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { useCall, useWorkspace } from '@/api/context';
import type { Stats } from '@/api/schema';
import { Figure, type FigureProps } from './Figure';
import { Loading } from './Loading';
import { Section } from './Section';

const REFRESH_MS = 3_000;

const ranges = [
    { value: '5', label: 'Last 5 minutes' },
    { value: '60', label: 'Last hour' },
    { value: '1440', label: 'Last 24 hours' },
];

type What = 'source' | 'destination';

function useStats(what: What, id: string, minutes: number) {
    const call = useCall();
    return useQuery({
        queryKey: [useWorkspace().id, 'stats', id, minutes],
        refetchInterval: REFRESH_MS,
        placeholderData: keepPreviousData,
        queryFn: async ({ signal }) => {
            const args = { path: { id }, query: { minutes } };
            const { stats } = await (what === 'source'
                ? call('GET /v2/sources/{id}/stats', args, signal)
                : call('GET /v2/destinations/{id}/stats', args, signal));
            return stats;
        },
    });
}

interface EventCountsProps {
    what: What;
    id: string;
    figuresOf: (stats: Stats) => FigureProps[];
}

export function EventCounts({ what, id, figuresOf }: EventCountsProps) {
    const [params, setParams] = useSearchParams();
    const minutes = ranges.find(({ value }) => value === params.get('minutes'))?.value ?? '60';
    const stats = useStats(what, id, Number(minutes));
    return (
        <Section
            title="Events"
            lead="Counted from the server's last start on."
            actions={
                <NativeSelect
                    aria-label="Time range"
                    data={ranges}
                    value={minutes}
                    onChange={(event) =>
                        setParams({ minutes: event.currentTarget.value }, { replace: true })
                    }
                />
            }
        >
            <Loading queries={[stats]}>
                {(data) => (
                    <SimpleGrid cols={{ base: 2, sm: 4 }}>
                        {figuresOf(data).map((figure) => (
                            <Figure key={figure.label} {...figure} />
                        ))}
                    </SimpleGrid>
                )}
            </Loading>
        </Section>
    );
}
