// SPDX-License-Identifier: Apache-2.0
// What other resources need of sources.
#pragma once

#include "api/resource.h"
#include "store/sources.h"

extern const struct resource_type source_resource;
