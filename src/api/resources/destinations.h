// SPDX-License-Identifier: Apache-2.0
// What the files about destinations share.
#pragma once

#include "api/body.h"
#include "api/resource.h"
#include "destinations/destination.h"
#include "store/destinations.h"

extern const struct resource_type destination_resource;

// Writes the member "config", with secrets only for those who may see them.
enum err config_write(struct call *call, struct store_tx *tx,
                      const struct destination_row *row);
// Tells the audit log of the secrets that config_write has told for the first time. To be
// called before the call is answered.
enum err config_note_reveals(struct call *call);

// ERR_INVALID with the path of the bad field in the details. NULL or an empty object is a
// destination that waits for its settings.
enum err config_check(struct call *call, const struct destination *definition,
                      yyjson_val *config);

// row->config, which is what is stored, becomes what was sent, checked, with the stored secrets
// that it leaves out.
enum err config_merge(struct call *call, const struct destination *definition,
                      const struct body_value *sent, struct destination_row *row);

// Stores a changed row (store_destination_update) and keeps what it was and what it is as
// revisions, with who did it.
enum err destination_store(struct call *call, struct store_tx *tx, struct destination_row *row);
