// SPDX-License-Identifier: Apache-2.0
// For unit tests only: a workspace over a store of its own.
#pragma once

#include "store/testing.h"
#include "workspace/workspace.h"

void workspace_fixture_start(struct store_fixture *fixture, struct workspace **ret_workspace);
void workspace_fixture_stop(struct store_fixture *fixture, struct workspace *workspace);
