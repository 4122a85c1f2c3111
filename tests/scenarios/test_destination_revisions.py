# SPDX-License-Identifier: Apache-2.0
"""Each change of a destination is kept, with who and when; it can be compared and taken back."""
from harness import server as pintle
from harness.api import Api, sign_in
from harness.server import EMAIL

URL = "https://example.com/one"


def test_changes_are_kept_compared_and_taken_back(api, server):
    made = api.create_webhook(URL)
    target = f"/v2/destinations/{made['id']}"
    sign_in(server).put(target, {"config": {"webhookUrl": URL + "/2"}, "enabled": False})
    newest, first = api.get(target + "/revisions").json()["revisions"]
    assert (newest["revision"], first["revision"]) == (2, 1)
    assert first["config"] == made["config"] and first["enabled"] is True
    assert (first["actorType"], newest["actorType"]) == ("personal_access_token", "user")
    assert newest["actorName"] == EMAIL
    assert newest["createdAt"] >= first["createdAt"]

    diff = api.get(target + "/revisions/1/diff").json()
    assert (diff["from"], diff["to"]) == (1, 2)
    changes = {change.pop("field"): change for change in diff["changes"]}
    assert changes == {"enabled": {"from": True, "to": False},
                       "config.webhookUrl": {"from": URL, "to": URL + "/2"},
                       "config.webhookMethod": {"from": "POST"}}

    restored = api.post(target + "/revisions/1/restore").json()["destination"]
    assert (restored["config"], restored["enabled"]) == (made["config"], True)
    revisions = api.get(target + "/revisions").json()["revisions"]
    assert [revision["revision"] for revision in revisions] == [3, 2, 1]
    assert api.get(target + "/revisions/1/diff").json()["changes"] == []
    for number in ("9", "x", "0"):
        assert api.get(target + f"/revisions/{number}/diff").status == 404
        assert api.post(target + f"/revisions/{number}/restore").status == 404


def test_secrets_in_revisions_follow_the_rule_of_the_destination(api, server):
    headers = [{"from": "X-Key", "to": "old-secret"}]
    made = api.create_webhook(URL, config={"headers": headers})
    target = f"/v2/destinations/{made['id']}"
    api.put(target, {"config": {"webhookUrl": URL,
                                "headers": [{"from": "X-Key", "to": "new-secret"}]}})
    looker = Api(server, pintle.token_create(server.data, name="look", scope="read-only"))
    for path in ("/revisions", "/revisions/1/diff"):
        assert "-secret" not in looker.get(target + path).text
        assert "old-secret" in api.get(target + path).text
    assert looker.post(target + "/revisions/1/restore").status == 403
    api.post(target + "/revisions/1/restore")
    assert api.get(target).json()["destination"]["config"]["headers"] == headers


def test_revisions_are_paged_and_old_ones_go(api):
    made = api.create_webhook(URL)
    target = f"/v2/destinations/{made['id']}"
    for number in range(101):
        api.put(target, {"name": f"hook {number}"})
    found = api.all_of(target + "/revisions?pageSize=40", "revisions")
    assert [row["revision"] for row in found] == list(range(102, 2, -1))
