# SPDX-License-Identifier: Apache-2.0
"""What tools that keep a workspace as code need besides sources, destinations and connections."""
import re

import yaml

from harness.server import ROOT

SECRET = "correct-horse-warehouse"
OPTIONS = {"host": "db.example", "port": "5432", "dbname": "shop", "user": "reader",
           "sslMode": "disable"}


def account(**more):
    return {"accountDefinitionName": "SOURCE_POSTGRES", "name": "warehouse",
            "options": OPTIONS,
            "secret": {"password": SECRET}, **more}


def test_life_of_an_account(api, server):
    answer = api.post("/v2/accounts", account(externalId="wh"))
    assert answer.status == 201
    made = answer.json()
    assert made["definition"] == {"name": "SOURCE_POSTGRES", "type": "postgres",
                                  "category": "source"}
    assert made["options"] == OPTIONS
    target = f"/v2/accounts/{made['id']}"
    assert api.get(target).json() == made
    changed = api.put(target, {"name": "lake", "options": {}, "secret": {"password": "x"}}).json()
    assert (changed["name"], changed["options"]) == ("lake", {})
    assert api.put(target + "/external-id", {"externalId": "wh"}).status == 200
    assert api.put(target + "/external-id", {"externalId": "other"}).status == 409
    assert api.post("/v2/accounts", account(externalId="wh")).status == 409
    assert api.get("/v2/accounts?hasExternalId=true").json() == {
        "data": [changed], "paging": {"total": 1}}
    assert api.get("/v2/accounts?hasExternalId=false").json()["data"] == []
    assert api.put(target, {"accountDefinitionName": "SOURCE_SNOWFLAKE"}).status == 400
    assert api.delete(target).status == 204
    assert api.get(target).status == 404


def test_an_accounts_secret_never_comes_out(api, server):
    made = api.post("/v2/accounts", account())
    target = f"/v2/accounts/{made.json()['id']}"
    changed = api.put(target, {"secret": {"password": SECRET}})
    for answer in (made, api.get(target), api.get("/v2/accounts"), changed):
        assert answer.status in (200, 201), answer
        assert SECRET not in answer.text and "secret" not in answer.text
    server.stop()
    for file in server.data.rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file
    assert SECRET not in server.log


def test_accounts_of_no_known_form(api):
    for name in ("postgres", "SOURCE", "SOURCE_", "ROLE_POSTGRES", "SOURCE_postgres"):
        refused = api.post("/v2/accounts", account(accountDefinitionName=name))
        assert list(refused.json()["details"]) == ["accountDefinitionName"], name
    assert "secret" in api.post("/v2/accounts", account(secret="text")).json()["details"]


def test_an_account_is_held_against_its_definition(api):
    definitions = api.get("/v2/account-definitions").json()["accountDefinitions"]
    postgres = next(one for one in definitions if one["name"] == "SOURCE_POSTGRES")
    assert {"host", "port", "dbname"} <= {field["name"] for field in postgres["options"]}
    assert all(field["secret"] for one in definitions for field in one["secrets"])
    target = f"/v2/accounts/{api.post('/v2/accounts', account()).json()['id']}"
    wrong = {"options.host": account(options={**OPTIONS, "host": None}),
             "options.port": account(options={**OPTIONS, "port": 5432}),
             "options.dbname": account(options={**OPTIONS, "dbname": "x" * 256}),
             "options.sslMode": account(options={**OPTIONS, "sslMode": "maybe"}),
             "options.password": account(options={**OPTIONS, "password": SECRET}),
             "secret.password": account(secret={"password": [SECRET]})}
    for field, body in wrong.items():
        changed = {"options": body["options"], "secret": body["secret"]}
        for refused in (api.post("/v2/accounts", body), api.put(target, changed)):
            assert refused.status == 400 and list(refused.json()["details"]) == [field], refused
            assert SECRET not in refused.text
    assert api.get(target).json()["options"] == OPTIONS
    kept = {**OPTIONS, "application": "etl"}
    assert api.put(target, {"options": kept}).json()["options"] == kept
    other = api.post("/v2/accounts", account(accountDefinitionName="SOURCE_LAKE", options={"a": 1}))
    assert other.json()["options"] == {"a": 1}


