// SPDX-License-Identifier: Apache-2.0
// Warns when this page came over plain HTTP from another machine: passwords and tokens can be
// read on the way.
import { Banner } from '@/components/Banner';
import { isExposed } from './exposed';

export function InsecureBanner() {
    if (!isExposed(window.location)) return null;
    return (
        <Banner>
            This page came over plain HTTP: passwords and tokens can be read on the way. Put
            Pintle behind TLS.
        </Banner>
    );
}
