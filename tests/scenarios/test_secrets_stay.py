# SPDX-License-Identifier: Apache-2.0
"""A secret of a destination reaches nobody who may not edit it, whichever way he looks."""
import pytest

from harness import server as pintle
from harness.api import Api, basic, sign_in
from harness.people import give, join, policy, workspace_of
from harness.sse import Stream
from harness.wire import exchange

SECRET, OLD, HIDDEN = "s3cret-of-today", "s3cret-of-before", "s3cret-nobody-knows-of"
LOOKING = ("pii.sourceLiveEvents", "pii.destinationLiveEvents", "sources.edit")


def config(secret, url):
    return {"webhookUrl": url, "headers": [{"from": "Authorization", "to": secret}]}


@pytest.fixture
def place(line):
    """A webhook with two revisions and a failed event; a Slack with a setting nobody knows."""
    hook = f"/v2/destinations/{line.destination['id']}"
    line.api.put(hook, {"config": config(OLD, line.receiver.url)})
    line.api.put(hook, {"config": config(SECRET, line.receiver.url)})
    line.receiver.answer = lambda received: 400
    line.sender.track(messageId="m-1")
    line.receiver.wait(1)
    slack = line.api.post("/v2/destinations", {"name": "chat", "type": "SLACK", "config": {
        "webhookUrl": f"https://example.com/{SECRET}", "unheardOf": HIDDEN}}).json()["destination"]
    line.targets = [hook, hook + "/revisions", hook + "/revisions/1/diff", hook + "/dead-letters",
                    hook + "/delivery", "/v2/destinations", f"/v2/destinations/{slack['id']}",
                    f"/v2/destinations/{slack['id']}/revisions", "/v2/configuration",
                    "/v2/destination-definitions/WEBHOOK", "/v2/audit-logs", "/v2/connections",
                    "/v2/accounts", f"/v1/projects/{line.source['writeKey']}/integrations"]
    return line


def viewer_token(server, admin):
    viewer = join(server, admin)
    give(admin, f"members/{viewer.id}", policy(*LOOKING))
    made = viewer.post("/v2/personal-access-tokens", {"name": "mine", "scope": "read-write",
                                                      "workspaceId": workspace_of(admin)})
    return made.json()["token"]


def service_token(server, admin):
    return admin.post("/v2/service-access-tokens", {
        "name": "ci", "level": "workspace", "workspaceId": workspace_of(admin),
        "policy": policy(*LOOKING)}).json()["token"]


def read_only_token(server, admin):
    return pintle.token_create(server.data, name="look", scope="read-only")


@pytest.mark.parametrize("make", [read_only_token, viewer_token, service_token])
def test_without_edit_no_secret_is_told(place, make):
    api = Api(place.server, make(place.server, sign_in(place.server)))
    assert SECRET in place.api.get(place.targets[0]).text  # who may edit it gets it
    told = [api.get(target) for target in place.targets]
    assert [answer.status for answer in told[:3]] == [200, 200, 200]
    told.append(api.put(place.targets[0], {"name": "renamed"}))
    assert told[-1].status == 403
    told.append(exchange("GET", place.server.url + "/sourceConfig", headers={
        "Authorization": basic(place.source["writeKey"])}))
    for answer in told:
        assert answer.status < 500
        assert not any(secret in answer.text for secret in (SECRET, OLD, HIDDEN)), answer


@pytest.mark.parametrize("make", [viewer_token, service_token])
def test_live_events_tell_no_secret(place, make):
    api = Api(place.server, make(place.server, sign_in(place.server)))
    with Stream(api, place.targets[0] + "/live-events") as stream:
        live = stream.next(lambda live: live["kind"] == "failed")
    assert live["messageId"] == "m-1"
    assert not any(secret in str(live) for secret in (SECRET, OLD))
