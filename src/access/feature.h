// SPDX-License-Identifier: Apache-2.0
// What an organisation can switch off. Everything is on until somebody does.
#pragma once

#include "base/base.h"
#include "base/str.h"

// Name as the setting featuresOff and answers have it, and what stops while it is off. An
// operation of api/openapi.yaml names its switch as x-feature; docs/access-api.md lists them.
#define FEATURE_TABLE(X)                                                                       \
    X(GROUPS, "looking at groups, changing them and their policies; what they give stays")     \
    X(CUSTOM_BASELINE_POLICY, "writing the baseline policy of a workspace")                    \
    X(GRANULAR_PERMISSIONS, "policies that name single resources")                             \
    X(AUDIT_LOGS, "reading the audit log; it is written all the same")                         \
    X(INVITATIONS, "inviting people")

enum feature {
    FEATURE_NONE,
#define X(name, prose) FEATURE_##name,
    FEATURE_TABLE(X)
#undef X
        FEATURE_COUNT,
};
#define FEATURE_BIT(feature) (1u << (unsigned)(feature))

const char *feature_word(enum feature feature); // "GROUPS"; "" for FEATURE_NONE
bool feature_of(str word, enum feature *ret_feature) MUST_CHECK;

// The bits of "GROUPS,AUDIT_LOGS". Words of a newer release are passed over.
unsigned features_of(str words);
