# SPDX-License-Identifier: Apache-2.0
"""How tokens are bounded and replaced: expiry, addresses, policies of their own, rotation."""
from datetime import datetime, timedelta, timezone

import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.until import PATIENCE_S, until

PERSONAL, SERVICE = "/v2/personal-access-tokens", "/v2/service-access-tokens"
EVERYTHING = {"all": True, "includeFuture": True}


def in_seconds(seconds):
    at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def made(answer):
    assert answer.status == 201, answer
    return answer.json()


class Kind:
    """Makes and rotates tokens of one kind."""

    def __init__(self, path):
        self.path = path

    def ask(self, session, **more):
        wish = {"name": "t", "workspaceId": session.session["workspaces"][0]["id"], **more}
        which = {"scope": "read-write"} if self.path == PERSONAL else {"level": "workspace"}
        return session.post(self.path, {**which, **wish})

    def make(self, session, **more):
        return made(self.ask(session, **more))


@pytest.fixture(params=[PERSONAL, SERVICE], ids=["personal", "service"])
def kind(request):
    return Kind(request.param)


@pytest.fixture
def session(server):
    return sign_in(server)


def is_open(server, token):
    return Api(server, token).get("/v2/workspace").status == 200


def make_ending(session, kind, ask):
    """A token that ends soon, once ask(token) was answered before its end, and that answer. A
    machine that is too slow for that gets more time."""
    for seconds in (2, 10, PATIENCE_S):
        ends = in_seconds(seconds)
        answer = kind.ask(session, expiresAt=ends)
        told = ask(answer.json()["token"]) if answer.status == 201 else None
        if in_seconds(0) < ends:
            assert made(answer)["expiresAt"] == ends
            until(lambda: in_seconds(0) >= ends, 2 * PATIENCE_S)
            return answer.json()["token"], told
    raise AssertionError("the machine is too slow")


def test_a_token_ends_when_it_was_told_to(server, session, kind):
    token, was_open = make_ending(session, kind, lambda token: is_open(server, token))
    assert was_open and not is_open(server, token)


def test_expired_tokens_are_no_attack(make_server, kind):
    server = make_server(unknown_tokens_per_s=1)  # sixty at once
    token, _ = make_ending(sign_in(server), kind, lambda token: None)
    statuses = [Api(server, token).get("/v2/workspace").status for _ in range(70)]
    assert set(statuses) == {401}
    assert Api(server, "ptl_pat_guess").get("/v2/workspace").status == 401
    until(lambda: Api(server, "ptl_pat_guess").get("/v2/workspace").status == 429, pause=0)


def test_a_token_works_from_its_addresses_only(make_server, kind):
    server = make_server(trusted_proxies="127.0.0.0/8")
    session = sign_in(server)
    token = kind.make(session, allowedIps=["203.0.113.0/24", "2001:db8::/32"])
    assert token["allowedIps"] == ["203.0.113.0/24", "2001:db8::/32"]
    for address, status in [("203.0.113.9", 200), ("203.0.114.9", 401), ("2001:db8::7", 200),
                            ("2001:db9::7", 401), ("203.0.113.9, 198.51.100.1", 401),
                            ("198.51.100.1, 203.0.113.9", 200), (None, 401)]:
        headers = {"X-Forwarded-For": address} if address else {}
        told = Api(server, token["token"], headers).get("/v2/workspace")
        assert told.status == status, address


def test_without_a_trusted_proxy_the_header_opens_nothing(server, session, kind):
    token = kind.make(session, allowedIps=["203.0.113.9"])["token"]
    told = Api(server, token, {"X-Forwarded-For": "203.0.113.9"}).get("/v2/workspace")
    assert told.status == 401


def test_a_policy_narrows_a_personal_token(server, session, api):
    first, second = api.create_source("first"), api.create_source("second")
    token = Kind(PERSONAL).make(session, policy={
        "resources": {"sources": {"edit": {"ids": [first["id"]]}}}})
    limited = Api(server, token["token"])
    assert limited.put(f"/v2/sources/{first['id']}", {"name": "x"}).status == 200
    assert limited.put(f"/v2/sources/{second['id']}", {"name": "x"}).status == 403
    assert limited.post("/v2/sources", {"name": "n", "type": "Node"}).status == 403
    nothing = Kind(PERSONAL).make(session, policy={"resources": {}})
    assert nothing["effectiveScope"] == "read-only" and nothing["scope"] == "read-write"
    assert Api(server, nothing["token"]).get("/v2/sources").status == 200


def test_a_token_rotates_itself(server, session, kind):
    old = kind.make(session, expiresAt=in_seconds(3600), allowedIps=["127.0.0.1"], policy={
        "resources": {"sources": {"edit": EVERYTHING}}})
    new = made(Api(server, old["token"]).post("/v2/token/rotate", {}))
    for kept in ("name", "workspaceId", "expiresAt", "allowedIps", "policy", "prefix"):
        assert new[kept] == old[kept]
    assert new["replaces"] == old["id"] and new["token"] != old["token"]
    assert is_open(server, new["token"]) and not is_open(server, old["token"])


def test_both_values_work_during_the_overlap(server, session, kind):
    old = kind.make(session)
    new = made(session.post(f"{kind.path}/{old['id']}/rotate", {"overlapDays": 7}))
    assert is_open(server, old["token"]) and is_open(server, new["token"])
    shown = session.get(f"{kind.path}/{old['id']}").json()
    assert shown["replacedBy"] == new["id"] and shown["overlapUntil"] > in_seconds(6 * 86400)
    again = session.post(f"{kind.path}/{old['id']}/rotate", {})
    assert again.status == 409
    # Who deletes the token means the older value too.
    assert session.delete(f"{kind.path}/{new['id']}").status == 204
    assert not is_open(server, old["token"]) and not is_open(server, new["token"])


def test_a_read_only_token_may_rotate_itself(server):
    token = pintle.token_create(server.data, scope="read-only")
    new = made(Api(server, token).post("/v2/token/rotate", {"overlapDays": 30}))
    assert new["scope"] == "read-only" and is_open(server, token)
    refused = Api(server, new["token"]).post("/v2/sources", {"name": "n", "type": "Node"})
    assert refused.status == 403


@pytest.mark.parametrize("body", [{"overlapDays": 31}, {"overlapDays": -1}, {"overlapDays": "7"},
                                  {"days": 7}])
def test_bad_overlaps_are_named(server, token, body):
    refused = Api(server, token).post("/v2/token/rotate", body)
    assert (refused.status, list(refused.json()["details"])) == (400, list(body))
    assert is_open(server, token)


def test_rotation_survives_a_crash(server, session, kind):
    old = kind.make(session)
    new = made(session.post(f"{kind.path}/{old['id']}/rotate", {}))
    server.kill()
    server.start()
    assert is_open(server, new["token"]) and not is_open(server, old["token"])
