# SPDX-License-Identifier: Apache-2.0
"""What SDKs and consent managers ask with a write key, in the words of each."""
import pytest

from harness.api import basic
from harness.wire import exchange

PAGE = "https://shop.example"

# What is asked, whether the key is in the Authorization header.
SDKS = {
    "JavaScript v3": ("/sourceConfig/?p=npm&v=3.34.1&build=modern&writeKey={key}"
                      "&lockIntegrationsVersion=true&lockPluginsVersion=true", True),
    "JavaScript v1.1": ("/sourceConfig/?p=npm&v=2.52.21&writeKey={key}", True),
    "JavaScript from a CDN": ("/sourceConfig/?p=cdn&v=3.34.1&build=legacy&writeKey={key}", True),
    "Android": ("/sourceConfig?p=android&v=1.27.0&bv=33", True),
    "iOS": ("/sourceConfig?p=ios&v=1.31.0", True),
    "Swift": ("/sourceConfig?p=swift&v=1.2.0&bv=17&writeKey={key}", True),
    "Kotlin": ("/sourceConfig?p=kotlin&v=1.6.0&writeKey={key}", True),
    "Flutter on Android": ("/sourceConfig?p=android&v=1.27.0&bv=34", True),
    "React Native on iOS": ("/sourceConfig/?p=ios&v=1.31.0", True),
    "without a header": ("/sourceConfig?p=npm&v=3&writeKey={key}", False),
}
SOURCE_KEYS = {"id", "name", "writeKey", "enabled", "workspaceId", "updatedAt", "config",
               "destinations", "dataplanes"}


def ask(server, how, key):
    target, has_header = how
    headers = {"Origin": PAGE, **({"Authorization": basic(key)} if has_header else {})}
    return exchange("GET", server.url + target.format(key=key), headers=headers)


@pytest.mark.parametrize("sdk", SDKS)
def test_every_sdk_gets_its_source(line, sdk):
    answer = ask(line.server, SDKS[sdk], line.source["writeKey"])
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    source = answer.json()["source"]
    assert set(source) == SOURCE_KEYS
    assert (source["id"], source["enabled"]) == (line.source["id"], True)
    assert source["config"]["statsCollection"]["errors"] == {"enabled": False}
    assert answer.json()["consentManagementMetadata"] == {"providers": []}


@pytest.mark.parametrize("sdk", SDKS)
def test_every_sdk_stops_at_a_wrong_key(line, sdk):
    answer = ask(line.server, SDKS[sdk], "wrong")
    assert answer.status == 400 and b"invalid write key" in answer.body
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE


def test_browsers_may_ask_from_any_page(line):
    for path in ("/sourceConfig", "/sourceConfig/", "/v1/projects/x/integrations"):
        answer = exchange("OPTIONS", line.server.url + path, headers={
            "Origin": PAGE, "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization"})
        assert answer.status in (200, 204), path
        assert answer.headers["Access-Control-Allow-Origin"] == PAGE
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_no_setting_of_a_cloud_destination_reaches_an_sdk(line):
    line.api.put(f"/v2/destinations/{line.destination['id']}", {"config": {
        "webhookUrl": line.receiver.url, "headers": [{"from": "X-Key", "to": "hook-secret"}]}})
    answer = ask(line.server, SDKS["JavaScript v3"], line.source["writeKey"])
    assert b"hook-secret" not in answer.body and line.receiver.url.encode() not in answer.body


def test_an_sdk_gets_the_event_filter_of_its_kind_of_source(line):
    config = {"pixelId": "7", "connectionMode": {"web": "device", "android": "cloud"},
              "eventFilteringOption": {"web": "whitelistedEvents"},
              "whitelistedEvents": {"web": [{"eventName": "Order Completed"}]}}
    hybrid = {"dataCenter": "US-01", "appKey": "app", "restApiKey": "rest-secret",
              "connectionMode": {"web": "hybrid"}}
    for kind, settings in (("FACEBOOK_PIXEL", config), ("BRAZE", hybrid)):
        made = line.api.post("/v2/destinations", {"name": kind, "type": kind, "config": settings})
        line.api.connect(line.source, made.json()["destination"])
    answer = ask(line.server, SDKS["JavaScript v3"], line.source["writeKey"])
    told = {one["name"]: one["config"] for one in answer.json()["source"]["destinations"]}
    assert told["FACEBOOK_PIXEL"]["eventFilteringOption"] == "whitelistedEvents"
    assert told["FACEBOOK_PIXEL"]["whitelistedEvents"] == [{"eventName": "Order Completed"}]
    assert (told["BRAZE"]["connectionMode"], told["BRAZE"]["appKey"]) == ("hybrid", "app")
    assert b"rest-secret" not in answer.body


@pytest.mark.parametrize("sdk", SDKS)
def test_every_sdk_learns_that_its_source_is_switched_off(line, sdk):
    line.api.put(f"/v2/sources/{line.source['id']}", {"enabled": False})
    answer = ask(line.server, SDKS[sdk], line.source["writeKey"])
    assert (answer.status, answer.json()["source"]["enabled"]) == (200, False)


def test_a_consent_manager_learns_the_services(line):
    target = f"/v1/projects/{line.source['writeKey']}/integrations"
    webhook = {"name": "Webhook", "creationName": "Webhook", "type": "WEBHOOK"}
    second = line.api.create_webhook(line.receiver.url, name="our secret partner")
    line.api.connect(line.source, second)
    answer = line.api.get(target, headers={"Origin": PAGE})
    assert [webhook.items() <= service.items() for service in answer.json()] == [True]
    assert "partner" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    for destination in (line.destination, second):
        line.api.put(f"/v2/destinations/{destination['id']}", {"enabled": False})
    assert line.api.get(target).json() == []
    assert line.api.get("/v1/projects/wrong/integrations").status == 400
