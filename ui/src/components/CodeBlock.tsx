// SPDX-License-Identifier: Apache-2.0
// Text to paste somewhere, with a button that copies all of it.
import { Button, ScrollArea } from '@mantine/core';
import { Icon } from './Icon';
import { useCopy } from './useCopy';
import classes from './CodeBlock.module.css';

interface CodeBlockProps {
    label: string; // for screen readers: "Node.js snippet"
    code: string;
    maxHeight?: number;
}

export function CodeBlock({ label, code, maxHeight }: CodeBlockProps) {
    const [state, copy] = useCopy(code);
    return (
        <figure className={classes.root} aria-label={label}>
            <ScrollArea.Autosize mah={maxHeight ?? 480} type="auto" className={classes.scroll}>
                <pre className={classes.pre} tabIndex={0}>
                    <code>{code}</code>
                </pre>
            </ScrollArea.Autosize>
            <Button
                className={classes.copy}
                variant="default"
                size="compact-sm"
                leftSection={<Icon name={state === 'copied' ? 'check' : 'copy'} size={15} />}
                onClick={copy}
                aria-live="polite"
            >
                {state === 'copied' ? 'Copied' : state === 'failed' ? 'Select it' : 'Copy'}
            </Button>
        </figure>
    );
}
