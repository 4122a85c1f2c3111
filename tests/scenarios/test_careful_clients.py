# SPDX-License-Identifier: Apache-2.0
"""Clients that are not sure: If-Match against lost updates, Idempotency-Key against doing twice."""
from harness import server as pintle
from harness.api import Api

URL = "https://example.com"


def each_kind(api):
    """Path and a change of one thing of each kind."""
    source, destination = api.create_source(), api.create_webhook(URL)
    connection = api.connect(source, destination)
    account = api.post("/v2/accounts", {"name": "wh", "accountDefinitionName": "SOURCE_POSTGRES"})
    return [(f"/v2/connections/{connection['id']}", {"enabled": False}),
            (f"/v2/destinations/{destination['id']}", {"name": "new"}),
            (f"/v2/event-stream-sources/{source['id']}", {"name": "other"}),
            (f"/v2/sources/{source['id']}", {"name": "new"}),
            (f"/v2/accounts/{account.json()['id']}", {"name": "new"})]


def test_a_change_is_made_only_to_what_was_read(api):
    for target, change in each_kind(api):
        tag = api.get(target).headers["ETag"]
        assert api.get(target).headers["ETag"] == tag
        changed = api.put(target, change, headers={"If-Match": f'"other", {tag}'})
        assert changed.status == 200 and changed.headers["ETag"] != tag, target
        late = api.put(target, change, headers={"If-Match": tag})
        assert (late.status, late.json()["code"]) == (412, "PRECONDITION_FAILED"), target
        assert api.delete(target, headers={"If-Match": tag}).status == 412
        assert api.get(target).headers["ETag"] == changed.headers["ETag"]
        assert api.put(target, change, headers={"If-Match": "*"}).status == 200


def test_a_deletion_too(api):
    for target, _ in each_kind(api):
        if "event-stream" not in target:
            tag = api.get(target).headers["ETag"]
            assert api.delete(target, headers={"If-Match": tag}).status == 204, target


def test_a_create_with_a_key_happens_once(api, server):
    body = {"name": "web", "type": "Javascript"}
    key = {"Idempotency-Key": "run-7"}
    first = api.post("/v2/sources", body, headers=key)
    again = api.post("/v2/sources", body, headers=key)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert api.get("/v2/sources").json()["paging"]["total"] == 1
    assert api.post("/v2/sources", {**body, "name": "x"}, headers=key).status == 409
    assert api.post("/v2/sources", body).status == 409  # the name is taken
    for bad in ("", "two words", "x" * 256):
        refused = api.post("/v2/sources", {**body, "name": "y"}, headers={"Idempotency-Key": bad})
        assert list(refused.json()["details"]) == ["Idempotency-Key"], bad
    # Another caller's key, and another operation's, is another key.
    other = Api(server, pintle.token_create(server.data, name="other"))
    assert other.post("/v2/sources", body, headers=key).status == 409
    assert "Replayed" not in other.post("/v2/sources", {**body, "name": "z"}, headers=key).headers


def test_a_refused_create_may_be_mended_under_its_key(api):
    key = {"Idempotency-Key": "a"}
    assert api.post("/v2/sources", {"name": "web"}, headers=key).status == 400
    fine = api.post("/v2/sources", {"name": "web", "type": "Node"}, headers=key)
    assert fine.status == 200


def test_kept_answers_are_sealed_and_survive_a_restart(api, server):
    body = {"name": "wh", "type": "WEBHOOK",
            "config": {"webhookUrl": URL,
                       "headers": [{"from": "X-Key", "to": "secret-of-the-hook"}]}}
    key = {"Idempotency-Key": "b"}
    made = api.post("/v2/destinations", body, headers=key)
    server.stop()
    for file in server.data.rglob("*"):
        assert not file.is_file() or b"secret-of-the-hook" not in file.read_bytes(), file
    server.start()
    assert api.post("/v2/destinations", body, headers=key).body == made.body
