# SPDX-License-Identifier: Apache-2.0
"""Every token of the organisation in one list, and what the organisation rules about them."""
import pytest

from harness import server as pintle
from harness.api import Api, sign_in

INVENTORY, PERSONAL = "/v2/access-tokens", "/v2/personal-access-tokens"
SERVICE = "/v2/service-access-tokens"


@pytest.fixture
def session(server):
    return sign_in(server)


@pytest.fixture
def made(server, session):
    """A personal token, one of a workspace, one of the organisation: name → answer."""
    workspace = session.session["workspaces"][0]["id"]
    wishes = {"mine": (PERSONAL, {"scope": "read-only", "workspaceId": workspace}),
              "ci": (SERVICE, {"level": "workspace", "workspaceId": workspace,
                               "expiresAt": "2999-01-01T00:00:00.000Z"}),
              "okta": (SERVICE, {"level": "organization", "grants": ["manage_tokens"]})}
    answers = {name: session.post(path, {"name": name, **wish})
               for name, (path, wish) in wishes.items()}
    assert {answer.status for answer in answers.values()} == {201}
    return {name: answer.json() for name, answer in answers.items()}


def names(api, query=""):
    return [token["name"] for token in api.all_of(INVENTORY + query, "data")]


def test_all_tokens_stand_in_the_inventory(server, session, made):
    listed = {token["name"]: token for token in session.get(INVENTORY).json()["data"]}
    assert set(listed) == set(made)
    assert listed["mine"]["owner"]["email"] == pintle.EMAIL and listed["ci"]["owner"] is None
    assert {token["state"] for token in listed.values()} == {"active"}
    assert not any("token" in token for token in listed.values())
    assert names(Api(server, made["okta"]["token"])) == names(session)
    for other in ("mine", "ci"):
        assert Api(server, made[other]["token"]).get(INVENTORY).status == 403


def test_the_inventory_has_filters(server, session, made):
    owner = session.session["user"]["id"]
    assert names(session, f"?owner={owner}") == ["mine"]
    assert names(session, "?kind=service_access_token") == ["ci", "okta"]
    workspace = made["ci"]["workspaceId"]
    assert names(session, f"?workspaceId={workspace}") == ["mine", "ci"]
    assert names(session, "?imported=true") == []
    assert names(session, "?imported=false&pageSize=2") == ["mine", "ci", "okta"]
    assert session.get(INVENTORY + "?imported=perhaps").status == 400
    assert names(session, "?expiresBefore=3000-01-01T00:00:00Z") == ["ci"]
    assert names(session, "?expiresBefore=2998-01-01T00:00:00Z") == []
    rotated = session.post(f"{PERSONAL}/{made['mine']['id']}/rotate", {"overlapDays": 1})
    assert rotated.status == 201
    assert names(session, "?state=replaced") == ["mine"]
    assert names(session, "?state=active&pageSize=1") == ["mine", "ci", "okta"]
    assert names(session, "?lastUsedBefore=2999-01-01T00:00:00Z&kind=personal_access_token"
                 ) == ["mine", "mine"]
    Api(server, made["ci"]["token"]).get("/v2/workspace")
    server.stop()
    server.start()
    assert names(session, "?lastUsedBefore=2001-01-01T00:00:00Z") == ["mine", "mine", "okta"]
    for bad in ("kind=x", "state=x", "expiresBefore=soon", "lastUsedBefore=1"):
        refused = session.get(f"{INVENTORY}?{bad}")
        assert (refused.status, list(refused.json()["details"])) == (400, [bad.split("=")[0]])


def test_any_token_can_be_revoked_from_the_inventory(server, session, made):
    for name in ("mine", "ci"):
        assert session.delete(f"{INVENTORY}/{made[name]['id']}").status == 204
        assert Api(server, made[name]["token"]).get("/v2/workspace").status == 401
        assert session.delete(f"{INVENTORY}/{made[name]['id']}").status == 404
    assert names(session) == ["okta"]
