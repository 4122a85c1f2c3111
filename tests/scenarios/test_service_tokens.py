# SPDX-License-Identifier: Apache-2.0
"""Service Access Tokens: what they open, who makes them, how they end."""
import re

import pytest

from harness import server as pintle
from harness.api import Api, sign_in

TOKENS = "/v2/service-access-tokens"
EVERYTHING = {"all": True, "includeFuture": True}


def workspace_of(session):
    return session.session["workspaces"][0]["id"]


def make(session, **wishes):
    answer = session.post(TOKENS, {"name": "ci", "level": "workspace",
                                   "workspaceId": workspace_of(session), **wishes})
    assert answer.status == 201, answer
    return answer.json()


def make_of_organization(session, **wishes):
    answer = session.post(TOKENS, {"name": "okta", "level": "organization", **wishes})
    assert answer.status == 201, answer
    return answer.json()


@pytest.fixture
def session(server):
    return sign_in(server)


def test_life_of_a_service_token(server, session):
    made = make(session, policy={"resources": {"sources": {"edit": EVERYTHING,
                                                           "createDelete": EVERYTHING}}})
    assert re.fullmatch(r"ptl_sat_[0-9A-Za-z]{49}", made["token"])
    listed = session.get(TOKENS).json()["data"]
    assert [token["id"] for token in listed] == [made["id"]] and "token" not in listed[0]
    assert made["token"].endswith(listed[0]["lastFour"])
    api = Api(server, made["token"])
    assert api.get("/v2/workspace").json()["workspace"]["id"] == workspace_of(session)
    source = api.create_source()
    assert api.delete(f"/v2/sources/{source['id']}").status in (200, 204)
    one = f"{TOKENS}/{made['id']}"
    server.stop()  # uses are written in the background, and at the end
    server.start()
    used = session.get(one).json()
    assert used["lastUsedAt"] and used["lastUsedIp"] == "127.0.0.1"
    assert session.delete(one).status == 204
    assert api.get("/v2/workspace").status == 401
    assert session.get(one).status == session.delete(one).status == 404
    server.kill()
    server.start()
    assert api.get("/v2/workspace").status == 401


def test_a_workspace_token_reads_and_does_what_its_policy_says(server, session, api):
    first, second = api.create_source("first"), api.create_source("second")
    limited = Api(server, make(session, policy={
        "resources": {"sources": {"edit": {"ids": [first["id"]]}}}})["token"])
    assert limited.get("/v2/sources").status == 200
    assert limited.put(f"/v2/sources/{first['id']}", {"name": "renamed"}).status == 200
    for refused, right in [
            (limited.put(f"/v2/sources/{second['id']}", {"name": "x"}), "sources.edit"),
            (limited.delete(f"/v2/sources/{first['id']}"), "sources.createDelete"),
            (limited.post("/v2/sources", {"name": "n", "type": "Node"}), "sources.createDelete"),
            (limited.post("/v2/destinations", {"name": "n", "type": "WEBHOOK"}),
             "destinations.createDelete")]:
        assert (refused.status, refused.json()["details"]) == (403, {"required": right})


def test_tokens_of_the_organisation_open_no_workspace(server, session):
    api = Api(server, make_of_organization(session)["token"])
    refused = api.get("/v2/workspace")
    assert refused.status == 401
    assert refused.json()["message"] == "This endpoint requires a workspace-level access token"
    assert api.get(TOKENS).status == 403
    described = api.get("/v2/token").json()
    assert (described["kind"], described["level"]) == ("service_access_token", "organization")
    assert Api(server, make(session)["token"]).get(TOKENS).status == 403


def test_personal_tokens_make_no_tokens_whoever_owns_them(session, api):
    for refused in (api.get(TOKENS), api.post(TOKENS, {"name": "n", "level": "organization"}),
                    api.delete(f"{TOKENS}/{make(session)['id']}")):
        assert refused.status in (403, 404), refused
    assert len(session.get(TOKENS).json()["data"]) == 1


def test_a_token_that_manages_tokens_gives_no_grant_it_lacks(server, session):
    manager = Api(server, make_of_organization(session, grants=["manage_tokens"])["token"])
    wish = {"name": "n", "level": "organization"}
    assert manager.post(TOKENS, {**wish, "grants": ["manage_members"]}).status == 403
    made = manager.post(TOKENS, {**wish, "grants": ["manage_tokens"]})
    assert made.status == 201 and made.json()["grants"] == ["manage_tokens"]
    assert manager.delete(f"{TOKENS}/{made.json()['id']}").status == 204


