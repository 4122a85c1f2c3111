// SPDX-License-Identifier: Apache-2.0
// What an organisation can switch off (everything is on until somebody does), and what this
// release does not have.
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

// Parts that nobody can switch on yet: an operation with one of these as its x-feature decides
// who may call it, and tells him that the feature is not enabled.
#define FEATURE_LATER_TABLE(X)                                                                 \
    X(DATA_CATALOG)                                                                            \
    X(TRACKING_PLANS)                                                                          \
    X(TRANSFORMATIONS)                                                                         \
    X(TRANSFORMATION_LIBRARIES)                                                                \
    X(RETL)                                                                                    \
    X(DATA_GRAPH)                                                                              \
    X(SCIM)

enum feature {
    FEATURE_NONE,
#define X(name, prose) FEATURE_##name,
    FEATURE_TABLE(X)
#undef X
        FEATURE_SWITCH_COUNT,
    FEATURE_LAST_SWITCH = FEATURE_SWITCH_COUNT - 1,
#define X(name) FEATURE_##name,
    FEATURE_LATER_TABLE(X)
#undef X
        FEATURE_COUNT,
};
_Static_assert(FEATURE_COUNT <= 32, "they fit into a word");
#define FEATURE_BIT(feature) (1u << (unsigned)(feature))

const char *feature_word(enum feature feature); // "GROUPS"; "" for FEATURE_NONE
// Of a switch.
bool feature_of(str word, enum feature *ret_feature) MUST_CHECK;

// The bits of "GROUPS,AUDIT_LOGS". Words of a newer release are passed over.
unsigned features_of(str words);
