# SPDX-License-Identifier: Apache-2.0
"""`pintle token …`, beside a running server and without one."""
import json

import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.people import policy


def listed(server, *more):
    done = pintle.run("token", "list", "--json", "--data", server.data, *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def create(server, *options):
    done = pintle.run("token", "create", "--data", server.data, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def revoke(server, *more):
    return pintle.run("token", "revoke", "--data", server.data, *more)


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_one_token_is_listed_and_revoked(server, is_running):
    kept, lost = (pintle.token_create(server.data, name=name) for name in ("kept", "lost"))
    if not is_running:
        server.stop()
    rows = {row["name"]: row for row in listed(server)}
    assert set(rows) == {"kept", "lost"}
    assert rows["lost"]["owner"]["email"] == pintle.EMAIL
    assert rows["lost"]["lastFour"] == lost[-4:] and lost not in str(rows)
    assert revoke(server, "--id", rows["lost"]["id"]).stdout == "1\n"
    if not is_running:
        server.start()
    assert Api(server, lost).get("/v2/workspace").status == 401
    assert Api(server, kept).get("/v2/workspace").status == 200
    assert [row["name"] for row in listed(server)] == ["kept"]


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_all_tokens_are_revoked_at_once(server, is_running):
    tokens = [pintle.token_create(server.data, name=name) for name in "abc"]
    if not is_running:
        server.stop()
    assert revoke(server, "--all", "--email", pintle.EMAIL).stdout == "3\n"
    assert revoke(server, "--all").stdout == "0\n"
    if not is_running:
        server.start()
    for token in tokens:
        assert Api(server, token).get("/v2/workspace").status == 401
    assert listed(server) == []


def test_what_is_not_there_is_told(server):
    pintle.token_create(server.data)
    for wrong in (["--id", "0" * 27], ["--all", "--email", "nobody@example.com"], [],
                  ["--all", "--id", "0" * 27]):
        done = revoke(server, *wrong)
        assert done.returncode in (1, 2) and done.stderr and not done.stdout, wrong
    assert pintle.run("token", "list", "--data", server.data, "--email", "x@y").returncode == 1
    assert len(listed(server)) == 1


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_a_service_token_is_made_listed_and_revoked(server, tmp_path, is_running):
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy("sources.edit")))
    if not is_running:
        server.stop()
    made = create(server, "--service", "workspace", "--workspace", "production", "--name", "ci",
                  "--policy", file)
    organization = create(server, "--service", "organization", "--name", "scim",
                          "--grants", "manage_members")
    rows = {row["name"]: row for row in listed(server)}
    assert (rows["ci"]["level"], rows["scim"]["level"]) == ("workspace", "organization")
    if not is_running:
        server.start()
    assert Api(server, made).get("/v2/workspace").status == 200
    assert Api(server, organization).get("/v2/members").status == 200
    assert revoke(server, "--all").stdout == "2\n"
    assert Api(server, made).get("/v2/workspace").status == 401
    assert Api(server, organization).get("/v2/members").status == 401


def test_revoking_a_rotated_token_ends_the_old_value_too(server):
    old = pintle.token_create(server.data, name="twice")
    new = Api(server, old).post("/v2/token/rotate", {"overlapDays": 7}).json()
    assert Api(server, old).get("/v2/workspace").status == 200
    assert revoke(server, "--id", new["id"]).stdout == "1\n"
    for value in (old, new["token"]):
        assert Api(server, value).get("/v2/workspace").status == 401
    assert listed(server) == []


def test_what_goes_with_the_other_kind_is_refused_by_name(server):
    for wrong, named in ((["--name", "x"], "--email"),
                         (["--service", "organization", "--name", "x", "--scope", "read-only"],
                          "--scope"),
                         (["--service", "workspace", "--name", "x"], "workspaceId")):
        done = pintle.run("token", "create", "--data", server.data, *wrong)
        assert done.returncode and named in done.stderr, done


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_what_a_token_would_be_allowed_is_told_with_the_rule(server, tmp_path, is_running):
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy("sources.edit")))
    create(server, "--service", "workspace", "--workspace", "Production", "--name", "ci",
           "--policy", file)
    if not is_running:
        server.stop()
    about = ["token", "simulate", "--data", server.data, "--id", listed(server)[0]["id"]]
    yes = pintle.run(*about, "--right", "sources.edit").stdout
    no = pintle.run(*about, "--right", "destinations.edit").stdout
    assert yes.startswith("allowed") and "right from: token" in yes
    assert no.startswith("refused") and "missing: destinations.edit" in no
    everything = json.loads(pintle.run(*about, "--json").stdout)["decisions"]
    allowed = {row["right"] for row in everything if row["allowed"]}
    assert "sources.edit" in allowed and not allowed & {"sources.createDelete", "organization"}


def test_a_simulated_answer_is_the_one_that_is_given(server, tmp_path):
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy("sources.edit")))
    value = create(server, "--service", "workspace", "--workspace", "Production", "--name", "ci",
                   "--policy", file)
    asked = sign_in(server).post("/v2/access/simulate", {"tokenId": listed(server)[0]["id"]})
    allowed = {row["right"]: row["allowed"] for row in asked.json()["decisions"]}
    body = {"name": "web", "type": "Javascript", "enabled": True, "config": {}}
    status = Api(server, value).post("/v2/sources", body).status
    assert (allowed["sources.createDelete"], status) == (False, 403)
    assert (allowed["sources.read"], Api(server, value).get("/v2/sources").status) == (True, 200)
