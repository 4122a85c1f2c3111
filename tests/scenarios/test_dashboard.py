# SPDX-License-Identifier: Apache-2.0
"""The dashboard in Chromium, walked as written instructions say; screenshots in tests/out."""
import json
import os
import subprocess

from harness import server as pintle
from harness.api import Api, sign_in
from harness.migration import legacy_value, personal
from harness.people import PASSWORD, give, join, policy, workspace_of
from harness.server import ROOT


def walk(name, server, person=(pintle.EMAIL, pintle.PASSWORD), **env):
    done = subprocess.run(
        ["node", "walk.mjs", name, server.url, ROOT / f"tests/out/{name}", *person],
        cwd=ROOT / "tests/sdk", env={**os.environ, **env}, timeout=900,
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_token_and_the_source_id_for_another_platform(server, api):
    source = api.create_source(name="web shop")
    took = walk("authorization", server)
    assert Api(server, took["token"]).get("/v2/token").json()["scope"] == "read-write"
    assert took["ids"] == {"card": source["id"], "url": source["id"], "overview": source["id"],
                           "settings": source["id"], "isUnderWriteKey": True}
    assert took["troubles"] == []


def test_tokens_are_made_deleted_and_revoked(server):
    took = walk("accessToken", server)
    for value in (took["deleted"], took["revoked"]):
        assert value.startswith("ptl_pat_")
        assert Api(server, value).get("/v2/workspace").status == 401
    assert took["isSecondLeft"] and took["isRevokeAtTheRight"]
    assert "/profile" in took["profileUrl"]
    assert took["troubles"] == []


def test_somebody_is_invited_joins_and_is_removed(server):
    took = walk("inviting", server)
    assert "/invitation#token=" in took["link"]
    assert took["isHidden"]
    assert took["troubles"] == []


def test_what_somebody_may_not_do_is_greyed_and_names_the_right(server, api):
    source = api.create_source(name="web shop")
    admin = sign_in(server)
    viewer = join(server, admin, "grace@example.com")
    give(admin, f"members/{viewer.id}", policy("sources.edit", ids=[source["id"]]))
    took = walk("lacking", server, ("grace@example.com", PASSWORD))
    assert took["greyed"] == {"Add destination": "needs Destinations: Create & Delete",
                              "Add source": "needs Event Stream Sources: Create & Delete",
                              "Create workspace": "needs organization role Admin"}
    assert took["mayRename"] and not took["mayDelete"]
    assert took["troubles"] == []


def test_members_and_tokens_come_over_from_rudderstack(server):
    value = legacy_value()
    document = {"members": [{"email": "grace@example.com", "role": "connections-editor"}],
                "tokens": [personal(value, "read-write", name="notebook")]}
    took = walk("migrating", server, DOCUMENT=json.dumps(document))
    assert "Works with less" in took["verdict"] and "Transformations: Connect" in took["verdict"]
    assert "/reset-password#token=" in took["link"]
    assert Api(server, value).get("/v2/workspace").status == 200
    assert took["tooWide"] == []
    assert took["troubles"] == ["Failed to load resource: the server responded with a status of "
                                "400 (Bad Request)"]  # the file that was refused


def test_a_service_token_does_what_its_policy_says(server):
    took = walk("serviceToken", server)
    assert took["token"].startswith("ptl_sat_")
    token = Api(server, took["token"])
    made = token.post("/v2/sources", {"name": "made by a token", "type": "Javascript"})
    assert made.status == 200
    refused = token.put(f"/v2/sources/{made.json()['source']['id']}", {"name": "another"})
    assert refused.status == 403
    assert refused.json()["details"]["required"] == "sources.edit"
    assert took["troubles"] == []


def test_an_admin_looks_after_tokens_and_rules(server):
    admin = sign_in(server)
    wish = {"level": "workspace", "name": "nightly job", "workspaceId": workspace_of(admin),
            "policy": policy("sources.edit", "destinations.edit")}
    made = admin.post("/v2/service-access-tokens", wish)
    assert made.status == 201
    took = walk("lookAfter", server)
    entries = admin.get("/v2/audit-logs?target_type=service_access_token").json()["data"]
    assert [entry["action"] for entry in entries] == ["revoked", "updated", "created"]
    assert Api(server, made.json()["token"]).get("/v2/workspace").status == 401
    rules = admin.get("/v2/organization").json()["organization"]["settings"]
    assert rules["featuresOff"] == ["INVITATIONS"]
    assert took["troubles"] == []


def test_two_who_change_a_destination_lose_nothing_and_can_go_back(server, api):
    made = api.create_webhook("http://127.0.0.1:9/first", name="orders")
    target = f"/v2/destinations/{made['id']}"
    took = walk("together", server, WORKSPACE=made["workspaceId"], DESTINATION=made["id"])
    restored, merged, renamed, first = api.get(target + "/revisions").json()["revisions"]
    assert (merged["name"], merged["config"]["webhookUrl"]) == \
        ("renamed meanwhile", "http://127.0.0.1:9/mine")
    assert renamed["config"] == first["config"] == restored["config"]
    assert api.get(target).json()["destination"]["name"] == "orders"
    assert took["troubles"] == ["Failed to load resource: the server responded with a status of "
                                "412 (Precondition Failed)"]  # what the second was told


def test_the_map_connects_and_a_destination_is_cloned(server, api):
    source = api.create_source(name="web shop")
    headers = [{"from": "X-Key", "to": "secret"}]
    orders = api.create_webhook("http://127.0.0.1:9/", name="orders", config={"headers": headers})
    api.create_webhook("http://127.0.0.1:9/", name="archive")
    api.connect(source, orders)
    took = walk("connecting", server)
    connections = api.get("/v2/connections").json()["connections"]
    assert [one["destinationId"] for one in connections] == [orders["id"]]
    clone = api.get("/v2/destinations").json()["destinations"][-1]
    assert (clone["name"], clone["enabled"]) == ("orders (clone)", False)
    assert clone["config"]["webhookUrl"] == orders["config"]["webhookUrl"]
    assert clone["config"]["headers"] == [{"from": "X-Key", "to": "another secret"}]
    assert took["troubles"] == []


def test_an_account_is_made_changed_and_deleted(server):
    took = walk("credentials", server)
    entries = sign_in(server).get("/v2/audit-logs?target_type=account").json()["data"]
    assert [entry["action"] for entry in entries] == ["deleted", "updated", "created"]
    assert took["troubles"] == ["Failed to load resource: the server responded with a status of "
                                "400 (Bad Request)"]  # the port that is none


def test_runs_are_started_stopped_and_seen_while_they_go(server, api, token):
    source = api.create_source(name="warehouse", type="profiles")
    took = walk("runs", server, WORKSPACE=source["workspaceId"], SOURCE=source["id"], TOKEN=token)
    newest = api.get(f"/v2/sources/{source['id']}/runs").json()["runs"][0]
    assert newest["status"] == "running" and f"run={newest['id']}" in took["url"]
    assert took["troubles"] == []


def test_secrets_of_destinations_are_kept_from_tokens_by_a_switch(server, api):
    made = api.post("/v2/destinations", {"name": "chat", "type": "SLACK", "config": {
        "webhookUrl": "https://example.com/secret"}})
    target = f"/v2/destinations/{made.json()['destination']['id']}"
    before = api.get(target).json()["destination"]["config"]
    took = walk("secretAnswers", server)
    assert took["wasOn"]
    assert set(before) - set(api.get(target).json()["destination"]["config"]) == {"webhookUrl"}
    assert took["troubles"] == []


def test_a_source_is_made_transient(server, api):
    source = api.create_source()
    took = walk("transientSource", server, WORKSPACE=source["workspaceId"], SOURCE=source["id"])
    assert api.get(f"/v2/sources/{source['id']}").json()["source"]["transient"]
    assert took["troubles"] == []


def test_names_are_blocked_and_ids_compared(server, api):
    took = walk("eventRules", server)
    settings = api.get("/v2/workspace/settings").json()["settings"]
    assert settings["eventBlocking"]["events"]["track"] == ["Mouse moved"]
    assert settings["deduplication"] == {"enabled": True, "windowSeconds": 5400, "sourceIds": []}
    assert took["troubles"] == []


def test_users_are_suppressed_and_let_in_again(server):
    took = walk("suppression", server)
    entries = sign_in(server).get("/v2/audit-logs?target_type=regulation").json()["data"]
    assert [entry["action"] for entry in entries] == ["canceled", "created", "created"]
    assert all("ada" not in str(entry["details"]) for entry in entries)
    assert took["troubles"] == []


def test_every_screen_fits_wide_and_narrow_light_and_dark(line):
    answers = iter([200, 400, 503])
    line.receiver.answer = lambda received: next(answers, 200)
    for number in range(6):
        line.sender.track(user=f"u{number}", event="Order Completed")
    line.receiver.wait(6)
    target = f"/v2/destinations/{line.destination['id']}/transformation"
    line.api.put(target, {"transformationId": "enrich-orders"})
    running = line.api.create_source(name="profiles", type="profiles")
    line.api.post(f"/v2/sources/{running['id']}/start")
    took = walk("tour", line.server, WORKSPACE=line.source["workspaceId"], RUNNING=running["id"],
                SOURCE=line.source["id"], DESTINATION=line.destination["id"])
    assert took["tooWide"] == []
    assert took["troubles"] == []


def test_a_newcomer_gets_from_the_link_to_a_live_event(make_server, receiver):
    server = make_server(is_set_up=False)
    link = server.wait_for_line(r"http://\S+/setup#\S+").group()
    took = walk("newcomer", server, SETUP_LINK=link, HOOK=receiver.url)
    assert receiver.wait(1)[0].event["event"] == "First Event"
    assert took["writeKey"]
    assert took["troubles"] == []
