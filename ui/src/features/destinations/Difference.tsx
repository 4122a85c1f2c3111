// SPDX-License-Identifier: Apache-2.0
// What is different now from a revision: then and now, side by side.
import { Table, Text } from '@mantine/core';
import { DataTable } from '@/components/DataTable';
import { Loading } from '@/components/Loading';
import { useDifference } from './queries';
import classes from './Difference.module.css';
import { fieldWords, valueWords } from './revisionWords';

interface DifferenceProps {
    id: string;
    revision: number;
    settings: readonly { name: string; title?: string }[];
}

export function Difference({ id, revision, settings }: DifferenceProps) {
    return (
        <Loading queries={[useDifference(id, revision)]}>
            {({ changes }) =>
                changes.length === 0 ? (
                    <Text size="sm" c="dimmed">
                        Nothing that you may see is different now.
                    </Text>
                ) : (
                    <DataTable minWidth={300} spacing="sm" columns={['', 'Then', 'Now']}>
                        {changes.map((change) => (
                            <Table.Tr key={change.field}>
                                <Table.Td className={classes.name}>
                                    {fieldWords(change.field, settings)}
                                </Table.Td>
                                <Table.Td>
                                    <del className={classes.then}>
                                        {valueWords(change.from)}
                                    </del>
                                </Table.Td>
                                <Table.Td>
                                    <ins className={classes.now}>{valueWords(change.to)}</ins>
                                </Table.Td>
                            </Table.Tr>
                        ))}
                    </DataTable>
                )
            }
        </Loading>
    );
}
