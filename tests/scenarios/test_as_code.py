# SPDX-License-Identifier: Apache-2.0
"""What Terraform's provider and rudder-cli ask for, step by step: a second plan is empty."""
from harness.declared import NamingTool, StateTool

SOURCES = """Braze Cordova Go HTTP Android iOS Java Javascript Node ReactNative Ruby webhook Shopify
    Python PHP DotNet Flutter Customerio facebook_lead_ads adjust Rust AMP android_kotlin ios_swift
    Unity Appcenter appsflyer Auth0 canny close_crm cordial Extole formsort GainsightPX iterable
    Looker mailjet mailmodo moengage monday olark ortto pagerduty pipedream refiner revenuecat
    satismeter Segment signl4 slack""".split()
STREAMS = """java dotnet php flutter cordova rust react_native python ios android javascript go node
    ruby unity swift kotlin""".split()
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
    first, second, wanted = StateTool(api), StateTool(api), project() | {"lake": account()}
    first.apply(wanted)
    for key, (kind, _) in wanted.items():
        second.adopt(key, kind, first.ids[key])
    assert second.plan(wanted) == {}
    second.apply({})


def test_terraform_makes_again_what_somebody_deleted(api):
    terraform, wanted = StateTool(api), project() | {"lake": account()}
    terraform.apply(wanted)
    for key in ("joined", "hook", "lake"):
        api.delete(f"{terraform.kinds[key].path}/{terraform.ids[key]}")
    assert terraform.apply(wanted) == {"hook": "create", "joined": "create", "lake": "create"}
    assert terraform.plan(wanted) == {}
    api.delete(f"/v2/connections/{terraform.ids['joined']}")
    hook = f"/v2/destinations/{terraform.ids['hook']}"
    assert api.delete(hook).status == 204
    assert api.delete(hook).status == 404  # which a destroy takes for done


def test_terraform_sends_back_what_it_read(api):
    terraform, wanted = StateTool(api), project()
    terraform.apply(wanted)
    for key in wanted:
        kind = terraform.kinds[key]
        row = terraform.read(kind, terraform.ids[key])
        assert api.put(f"{kind.path}/{row['id']}", row).status == 200, row
    assert terraform.plan(wanted) == {}


def test_what_is_connected_again_is_the_same_connection(api):
    terraform = StateTool(api)
    terraform.apply(project())
    first = terraform.ids["joined"]
    apart = {key: item for key, item in project().items() if key != "joined"}
    assert terraform.apply(apart) == {"joined": "delete"}
    assert api.get(f"/v2/connections/{first}").status == 404
    assert terraform.apply(project()) == {"joined": "create"}
    assert terraform.ids["joined"] == first


def test_terraform_gives_a_destination_its_transformation(api):
    terraform = StateTool(api)
    terraform.apply(project())
    link = f"/v2/destinations/{terraform.ids['hook']}/transformation"
    assert api.put(link, {"transformationId": "scrub"}).status == 200
    wanted = project()
    wanted["hook"][1]["transformation"] = {"id": "scrub"}
    assert terraform.plan(wanted) == {}
    wanted["hook"][1]["name"] = "hook 2"
    assert terraform.apply(wanted) == {"hook": ["name"]}  # sent back with the rest, and kept
    assert terraform.plan(wanted) == {}
    assert api.delete(link).status == 204
    assert terraform.plan(wanted) == {"hook": ["transformation"]}
    terraform.apply({})


def stream(name, type="javascript", **more):
    return "stream", {"name": name, "type": type, "enabled": True, **more}


def account(**options):
    return "account", {"accountDefinitionName": "SOURCE_POSTGRES", "name": "warehouse",
                       "options": {"host": "db.example.com", "port": "5432", "dbname": "shop",
                                   "user": "reader", **options},
                       "secret": {"password": "hidden"}}


def named_project(**config):
    return {"lake": account(), "web": stream("web"), "hook": webhook("hook", **config),
            "joined": connection("web", "hook")}


def test_rudder_cli_applies_once_and_destroys_only_its_own(api):
    cli, wanted = NamingTool(api), named_project()
    mine, source = api.create_webhook(URL, name="mine"), api.create_source(name="mine")
    api.connect(source, mine)
    assert set(cli.plan(wanted).values()) == {"create"}
    assert api.get("/v2/accounts").json()["paging"]["total"] == 0  # a plan changes nothing
    cli.apply(wanted)
    assert cli.plan(wanted) == {}
    wanted |= {"hook": webhook("hook", webhookMethod="PUT"), "lake": account(user="ada"),
               "web": stream("web 2", enabled=False)}
    wanted["joined"][1]["enabled"] = False
    assert cli.apply(wanted) == {"hook": ["config"], "lake": ["options"],
                                 "web": ["enabled", "name"], "joined": ["enabled"]}
    assert cli.plan(wanted) == {}
    assert set(cli.apply({}).values()) == {"delete"}
    assert [row["id"] for row in api.all_of("/v2/destinations", "destinations")] == [mine["id"]]
    assert [row["id"] for row in api.all_of("/v2/sources", "sources")] == [source["id"]]
    assert api.get("/v2/connections").json()["paging"]["total"] == 1


def test_rudder_cli_knows_sources_by_words_of_its_own(api):
    cli, wanted = NamingTool(api), {type: stream(f"a {type}", type) for type in STREAMS}
    cli.apply(wanted)
    assert cli.plan(wanted) == {}
    kinds = {source["name"]: source["type"] for source in api.all_of("/v2/sources", "sources")}
    assert set(kinds.values()) <= set(SOURCES) | {"Kotlin"}
    assert (kinds["a react_native"], kinds["a dotnet"]) == ("ReactNative", "DotNet")
    assert cli.apply({}) == {type: "delete" for type in STREAMS}


def test_rudder_cli_takes_over_what_exists(api):
    terraform, cli = StateTool(api), NamingTool(api)
    terraform.apply(project() | {"lake": account()})
    ends = {name: terraform.ids[key] for name, key in (("sourceId", "web"),
                                                       ("destinationId", "hook"))}
    refused = api.post("/v2/connections", {**ends, "externalId": "joined"})
    assert refused.status == 409 and "external-id" in refused.json()["error"]
    wanted = named_project()
    for key, (kind, _) in wanted.items():
        cli.adopt(key, kind, terraform.ids[key])
    assert cli.plan(wanted) == {}


def test_rudder_cli_never_gets_secrets(api):
    headers = [{"from": "Authorization", "to": "Bearer hidden"}]
    cli, wanted = NamingTool(api), named_project(headers=headers)
    cli.apply(wanted)
    target = f"/v2/destinations/{cli.ids['hook']}"
    row = api.get(target).json()["destination"]
    assert sorted(row) == ["config", "createdAt", "enabled", "externalId", "id", "name", "type",
                           "updatedAt", "version", "workspaceId"]
    assert "hidden" not in str(row) and row["config"]["headers"] == [{"from": "Authorization"}]
    assert api.put(target, {"name": "hook 2", "config": row["config"]}).status == 200
    assert api.get("/v2/destinations").body.count(b"hidden") == 0
