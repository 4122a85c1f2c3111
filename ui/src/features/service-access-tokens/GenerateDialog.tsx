// SPDX-License-Identifier: Apache-2.0
// Makes a service access token: name, for a workspace its policy, then the value, this once.
import { Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useAccessWrite } from '@/api/access';
import { useWorkspace } from '@/api/context';
import { emptyPolicy } from '@/api/policy';
import type { ServiceTokenLevel } from '@/api/schema';
import { allowedIpsOf, expiryOf } from '@/components/token/limits';
import { TokenValue } from '@/components/token/TokenValue';
import { NameStep, type NameTexts } from './NameStep';
import { PolicyStep } from './PolicyStep';
import { key } from './queries';

interface GenerateDialogProps {
    level: ServiceTokenLevel;
    isOpen: boolean;
    onClose: () => void;
}

function Steps({ level, onClose }: { level: ServiceTokenLevel; onClose: () => void }) {
    const here = useWorkspace();
    const generate = useAccessWrite('POST /v2/service-access-tokens', key);
    const [texts, setTexts] = useState<NameTexts>({
        name: '',
        workspaceId: here.id,
        grants: [],
        days: '',
        allowedIps: '',
    });
    const [policy, setPolicy] = useState(emptyPolicy);
    const [isAtPolicy, setAtPolicy] = useState(false);
    const submit = () => {
        const { name, workspaceId, grants, days, allowedIps } = texts;
        const expiresAt = expiryOf(days, Date.now());
        const ips = allowedIpsOf(allowedIps);
        generate.mutate({
            body: {
                level,
                name: name.trim(),
                ...(level === 'workspace' && { workspaceId, policy }),
                ...(level === 'organization' && { grants }),
                ...(expiresAt && { expiresAt }),
                ...(ips.length > 0 && { allowedIps: ips }),
            },
        });
    };
    if (generate.data)
        return (
            <TokenValue
                label="Service access token"
                token={generate.data.token}
                doneLabel="Close"
                onDone={onClose}
            />
        );
    const status = { error: generate.error, isBusy: generate.isPending };
    if (isAtPolicy)
        return (
            <PolicyStep
                {...status}
                workspaceId={texts.workspaceId}
                policy={policy}
                onChange={setPolicy}
                onBack={() => {
                    generate.reset();
                    setAtPolicy(false);
                }}
                onSubmit={submit}
            />
        );
    return (
        <NameStep
            {...status}
            level={level}
            texts={texts}
            onChange={(next) => {
                // Ids of another workspace mean nothing in this one.
                if (next.workspaceId !== texts.workspaceId) setPolicy(emptyPolicy);
                setTexts(next);
            }}
            onSubmit={() => (level === 'workspace' ? setAtPolicy(true) : submit())}
        />
    );
}

export function GenerateDialog({ level, isOpen, onClose }: GenerateDialogProps) {
    return (
        <Modal
            opened={isOpen}
            onClose={onClose}
            title={<Text fw={620}>Generate new token</Text>}
            size={level === 'workspace' ? 'xl' : 'lg'}
            // The value goes only when somebody says so, not by a stray click or key.
            closeOnClickOutside={false}
            closeOnEscape={false}
            closeButtonProps={{ 'aria-label': 'Close dialogue' }}
        >
            <Steps level={level} onClose={onClose} />
        </Modal>
    );
}
