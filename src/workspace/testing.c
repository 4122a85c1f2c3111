// SPDX-License-Identifier: Apache-2.0
// The workspace of unit tests.
#include "base/test.h"

#include "workspace/testing.h"

void workspace_fixture_start(struct store_fixture *fixture, struct workspace **ret_workspace)
{
    store_fixture_start(fixture);
    assert_int_equal(workspace_open(fixture->store, &fixture->clock.clock, &fixture->observer,
                                    ret_workspace, &fixture->problem),
                     OK);
}

void workspace_fixture_stop(struct store_fixture *fixture, struct workspace *workspace)
{
    workspace_close(workspace);
    store_fixture_stop(fixture);
}
