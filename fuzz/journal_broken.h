// SPDX-License-Identifier: Apache-2.0
// Damage to a written journal's files, step by step as bytes of a fuzz target's input say.
#pragma once

#include "journal_written.h"

struct step {
    uint8_t what;
    uint8_t image;
    uint8_t offset[2];
    uint8_t arg;
};

struct broken {
    const struct written *written;
    struct image images[WRITTEN_FILES_MAX]; // as they are now
    bool is_forged; // checksums were made right: what is read may be what nobody wrote
};

void broken_by(struct broken *broken, const struct step *step);
