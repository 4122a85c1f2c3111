// SPDX-License-Identifier: Apache-2.0
// What people call a kind of source or destination; its type while the catalogue is not there.
export function titleOf(
    definitions: readonly { type: string; title: string }[] | undefined,
    type: string,
): string {
    return definitions?.find((definition) => definition.type === type)?.title ?? type;
}
