# SPDX-License-Identifier: Apache-2.0
"""Who may do what: tokens, scopes, sessions, and what strangers are told."""
import sqlite3
import zlib

import pytest

from harness import server as pintle
from harness.api import Api, basic, sign_in
from harness.until import until
from harness.wire import exchange

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def made_token(session, name="mine", scope="read-write"):
    answer = session.post("/v2/personal-access-tokens", {
        "name": name, "scope": scope, "workspaceId": session.session["workspaces"][0]["id"]})
    assert answer.status == 201, answer
    return answer.json()


def test_life_of_a_token(server):
    session = sign_in(server)
    made = made_token(session, "deploy")
    listed = session.get("/v2/personal-access-tokens").json()["data"]
    assert [t["name"] for t in listed] == ["deploy"]
    assert "token" not in listed[0] and listed[0]["lastUsedAt"] is None
    assert made["token"].startswith(listed[0]["prefix"])
    assert made["token"].endswith(listed[0]["lastFour"])

    api = Api(server, made["token"])
    assert api.get("/v2/token").json()["owner"]["email"] == pintle.EMAIL
    assert api.get("/getUser").json()["email"] == pintle.EMAIL
    one = f"/v2/personal-access-tokens/{made['id']}"
    server.stop()  # uses are written in the background, and at the end
    server.start()
    assert session.get(one).json()["lastUsedAt"] is not None

    assert session.delete(one).status == 204
    assert api.get("/v2/workspace").status == 401  # from the very next request on
    assert session.get(one).status == 404
    assert session.delete(one).status == 404
    assert session.get("/v2/personal-access-tokens").json()["data"] == []


def test_revoke_all(server):
    session = sign_in(server)
    apis = [Api(server, made_token(session, name)["token"]) for name in ("a", "b", "c")]
    answer = session.post("/v2/personal-access-tokens/revoke-all", {})
    assert answer.json() == {"revoked": 3}
    assert [api.get("/v2/workspace").status for api in apis] == [401, 401, 401]
    assert session.get("/v2/workspace").status == 200


def test_a_token_can_revoke_itself_even_if_it_may_only_read(server):
    api = Api(server, pintle.token_create(server.data, scope="read-only"))
    assert api.delete("/v2/token").status == 204
    assert api.get("/v2/token").status == 401


def test_a_revoked_token_stays_revoked_after_kill_and_restart(server, api):
    api.delete("/v2/token")
    server.kill()
    server.start()
    assert api.get("/v2/workspace").status == 401