def test_policies_can_only_be_narrowed(server, session, api):
    source = api.create_source()
    wide = {"resources": {"sources": {"edit": EVERYTHING, "connect": EVERYTHING}}}
    made = make(session, policy=wide)
    one = f"{TOKENS}/{made['id']}"
    narrow = {"resources": {"sources": {"edit": {"ids": [source["id"]]}}}, "pii": {}}
    changed = session.call("PATCH", one, {"policy": narrow})
    assert changed.status == 200 and changed.json()["policy"] == narrow
    for wider in (wide, {"resources": {"sources": {"connect": EVERYTHING}}},
                  {"pii": {"sourceLiveEvents": True}}):
        refused = session.call("PATCH", one, {"policy": wider})
        assert (refused.status, list(refused.json()["details"])) == (400, ["policy"])
    token = Api(server, made["token"])
    assert token.put(f"/v2/sources/{source['id']}", {"name": "x"}).status == 200
    assert session.call("PATCH", one, {"policy": {}}).status == 200
    assert token.put(f"/v2/sources/{source['id']}", {"name": "y"}).status == 403
    assert token.get("/v2/sources").status == 200


def test_a_policy_is_narrowed_though_something_it_names_was_deleted(session, api):
    gone, stays, other = (api.create_source(name=name)["id"] for name in ("gone", "stays", "other"))
    listed = {"sources": {"edit": {"ids": [gone, stays]}, "connect": {"ids": [gone]}}}
    one = f"{TOKENS}/{make(session, policy={'resources': listed})['id']}"
    assert api.delete(f"/v2/sources/{gone}").status == 204
    listed["sources"]["edit"]["ids"].append(other)
    wider = session.call("PATCH", one, {"policy": {"resources": listed}})
    assert (wider.status, list(wider.json()["details"])) == (400, ["policy"])
    listed["sources"]["edit"]["ids"] = [gone, stays]
    changed = session.call("PATCH", one, {"policy": {"resources": listed}})
    assert changed.json()["policy"]["resources"] == {"sources": {"edit": {"ids": [stays]}}}


@pytest.mark.parametrize("wish, field", [
    ({"level": "galaxy"}, "level"), ({"name": ""}, "name"), ({"workspaceId": None}, "workspaceId"),
    ({"grants": ["manage_tokens"]}, "grants"), ({"expiresAt": "tomorrow"}, "expiresAt"),
    ({"expiresAt": "2001-01-01T00:00:00Z"}, "expiresAt"),
    ({"allowedIps": ["10.0.0.1/8"]}, "allowedIps[0]"),
    ({"allowedIps": ["::1", "1.2.3.4,5.6.7.8"]}, "allowedIps[1]"),
    ({"policy": {"resources": {"sources": {"edit": {"ids": ["0" * 27]}}}}},
     "policy.resources.sources.edit.ids"),
    ({"policy": {"resources": {"moon": {}}}}, "policy.resources.moon"), ({"extra": 1}, "extra")])
def test_bad_wishes_are_named(session, wish, field):
    body = {"name": "n", "level": "workspace", "workspaceId": workspace_of(session), **wish}
    refused = session.post(TOKENS, body)
    assert (refused.status, list(refused.json()["details"])) == (400, [field]), refused


def test_unknown_places_and_other_levels(session):
    unknown = {"name": "n", "level": "workspace", "workspaceId": "0" * 27}
    assert session.post(TOKENS, unknown).status == 404
    for wish, field in [({"workspaceId": workspace_of(session)}, "workspaceId"),
                        ({"policy": {}}, "policy"), ({"grants": ["fly"]}, "grants")]:
        refused = session.post(TOKENS, {"name": "n", "level": "organization", **wish})
        assert (refused.status, list(refused.json()["details"])) == (400, [field]), refused
    assert session.get(f"{TOKENS}/{'0' * 27}").status == 404


def test_values_are_nowhere_in_clear(make_server):
    server = make_server(log_level="debug")
    session = sign_in(server)
    secrets = [make(session)["token"], make_of_organization(session)["token"],
               pintle.token_create(server.data)]
    for token in secrets:
        Api(server, token).get("/v2/workspace")
    server.stop()
    for path in filter(lambda path: path.is_file(), server.data.rglob("*")):
        for token in secrets:
            assert token[8:].encode() not in path.read_bytes(), path
    for token in secrets:
        assert token[8:] not in server.log


def test_only_tokens_of_the_organization_read_the_audit_log(server, session, api):
    token = make_of_organization(session)["token"]
    entries = Api(server, token).get("/v2/audit-logs").json()["data"]
    assert entries[0]["targetType"] == "service_access_token"
    for other in (Api(server, make(session)["token"]), api):
        assert other.get("/v2/audit-logs").status == 401
