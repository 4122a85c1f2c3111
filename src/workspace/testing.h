// SPDX-License-Identifier: Apache-2.0
// For unit tests only: what the tests of one file work on, a workspace over a store of its own.
#pragma once

#include "store/testing.h"
#include "workspace/workspace.h"

extern struct store_fixture fixture;
extern struct workspace *workspace;

// Opens the workspace over the fixture's open store.
void workspace_fixture_open(void);
// Closes it and opens it again, as a restart of the process would.
void workspace_fixture_reopen(void);

// For cmocka; what stands in *state is left alone.
int workspace_fixture_set_up(void **state);
int workspace_fixture_tear_down(void **state);
#define WORKSPACE_TEST(name)                                                                   \
    cmocka_unit_test_setup_teardown(name, workspace_fixture_set_up, workspace_fixture_tear_down)
