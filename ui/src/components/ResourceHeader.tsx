// SPDX-License-Identifier: Apache-2.0
// The top of a source's or destination's page: name, kind, switch, Rename, Clone and Delete.
import { ActionIcon, Anchor, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { Link, useLocation } from 'wouter';
import { Confirm } from './Confirm';
import { DefinitionTile } from './DefinitionTile';
import { EnabledSwitch } from './EnabledSwitch';
import { Icon } from './Icon';
import { Needs } from './Needs';
import { PageHeader } from './PageHeader';
import { Refusal } from './Refusal';
import { RenameDialog } from './RenameDialog';

interface ResourceHeaderProps {
    what: 'source' | 'destination';
    title: string; // of the definition
    resource: { id: string; name: string; enabled: boolean };
    connectedTo: readonly string[]; // names; deleting is refused while there are any
    listHref: string;
    connectedHref: string; // where it can be disconnected
    onSave: (change: { name?: string; enabled?: boolean }) => Promise<unknown>;
    onClone: () => void;
    onDelete: () => Promise<unknown>;
}

export function ResourceHeader(props: ResourceHeaderProps) {
    const { what, title, resource, connectedTo, listHref, connectedHref } = props;
    const { onSave, onClone, onDelete } = props;
    const [isRenaming, rename] = useDisclosure(false);
    const [isDeleting, deletion] = useDisclosure(false);
    const [, navigate] = useLocation();
    const isConnected = connectedTo.length > 0;
    const remove = async () => {
        await onDelete();
        navigate(listHref, { replace: true });
        notifications.show({ message: `${resource.name} was deleted.` });
    };
    return (
        <>
            <PageHeader
                title={resource.name}
                lead={`${title} ${what}`}
                mark={<DefinitionTile title={title} size={48} />}
                back={{ label: what === 'source' ? 'Sources' : 'Destinations', href: listHref }}
            >
                <EnabledSwitch {...{ what, resource, connectedTo, onSave }} />
                <Menu position="bottom-end" width={180} shadow="md">
                    <Menu.Target>
                        <ActionIcon
                            variant="default"
                            size="lg"
                            aria-label={`More for this ${what}`}
                        >
                            <Icon name="dots" />
                        </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                        <Needs right={`${what}s.edit`} ids={[resource.id]}>
                            <Menu.Item onClick={rename.open}>Rename</Menu.Item>
                        </Needs>
                        <Needs right={`${what}s.createDelete`}>
                            <Menu.Item onClick={onClone}>Clone</Menu.Item>
                        </Needs>
                        <Needs right={`${what}s.createDelete`} ids={[resource.id]}>
                            <Menu.Item
                                color="red"
                                leftSection={<Icon name="trash" size={17} />}
                                onClick={deletion.open}
                            >
                                Delete
                            </Menu.Item>
                        </Needs>
                    </Menu.Dropdown>
                </Menu>
            </PageHeader>
            <RenameDialog
                what={what}
                name={resource.name}
                isOpen={isRenaming}
                onClose={rename.close}
                onRename={(name) => onSave({ name })}
            />
            <Refusal
                title={`This ${what} is connected`}
                isOpen={isDeleting && isConnected}
                onClose={deletion.close}
            >
                It cannot be deleted while it is connected to {connectedTo.join(', ')}.{' '}
                <Anchor
                    component={Link}
                    href={connectedHref}
                    inherit
                    underline="always"
                    onClick={deletion.close}
                >
                    Disconnect it first
                </Anchor>
                .
            </Refusal>
            <Confirm
                title={`Delete ${resource.name}?`}
                confirmLabel="Yes, delete"
                isOpen={isDeleting && !isConnected}
                onClose={deletion.close}
                onConfirm={remove}
            >
                <Text size="sm">
                    {what === 'source'
                        ? 'Its write key stops working: SDKs that use it get errors.'
                        : 'Its settings are gone afterwards, secrets included.'}
                </Text>
            </Confirm>
        </>
    );
}