def test_event_stream_sources_are_the_same_sources(api):
    answer = api.post("/v2/event-stream-sources", {"externalId": "shop", "name": "shop",
                                                   "type": "javascript", "enabled": True})
    assert answer.status == 201
    made = answer.json()
    assert made["type"] == "javascript" and made["trackingPlan"] is None
    same = api.get(f"/v2/sources/{made['id']}").json()["source"]
    assert (same["type"], same["name"]) == ("Javascript", "shop")
    target = f"/v2/event-stream-sources/{made['id']}"
    assert api.put(target, {"name": "shop 2", "enabled": False}).json() == {
        **made, "name": "shop 2", "enabled": False}
    assert api.put(target, {"type": "go"}).status == 400
    assert api.get(target).json()["name"] == "shop 2"
    other = api.create_source(name="api", type="HTTP")
    assert [row["type"] for row in api.get("/v2/event-stream-sources").json()["data"]] == [
        "javascript", "HTTP"]
    mine = f"/v2/event-stream-sources/{other['id']}/external-id"
    assert api.put(mine, {"externalId": "shop"}).status == 409
    assert api.put(mine, {"externalId": "api"}).json()["externalId"] == "api"
    assert len(api.get("/v2/event-stream-sources?hasExternalId=true").json()["data"]) == 2
    assert api.delete(target).status == 204
    assert api.get(f"/v2/sources/{made['id']}").status == 404


def test_a_destination_remembers_its_transformation(api):
    made = api.create_webhook("https://example.com")
    destination = f"/v2/destinations/{made['id']}"
    target = destination + "/transformation"
    assert api.get(target).status == 404
    assert api.delete(target).status == 204  # as it is wanted already
    link = api.put(target, {"transformationId": "t1"}).json()
    assert (link["destinationId"], link["transformationId"]) == (made["id"], "t1")
    assert api.get(target).json() == link
    read = api.get(destination).json()["destination"]
    assert read["transformation"] == {"id": "t1"}
    assert api.get("/v2/destinations").json()["destinations"] == [read]
    assert api.put(destination, read).status == 200  # as tools send it back
    again = api.put(target, {"transformationId": "t2"}).json()
    assert again["transformationId"] == "t2" and again["createdAt"] == link["createdAt"]
    assert api.delete(target).status == 204
    assert "transformation" not in api.get(destination).json()["destination"]
    nowhere = api.put("/v2/destinations/nothing/transformation", {"transformationId": "t"})
    assert nowhere.status == 404


LATER = yaml.safe_load((ROOT / "api/openapi.yaml").read_text())["paths"]
EMPTY = {"/v2/catalog/categories": {"data": [], "total": 0, "currentPage": 1, "pageSize": 50},
         "/v2/catalog/tracking-plans": {"trackingPlans": []},
         "/transformations": {"transformations": []}, "/libraries": {"libraries": []},
         "/v2/retl-sources": {"data": []},
         "/v2/retl-connections": {"data": [], "paging": {"total": 0}},
         "/v2/data-graphs": {"data": [], "paging": {"total": 0}}}


def test_what_comes_later_is_empty_and_refused_as_tools_know_it(api):
    for kind in ("categories", "events", "properties", "custom-types"):
        assert api.get(f"/v2/catalog/{kind}?hasExternalId=true").json() == (
            EMPTY["/v2/catalog/categories"])
    for path, item in LATER.items():
        for method, operation in item.items():
            if method == "parameters" or operation["tags"] != ["later"] or "/scim/" in path:
                continue
            for spelling in (path, *operation.get("x-also", [])):
                target = re.sub(r"\{\w+\}", "x", spelling)
                body = {"transformations": [{}]} if "requestBody" in operation else None
                answer = api.call(method.upper(), target, body)
                if path in EMPTY and method == "get":
                    assert answer.json() == EMPTY[path], target
                    continue
                assert answer.status == 403, target
                assert "Feature is not enabled for your account: " in answer.json()["error"]


def test_publishing_nothing_ends_an_apply_well(api):
    for body in ({"transformations": [], "libraries": []}, {}, None):
        assert api.post("/transformations/publish", body).json() == {
            "published": True, "validationOutput": {"transformations": [], "libraries": []}}
    for body in ({"transformations": [{"versionId": "v"}]}, {"libraries": [{}]}, b"{", []):
        assert api.post("/transformations/publish", body).status == 403, body
