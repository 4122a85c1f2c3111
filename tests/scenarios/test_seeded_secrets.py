# SPDX-License-Identifier: Apache-2.0
"""Whether secrets stand where they may not: asked of every server of a run when it ends
(harness/seeded.py). Here: that it would be noticed, and what was searched in a whole run."""
import pytest

from harness import server as pintle
from harness.api import Api, basic, sign_in
from harness.people import invite
from harness.seeded import LOG, SEEDED
from harness.sender import Sender

PLANTED = "ptl_pat_" + "Planted0" * 6 + "x"


def plant(server):
    """A token where event contents and names go, and as if the server had said it."""
    api = Api(server, pintle.token_create(server.data))
    source = api.create_source(name=PLANTED)
    Sender(server, source["writeKey"]).track(properties={"coded": basic("anybody", PLANTED)})
    server.lines.append(f"time=… level=debug token={PLANTED[4:44]}\n")
    SEEDED.add(server.data.parent, "token", PLANTED)


def test_a_secret_that_was_planted_is_found(server):
    plant(server)
    server.stop()
    found = {where.split("/")[0] for where, secret in SEEDED.search(server) if secret == PLANTED}
    assert found == {LOG, "journal", "pintle.db"}
    with pytest.raises(AssertionError, match="token ptl_pat_Plan… stands in the log"):
        SEEDED.check(server)
    leaks, SEEDED.leaks = SEEDED.leaks, []
    assert len(leaks) >= 3
    SEEDED.allow(server, PLANTED)


def test_what_a_scenario_is_given_is_sought(server, api):
    place = SEEDED.secrets[server.data.parent]
    token = api.headers["Authorization"].removeprefix("Bearer ")
    assert place[token] == "token" and place[pintle.PASSWORD] == "password"
    session = sign_in(server)
    invited = invite(session, "grace@example.com")
    assert place[session.headers["X-CSRF-Token"]] == "csrfToken"
    assert place[session.headers["Cookie"].split("=", 1)[1]] == "session"
    assert place[invited] == "link"


def test_no_seeded_secret_was_found_in_the_whole_run():
    print(f"{SEEDED.count()} secrets sought in {SEEDED.servers} logs and {SEEDED.files} files, "
          f"{SEEDED.size / 1e6:.0f} MB: {len(SEEDED.leaks)} found")
    assert not SEEDED.leaks, "\n".join(SEEDED.leaks)
    assert SEEDED.servers > 100 and SEEDED.files > 3 * SEEDED.servers and SEEDED.count() > 500
