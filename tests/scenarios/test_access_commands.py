# SPDX-License-Identifier: Apache-2.0
"""`pintle member|group|policy …`, beside a running server and without one."""
import json

import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.people import join, policy

GRACE = "grace@example.com"


def pintle_on(server, *words, text=""):
    done = pintle.run(*words, "--data", server.data, text=text)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def rows(server, *words):
    return json.loads(pintle_on(server, *words, "--json"))


def refused(server, *words):
    done = pintle.run(*words, "--data", server.data)
    assert done.returncode in (1, 2) and done.stderr, (words, done)
    return done.stderr


@pytest.fixture(params=[True, False], ids=["running", "stopped"])
def place(request, server):
    """A server with two members, which runs or has been stopped."""
    join(server, sign_in(server), GRACE)
    if not request.param:
        server.stop()
    return server


def test_members_are_listed_promoted_and_removed(place):
    assert {row["email"]: row["role"] for row in rows(place, "member", "list")} == {
        pintle.EMAIL: "Admin", GRACE: "Member"}
    pintle_on(place, "member", "set-role", "--email", GRACE, "--role", "Admin")
    assert rows(place, "member", "show", "--email", GRACE)["role"] == "Admin"
    pintle_on(place, "member", "remove", "--email", pintle.EMAIL, "--yes")
    assert "Admin" in refused(place, "member", "remove", "--email", GRACE, "--yes")
    assert "Admin" in refused(place, "member", "set-role", "--email", GRACE, "--role", "Member")
    assert [row["email"] for row in rows(place, "member", "list")] == [GRACE]
    assert GRACE in pintle_on(place, "member", "list")


def test_removing_a_member_tells_first_which_tokens_end(server):
    token = pintle.token_create(server.data, name="laptop")
    join(server, sign_in(server), GRACE)
    pintle_on(server, "member", "set-role", "--email", GRACE, "--role", "Admin")
    shown = pintle.run("member", "remove", "--email", pintle.EMAIL, "--data", server.data)
    assert shown.returncode == 1 and "laptop" in shown.stdout
    assert Api(server, token).get("/v2/workspace").status == 200
    assert pintle_on(server, "member", "remove", "--email", pintle.EMAIL, "--yes") == "1\n"
    assert Api(server, token).get("/v2/workspace").status == 401


def test_groups_and_their_policies_give_rights(place):
    pintle_on(place, "group", "create", "--name", "Ops", "--description", "on call")
    pintle_on(place, "group", "add", "--name", "ops", "--email", GRACE)
    whose = ["--workspace", "Production", "--group", "Ops"]
    given = policy("sources.edit")
    pintle_on(place, "policy", "set", *whose, "--file", "-", text=json.dumps(given))
    assert json.loads(pintle_on(place, "policy", "show", *whose, "--json")) == given
    about = ["--workspace", "Production", "--email", GRACE, "--effective"]
    shown = pintle_on(place, "policy", "show", *about).splitlines()
    assert (shown[0].split(), "sources.edit all group Ops".split()) == (
        ["RIGHT", "FOR", "FROM"], next(line.split() for line in shown if "sources.edit" in line))
    assert rows(place, "group", "show", "--name", "Ops")["members"][0]["email"] == GRACE
    pintle_on(place, "group", "remove", "--name", "Ops", "--email", GRACE)
    assert "sources.edit" not in pintle_on(place, "policy", "show", *about)
    pintle_on(place, "policy", "set", *whose, "--delete")
    assert "no such policy" in refused(place, "policy", "show", *whose)
    pintle_on(place, "group", "delete", "--name", "Ops")
    assert rows(place, "group", "list") == []


def test_the_baseline_and_a_members_policy_are_set(place):
    where = ["--workspace", "Production"]
    for whose in ([], ["--email", GRACE]):
        given = policy("destinations.edit", "pii.sourceLiveEvents")
        pintle_on(place, "policy", "set", *where, *whose, "--file", "-", text=json.dumps(given))
        show = ["policy", "show", *where, *whose]
        assert json.loads(pintle_on(place, *show, "--json")) == given
        assert [line.split() for line in pintle_on(place, *show).splitlines()] == [
            ["RIGHT", "FOR"], ["destinations.edit", "all"], ["pii.sourceLiveEvents", "all"]]
    wrong = json.dumps({"resources": {"ships": {}}})
    done = pintle.run("policy", "set", *where, "--file", "-", "--data", place.data, text=wrong)
    assert done.returncode == 1 and "ships" in done.stderr
    assert "--delete" in refused(place, "policy", "set", *where, "--delete")
    assert "group" in refused(place, "policy", "show", *where, "--group", "x", "--email", GRACE)


def test_what_is_done_on_the_machine_is_audited(server):
    pintle_on(server, "group", "create", "--name", "Ops")
    entry = sign_in(server).get("/v2/audit-logs").json()["data"]
    made = [row for row in entry if row["action"] == "created" and row["targetName"] == "Ops"]
    assert [row["actorType"] for row in made] == ["system"]


def test_names_cannot_move_the_terminals_cursor(server):
    pintle_on(server, "group", "create", "--name", "a\u009b2Jb")
    shown = pintle_on(server, "group", "list")
    assert "a?2Jb" in shown and "\u009b" not in shown
