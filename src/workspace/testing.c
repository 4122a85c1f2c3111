// SPDX-License-Identifier: Apache-2.0
// The workspace of unit tests.
#include "base/test.h"

#include "workspace/testing.h"

struct store_fixture fixture;
struct workspace *workspace;

void workspace_fixture_open(void)
{
    assert_int_equal(workspace_open(fixture.store, &fixture.clock.clock, &fixture.observer,
                                    &workspace, &fixture.problem),
                     OK);
}

void workspace_fixture_reopen(void)
{
    workspace_close(TAKE(workspace));
    workspace_fixture_open();
}

int workspace_fixture_set_up(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    workspace_fixture_open();
    return 0;
}

int workspace_fixture_tear_down(void **state)
{
    (void)state;
    workspace_close(TAKE(workspace));
    store_fixture_stop(&fixture);
    return 0;
}
