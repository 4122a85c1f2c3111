// SPDX-License-Identifier: Apache-2.0
// What the workspace wants of its events.
import { Stack } from '@mantine/core';
import { Loading } from '@/components/Loading';
import { Blocking } from './Blocking';
import { Deduplication } from './Deduplication';
import { useSettings } from './queries';

export function EventRulesSection() {
    return (
        <Loading queries={[useSettings()]} what="settings">
            {(settings) => (
                <Stack gap="lg">
                    <Blocking settings={settings} />
                    <Deduplication settings={settings} />
                </Stack>
            )}
        </Loading>
    );
}
