// SPDX-License-Identifier: Apache-2.0
// A dialogue around the name form.
import { Modal, Text } from '@mantine/core';
import { NameForm } from './NameForm';

interface RenameDialogProps {
    what: string;
    name: string;
    isOpen: boolean;
    onClose: () => void;
    onRename: (name: string) => Promise<unknown>;
}

export function RenameDialog({ what, name, isOpen, onClose, onRename }: RenameDialogProps) {
    return (
        <Modal opened={isOpen} onClose={onClose} title={<Text fw={620}>Rename {what}</Text>}>
            <NameForm label="Name" name={name} onSave={onRename} onDone={onClose} />
        </Modal>
    );
}
