# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every kind of destination can be managed, and secrets stay put."""
from harness import server as pintle
from harness.api import Api, sign_in
from harness.until import until
from harness.wire import exchange

SLACK = {"webhookUrl": "https://hooks.example.com/s3cret", "identifyTemplate": "{{name}} came"}


def create(api, kind, config, **more):
    body = {"name": kind.lower(), "type": kind, "config": config, **more}
    return api.made(api.post("/v2/destinations", body), "destination")


def test_the_catalogue_is_public_in_rudderstacks_form(server, api):
    kinds = {one["name"]: one for one in Api(server).get("/destination-definitions").json()}
    assert len(kinds) == 239
    assert {"webhookUrl", "webhookMethod", "headers"} <= set(
        kinds["WEBHOOK"]["config"]["destConfig"]["defaultConfig"])
    assert kinds["GTM"]["config"]["supportedConnectionModes"]["web"] == ["device"]
    names = {one["name"] for one in Api(server).get("/source-definitions").json()}
    assert len(names) == 117 and {"Javascript", "singer-stripe"} <= names
    assert api.get("/v2/destination-definitions/NOTHING").status == 404


def test_events_of_what_is_not_built_get_an_outcome(api, server):
    from harness.sender import Sender
    source, slack = api.create_source(), create(api, "SLACK", SLACK)
    api.connect(source, slack)
    Sender(server, source["writeKey"]).track(user="u", event="Bought")
    letters = f"/v2/destinations/{slack['id']}/dead-letters"
    until(lambda: api.get(letters).json()["deadLetters"])
    letter = api.get(letters).json()["deadLetters"][0]
    assert letter["reason"] == "not_implemented"
    delivery = f"/v2/destinations/{slack['id']}/delivery"
    until(lambda: api.get(delivery).json()["delivery"]["behindRecords"] == 0)
    assert api.get(delivery).json()["delivery"]["parked"] == 0


def test_settings_are_checked_by_their_definition(api):
    bad = {"name": "x", "type": "POSTGRES", "config": {"host": "db", "port": "http"}}
    answer = api.post("/v2/destinations", bad)
    assert answer.status == 400 and "config.database" in answer.json()["details"]
    config = {"apiKey": "k", "region": "US", "appApiKey": "a", "siteId": "{{ x || y }}", "new": [1]}
    made = create(api, "CUSTOMERIO_AUDIENCE", config)
    assert made["config"] == config  # dynamic values and keys that are not known are kept


def test_who_gets_secrets(server, api):
    made = create(api, "SLACK", SLACK)
    target = f"/v2/destinations/{made['id']}"
    assert made["config"] == SLACK
    reader = Api(server, pintle.token_create(server.data, scope="read-only"))
    for other in (reader, sign_in(server)):
        assert "webhookUrl" not in other.get(target).json()["destination"]["config"]
    kept = api.put(target, {"config": {"identifyTemplate": "hi"}}).json()["destination"]["config"]
    assert kept == {"identifyTemplate": "hi", "webhookUrl": SLACK["webhookUrl"]}
    workspace = api.get("/v2/workspace").json()["workspace"]["id"]
    admin = sign_in(server)
    assert admin.put(f"/v2/workspaces/{workspace}", {"apiRevealsSecrets": False}).status == 200
    assert "webhookUrl" not in api.get(target).json()["destination"]["config"]


def test_a_browser_gets_the_settings_of_device_mode_and_no_secret(server, api):
    source = api.create_source()
    config = {"pixelId": "7", "accessToken": "s3cret", "connectionMode": {"web": "device"}}
    pixel = create(api, "FACEBOOK_PIXEL", config)
    api.connect(source, pixel)
    api.connect(source, create(api, "SLACK", SLACK))  # the cloud's business
    answer = exchange("GET", f"{server.url}/sourceConfig/?writeKey={source['writeKey']}")
    told = answer.json()["source"]["destinations"]
    assert [one["config"] for one in told] == [{"pixelId": "7", "connectionMode": "device"}]
    assert told[0]["destinationDefinition"] == {"name": "FACEBOOK_PIXEL",
                                                "displayName": "Facebook Pixel"}
    assert b"s3cret" not in answer.body
