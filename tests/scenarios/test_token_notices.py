# SPDX-License-Identifier: Apache-2.0
"""People are told of new tokens until they say that they have seen it."""
from harness import people
from harness.api import sign_in

NOTICES = "/v2/session/token-notices"


def names(session):
    return [notice["name"] for notice in session.get(NOTICES).json()["tokens"]]


def make(session, name):
    body = {"name": name, "workspaceId": people.workspace_of(session), "scope": "read-only"}
    answer = session.post("/v2/personal-access-tokens", body)
    assert answer.status == 201, answer
    return answer.json()


def dismiss(session, until):
    return session.post(f"{NOTICES}/dismiss", {"until": until})


def test_a_new_token_is_told_until_it_is_dismissed(server):
    session = sign_in(server)
    first = make(session, "first")
    second = make(session, "second")
    assert session.delete(f"/v2/personal-access-tokens/{second['id']}").status == 204
    told = session.get(NOTICES).json()["tokens"]
    assert [notice["name"] for notice in told] == ["second", "first"]
    assert told[0]["revokedAt"] and told[1]["revokedAt"] is None
    assert dismiss(session, second["createdAt"]).status == 204
    assert names(session) == names(sign_in(server)) == []
    assert dismiss(session, first["createdAt"]).status == 204  # earlier: changes nothing
    assert names(session) == []
    make(session, "third")
    assert names(session) == ["third"]


def test_a_rotated_token_is_a_new_one(server):
    session = sign_in(server)
    made = make(session, "laptop")
    assert dismiss(session, made["createdAt"]).status == 204
    path = f"/v2/personal-access-tokens/{made['id']}/rotate"
    assert session.post(path, {"overlapDays": 0}).status == 201
    assert names(session) == ["laptop"]


def test_admins_are_told_of_service_tokens_and_others_of_their_own_only(server):
    admin = sign_in(server)
    grace = people.join(server, admin)
    body = {"level": "organization", "name": "okta"}
    assert admin.post("/v2/service-access-tokens", body).status == 201
    make(grace, "hers")
    assert names(admin) == ["okta"]
    assert names(grace) == ["hers"]


def test_what_is_made_later_cannot_be_dismissed(server):
    session = sign_in(server)
    for until in ("2999-01-01T00:00:00.000Z", "soon"):
        answer = dismiss(session, until)
        assert answer.status == 400 and "until" in answer.json()["details"]