def test_the_last_six_characters_are_a_checksum(token):
    value, digits = zlib.crc32(token[:-6].encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = ALPHABET[digit] + digits
    assert token[-6:] == digits


def test_a_read_only_token_reads_and_does_not_write(server, api):
    source = api.create_source()
    reader = Api(server, pintle.token_create(server.data, scope="read-only"))
    assert reader.get(f"/v2/sources/{source['id']}").json()["source"] == source
    for refused in (reader.post("/v2/sources", {"name": "n", "type": "Node"}),
                    reader.put(f"/v2/sources/{source['id']}", {"name": "x"}),
                    reader.delete(f"/v2/sources/{source['id']}")):
        body = refused.json()
        assert (refused.status, body["code"]) == (403, "FORBIDDEN")
        assert body["details"]["required"].startswith("sources.")
    assert api.get(f"/v2/sources/{source['id']}").json()["source"] == source


def test_secrets_of_destinations_are_not_shown_to_readers(server, api):
    made = api.create_webhook("https://example.com", config={
        "headers": [{"from": "X-Key", "to": "s3cret"}]})
    reader = Api(server, pintle.token_create(server.data, scope="read-only"))
    for answer in (reader.get(f"/v2/destinations/{made['id']}"), reader.get("/v2/destinations")):
        assert b"X-Key" in answer.body and b"s3cret" not in answer.body


def test_strangers_get_one_answer(server, token):
    url = server.url + "/v2/workspace"
    swapped = token[:-1] + ("a" if token[-1] != "a" else "b")
    revoked = pintle.token_create(server.data, name="gone")
    Api(server, revoked).delete("/v2/token")
    unknown = token[:8] + "0" * 43
    value, digits = zlib.crc32(unknown.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = ALPHABET[digit] + digits
    credentials = [None, "", "Bearer", "Bearer ", "Bearer x", f"Bearer {swapped}",
                   f"Bearer {token}x", f"Bearer {token[:-1]}", f"Bearer {revoked}",
                   f"Bearer {unknown}{digits}", basic("me", swapped), basic(token), "Digest x"]
    bodies = set()
    for value in credentials:
        answer = exchange("GET", url, None, {} if value is None else {"Authorization": value})
        assert answer.status == 401, value
        assert answer.headers["WWW-Authenticate"].startswith("Bearer"), value
        bodies.add(answer.body)
    assert len(bodies) == 1
    told = exchange("GET", url, None, {"Authorization": f"Bearer {swapped}"})
    assert 'error="invalid_token"' in told.headers["WWW-Authenticate"]
    assert "error" not in exchange("GET", url).headers["WWW-Authenticate"]  # RFC 6750, 3.1


@pytest.mark.parametrize("spell", [lambda t: f"Bearer {t}", lambda t: f"bearer {t}",
                                   lambda t: basic("", t), lambda t: basic("ada@example.com", t),
                                   lambda t: basic("anything at all", t)])
def test_forms_in_which_clients_send_tokens(server, token, spell):
    api = Api(server, headers={"Authorization": spell(token)})
    assert api.get("/v2/workspace").status == 200


def test_things_of_another_workspace_do_not_exist(server, api):
    source, destination = api.create_source(), api.create_webhook("https://example.com")
    connection = api.connect(source, destination)
    server.stop()
    with sqlite3.connect(server.data / "pintle.db") as store:
        store.execute("INSERT INTO workspaces SELECT 'second' || substr(id, 7), organization_id,"
                      " 'Second', environment, created_ms, updated_ms, 1 FROM workspaces")
    store.close()
    server.start()
    for scope in ("read-write", "read-only"):  # 404 is decided before 403
        other = Api(server, pintle.token_create(server.data, name=scope, scope=scope,
                                                workspace="Second"))
        assert other.get("/v2/workspace").json()["workspace"]["name"] == "Second"
        assert other.get("/v2/sources").json()["sources"] == []
        for target in (f"/v2/sources/{source['id']}", f"/v2/destinations/{destination['id']}",
                       f"/v2/connections/{connection['id']}"):
            answers = [other.get(target), other.put(target, {}), other.delete(target)]
            assert [answer.status for answer in answers] == [404, 404, 404], (scope, target)
        unknown = other.get("/v2/sources/" + "0" * 27)
        theirs = other.get(f"/v2/sources/{source['id']}")
        assert (unknown.status, unknown.body) == (theirs.status, theirs.body)


def test_tokens_do_not_manage_tokens(server, api):
    assert api.get("/v2/personal-access-tokens").status == 403
    assert api.post("/v2/personal-access-tokens", {
        "name": "n", "scope": "read-write", "workspaceId": "w"}).status == 403
    assert api.get("/v2/session").status in (401, 403)


def test_bad_wishes_for_tokens(server):
    session = sign_in(server)
    workspace = session.session["workspaces"][0]["id"]
    good = {"name": "n", "scope": "read-only", "workspaceId": workspace}
    for body, field in [({**good, "name": ""}, "name"), ({**good, "scope": "admin"}, "scope"),
                        ({**good, "extra": 1}, "extra"),
                        ({"scope": "read-only", "workspaceId": workspace}, "name")]:
        refused = session.post("/v2/personal-access-tokens", body)
        assert refused.status == 400 and list(refused.json()["details"]) == [field], body
    elsewhere = session.post("/v2/personal-access-tokens", {**good, "workspaceId": "0" * 27})
    assert elsewhere.status in (400, 404)


def test_sessions(server):
    session = sign_in(server)
    assert "HttpOnly" in session.set_cookie and "SameSite" in session.set_cookie
    assert session.get("/v2/session").json()["user"]["email"] == pintle.EMAIL
    assert session.get("/v2/workspace").status == 200
    # Another site can make a browser send the cookie, but not the header.
    for forged in (None, "guessed"):
        headers = {"Cookie": session.headers["Cookie"],
                   "X-Workspace-Id": session.headers["X-Workspace-Id"]}
        if forged:
            headers["X-CSRF-Token"] = forged
        other_site = Api(server, headers=headers)
        assert other_site.post("/v2/sources", {"name": "n", "type": "Node"}).status == 403
    nameless = Api(server, headers={"Cookie": session.headers["Cookie"]})
    assert nameless.get("/v2/workspace").status == 400
    assert session.get("/v2/workspace", headers={"X-Workspace-Id": "0" * 27}).status == 404
    assert session.delete("/v2/session").status == 204
    assert session.get("/v2/session").status == 401


def test_signing_in_is_not_a_guessing_game(server):
    anonymous = Api(server)
    bodies = set()
    for email in (pintle.EMAIL, "nobody@example.com"):
        answer = anonymous.post("/v2/session", {"email": email, "password": "wrong " * 3})
        assert answer.status == 401
        bodies.add(answer.body)
    assert len(bodies) == 1

    def is_held_up():
        """After too many wrong ones the right one is refused too, unless we waited for long."""
        wrong = anonymous.post("/v2/session", {"email": pintle.EMAIL, "password": "wrong"})
        assert wrong.status in (401, 429)
        right = {"email": pintle.EMAIL, "password": pintle.PASSWORD}
        limited = wrong.status == 429 and anonymous.post("/v2/session", right)
        return limited and limited.status == 429 and int(limited.headers["Retry-After"]) > 0
    until(is_held_up, pause=0)
