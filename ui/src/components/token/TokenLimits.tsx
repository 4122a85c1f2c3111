// SPDX-License-Identifier: Apache-2.0
// Fields for until when a token works, and from where.
import { NativeSelect, Textarea } from '@mantine/core';
import { lifetimes } from './limits';

export interface TokenLimitTexts {
    days: string;
    allowedIps: string;
}

interface TokenLimitsProps {
    texts: TokenLimitTexts;
    errors: { expiresAt?: string; allowedIps?: string };
    onChange: (texts: TokenLimitTexts) => void;
}

export function TokenLimits({ texts, errors, onChange }: TokenLimitsProps) {
    return (
        <>
            <NativeSelect
                label="Expiry"
                data={lifetimes.map((one) => ({ ...one }))}
                value={texts.days}
                error={errors.expiresAt}
                onChange={(event) => onChange({ ...texts, days: event.currentTarget.value })}
            />
            <Textarea
                label="Allowed IP addresses"
                description="Addresses or networks such as 192.0.2.0/24. Empty: from anywhere."
                autosize
                minRows={1}
                autoComplete="off"
                spellCheck={false}
                value={texts.allowedIps}
                error={errors.allowedIps}
                onChange={(event) =>
                    onChange({ ...texts, allowedIps: event.currentTarget.value })
                }
            />
        </>
    );
}
