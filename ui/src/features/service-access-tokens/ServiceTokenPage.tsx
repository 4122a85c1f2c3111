// SPDX-License-Identifier: Apache-2.0
// One service token: what it is, which of its values is in use, what it may do.
import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useLocation } from 'wouter';
import { useAccessRemoval, useAccessWrite, useMembers } from '@/api/access';
import { usePaths } from '@/api/paths';
import type { ServiceAccessToken } from '@/api/schema';
import { Facts } from '@/components/Facts';
import { Loading } from '@/components/Loading';
import { NotFound } from '@/components/NotFound';
import { PageHeader } from '@/components/PageHeader';
import { Section } from '@/components/Section';
import { Time } from '@/components/Time';
import { EndToken } from '@/components/token/EndToken';
import { RotateDialog } from '@/components/token/RotateDialog';
import { Expiry } from '@/components/token/TokenTable';
import { Opens } from './Opens';
import { chainOf, key, useServiceTokens } from './queries';
import { TokenPolicy } from './TokenPolicy';
import { TokenValues } from './TokenValues';

function Header({ token, listHref }: { token: ServiceAccessToken; listHref: string }) {
    const rotate = useAccessWrite('POST /v2/service-access-tokens/{id}/rotate', key);
    const remove = useAccessRemoval('DELETE /v2/service-access-tokens/{id}', key);
    const [isRotating, rotation] = useDisclosure(false);
    const [isLeaving, leaving] = useDisclosure(false);
    const [, navigate] = useLocation();
    const path = { id: token.id };
    return (
        <PageHeader
            title={token.name}
            lead="Service Access Token"
            back={{ label: 'Service Access Tokens', href: listHref }}
        >
            {!token.replacedBy && (
                <Button variant="default" onClick={rotation.open}>
                    Rotate
                </Button>
            )}
            <Button variant="default" c="red" onClick={leaving.open}>
                Delete
            </Button>
            <RotateDialog
                name={token.name}
                label="Service access token"
                isOpen={isRotating}
                onClose={rotation.close}
                onRotate={(overlapDays) => rotate.mutateAsync({ path, body: { overlapDays } })}
            />
            <EndToken
                verb="Delete"
                token={isLeaving ? token : null}
                onClose={leaving.close}
                onEnd={async () => {
                    await remove.mutateAsync({ path });
                    navigate(listHref, { replace: true });
                }}
            />
        </PageHeader>
    );
}

function About({ token }: { token: ServiceAccessToken }) {
    const maker = useMembers().data?.find(({ id }) => id === token.createdBy);
    return (
        <Section title="About">
            <Facts
                facts={[
                    ['Opens', <Opens key="opens" token={token} />],
                    ['Created', <Time key="created" at={token.createdAt} />],
                    ['By', maker ? maker.name || maker.email : token.createdBy],
                    ['Expires', <Expiry key="expires" token={token} />],
                    ['Works from', token.allowedIps.join(', ') || 'anywhere'],
                ]}
            />
        </Section>
    );
}

export function ServiceTokenPage({ id }: { id: string }) {
    const tokens = useServiceTokens();
    const paths = usePaths();
    return (
        <Loading queries={[tokens]}>
            {(list) => {
                const chain = chainOf(list, id);
                const token = chain[0];
                if (!token) return <NotFound what="token" />;
                const level = token.level === 'workspace' ? '?level=workspace' : '';
                const successor = list.find((one) => one.id === token.replacedBy);
                return (
                    <>
                        <Header token={token} listHref={`${paths.serviceTokens}${level}`} />
                        <Stack gap="lg">
                            <About token={token} />
                            <TokenValues chain={chain} successor={successor} />
                            {token.workspaceId && (
                                <TokenPolicy token={token} workspaceId={token.workspaceId} />
                            )}
                        </Stack>
                    </>
                );
            }}
        </Loading>
    );
}
