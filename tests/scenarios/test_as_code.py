# SPDX-License-Identifier: Apache-2.0
"""What Terraform's provider and rudder-cli ask for, step by step: a second plan is empty."""
from harness.declared import NamingTool, StateTool

SOURCES = """Braze Cordova Go HTTP Android iOS Java Javascript Node ReactNative Ruby webhook Shopify
    Python PHP DotNet Flutter Customerio facebook_lead_ads adjust Rust AMP android_kotlin ios_swift
    Unity Appcenter appsflyer Auth0 canny close_crm cordial Extole formsort GainsightPX iterable
    Looker mailjet mailmodo moengage monday olark ortto pagerduty pipedream refiner revenuecat
    satismeter Segment signl4 slack""".split()
URL = "https://example.com/"


def source(name, type="Javascript", **more):
    return "source", {"name": name, "type": type, "enabled": True, "config": {}, **more}


def webhook(name, **config):
    return "destination", {"name": name, "type": "WEBHOOK", "enabled": True, "config": {
        "webhookUrl": URL, "webhookMethod": "POST", **config}}


def connection(source, destination):
    return "connection", {"sourceId": "@" + source, "destinationId": "@" + destination,
                          "enabled": True}


def project(**config):
    return {"web": source("web"), "hook": webhook("hook", **config),
            "joined": connection("web", "hook")}


def test_sources_of_every_type_read_as_they_were_written(api):
    terraform = StateTool(api)
    wanted = {type: source(f"the {type}", type) for type in SOURCES}
    terraform.apply(wanted)
    assert terraform.plan(wanted) == {}
    wanted = {type: source(f"another {type}", type, enabled=False) for type in SOURCES}
    assert terraform.apply(wanted) == {type: ["enabled", "name"] for type in SOURCES}
    assert terraform.plan(wanted) == {}
    terraform.apply({})
    assert api.get("/v2/sources").json()["paging"]["total"] == 0


def test_terraform_applies_changes_and_destroys(api):
    terraform = StateTool(api)
    assert set(terraform.apply(project()).values()) == {"create"}
    assert terraform.plan(project()) == {}
    headers = [{"from": "Authorization", "to": "Bearer hidden"}]
    assert terraform.apply(project(headers=headers)) == {"hook": ["config"]}
    assert terraform.plan(project(headers=headers)) == {}
    # What somebody changed in the dashboard is put back.
    api.put(f"/v2/destinations/{terraform.ids['hook']}", {"enabled": False, "name": "mine"})
    assert terraform.apply(project(headers=headers)) == {"hook": ["enabled", "name"]}
    joined = terraform.ids["joined"]
    terraform.apply({})
    assert api.get(f"/v2/connections/{joined}").status == 404
    for kind in ("sources", "destinations"):
        assert api.get(f"/v2/{kind}").json()["paging"]["total"] == 0


def test_terraform_takes_over_what_exists(api):
    first, second = StateTool(api), StateTool(api)
    first.apply(project())
    for key, (kind, _) in project().items():
        second.adopt(key, kind, first.ids[key])
    assert second.plan(project()) == {}
    second.apply({})


def named_project(api, **config):
    """Its source is nobody's code."""
    web = api.create_source()
    return {"hook": webhook("hook", **config), "joined": ("connection", {
        "sourceId": web["id"], "destinationId": "@hook", "enabled": True})}


def test_rudder_cli_applies_once_and_destroys_only_its_own(api):
    cli, wanted = NamingTool(api), named_project(api)
    mine = api.create_webhook(URL, name="mine")
    assert cli.plan(wanted) == {"hook": "create", "joined": "create"}
    assert api.get("/v2/connections").json()["paging"]["total"] == 0  # a plan changes nothing
    cli.apply(wanted)
    assert cli.plan(wanted) == {}
    wanted["hook"] = webhook("hook", webhookMethod="PUT")
    wanted["joined"][1]["enabled"] = False
    assert cli.apply(wanted) == {"hook": ["config"], "joined": ["enabled"]}
    assert cli.plan(wanted) == {}
    assert cli.apply({}) == {"hook": "delete", "joined": "delete"}
    assert [row["id"] for row in api.all_of("/v2/destinations", "destinations")] == [mine["id"]]
    assert api.get("/v2/sources").json()["paging"]["total"] == 1


def test_rudder_cli_takes_over_what_exists(api):
    cli, wanted = NamingTool(api), named_project(api)
    hook = api.create_webhook(URL)
    joined = api.connect({"id": wanted["joined"][1]["sourceId"]}, hook)
    refused = api.post("/v2/connections", {"sourceId": joined["sourceId"], "externalId": "joined",
                                           "destinationId": joined["destinationId"]})
    assert refused.status == 409 and "external-id" in refused.json()["error"]
    cli.adopt("hook", "destination", hook["id"])
    cli.adopt("joined", "connection", joined["id"])
    assert cli.plan(wanted) == {}


def test_rudder_cli_never_gets_secrets(api):
    headers = [{"from": "Authorization", "to": "Bearer hidden"}]
    cli, wanted = NamingTool(api), named_project(api, headers=headers)
    cli.apply(wanted)
    target = f"/v2/destinations/{cli.ids['hook']}"
    row = api.get(target).json()["destination"]
    assert sorted(row) == ["config", "createdAt", "enabled", "externalId", "id", "name", "type",
                           "updatedAt", "version", "workspaceId"]
    assert "hidden" not in str(row) and row["config"]["headers"] == [{"from": "Authorization"}]
    assert api.put(target, {"name": "hook 2", "config": row["config"]}).status == 200
    assert api.get("/v2/destinations").body.count(b"hidden") == 0
