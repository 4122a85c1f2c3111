# SPDX-License-Identifier: Apache-2.0
"""Sources, destinations and connections by API: life cycle, lists, and what is refused."""
import pytest

from harness.wire import exchange

URL = "https://example.com/events"


def test_life_of_a_source(api):
    made = api.create_source(name="shop", type="Javascript", config={"a": [1, {"b": None}]})
    assert made["enabled"] is True and made["config"] == {"a": [1, {"b": None}]}
    assert len(made["id"]) == len(made["writeKey"]) == 27
    target = f"/v2/sources/{made['id']}"
    assert api.get(target).json()["source"] == made

    # Clients send back what they have read, with their change.
    changed = api.put(target, {**made, "name": "shop 2", "writeKey": "ignored"}).json()["source"]
    assert (changed["name"], changed["writeKey"]) == ("shop 2", made["writeKey"])
    assert changed["updatedAt"] >= made["updatedAt"]
    partly = api.put(target, {"enabled": False}).json()["source"]
    assert (partly["name"], partly["enabled"]) == ("shop 2", False)
    assert api.put(target, {"type": "Node"}).status == 400

    assert api.delete(target).status == 204
    assert api.get(target).status == 404
    assert api.delete(target).status == 404
    assert api.get("/v2/sources").json() == {"sources": [], "paging": {"total": 0}}


def test_life_of_a_destination(api):
    made = api.create_webhook(URL, config={"headers": [{"from": "X-Key", "to": "v"}]})
    assert made["config"] == {"webhookUrl": URL, "webhookMethod": "POST",
                              "headers": [{"from": "X-Key", "to": "v"}]}
    target = f"/v2/destinations/{made['id']}"
    assert api.get(target).json()["destination"] == made
    config = {"webhookUrl": URL + "/2", "headers": [{"from": "X-Key"}]}
    changed = api.put(target, {"config": config}).json()["destination"]
    assert changed["config"]["webhookUrl"] == URL + "/2"
    assert changed["config"]["headers"] == [{"from": "X-Key", "to": "v"}]  # a secret is kept

    assert api.put(target + "/external-id", {"externalId": "mine"}).status == 200
    assert api.put(target + "/external-id", {"externalId": "mine"}).status == 200
    assert api.put(target + "/external-id", {"externalId": "other"}).status == 409
    assert api.get(target).json()["destination"]["externalId"] == "mine"
    for wanted, count in (("true", 1), ("false", 0)):
        page = api.get(f"/v2/destinations?hasExternalId={wanted}").json()
        assert len(page["destinations"]) == count
    assert api.delete(target).status == 204
    assert api.get(target).status == 404


def test_life_of_a_connection(api):
    source, destination = api.create_source(), api.create_webhook(URL)
    made = api.connect(source, destination)
    target = f"/v2/connections/{made['id']}"
    assert api.get(target).json()["connection"] == made
    assert api.connect(source, destination)["id"] == made["id"]
    ends = {"sourceId": source["id"], "destinationId": destination["id"]}
    assert api.post("/v2/connections", {**ends, "externalId": "x"}).status == 409
    assert api.put(target, {**made, "enabled": False}).json()["connection"]["enabled"] is False
    assert api.put(target, {"externalId": "x"}).status == 400
    assert api.put(target + "/external-id", {"externalId": "x"}).status == 200
    assert [c["id"] for c in api.all_of("/v2/connections?hasExternalId=true", "connections")] == [
        made["id"]]

    # What is connected is not deleted.
    for resource, name in ((source, "sources"), (destination, "destinations")):
        refused = api.delete(f"/v2/{name}/{resource['id']}")
        assert refused.status == 409, refused
    assert api.delete(target).status == 204
    assert api.get(target).status == 404
    assert api.delete(f"/v2/sources/{source['id']}").status == 204
    assert api.delete(f"/v2/destinations/{destination['id']}").status == 204


def test_a_connection_needs_both_ends(api):
    source, destination = api.create_source(), api.create_webhook(URL)
    for body in ({"sourceId": "nothing", "destinationId": destination["id"]},
                 {"sourceId": source["id"], "destinationId": "nothing"}):
        assert api.post("/v2/connections", body).status in (400, 404)
    refused = api.post("/v2/connections", {"sourceId": source["id"]})
    assert refused.status == 400 and "destinationId" in refused.json()["details"]


def test_lists_are_paged_both_ways_clients_follow(api):
    names = [f"source {n:02}" for n in range(12)]
    for name in names:
        api.create_source(name=name)
    first = api.get("/v2/sources?pageSize=5").json()
    assert [s["name"] for s in first["sources"]] == names[:5]
    assert first["paging"]["total"] == 12
    assert first["paging"]["next"].startswith("/v2/sources?")
    assert [s["name"] for s in api.all_of("/v2/sources?pageSize=5", "sources")] == names
    # One client joins the link to a base that ends in /v2 already.
    second = api.get("/v2" + first["paging"]["next"]).json()
    assert [s["name"] for s in second["sources"]] == names[5:10]
    assert "next" not in api.get("/v2/sources?page=3&pageSize=5").json()["paging"]
    assert api.get("/v2/sources?page=9").json()["sources"] == []
    assert api.get("/v2/sources?unknown=parameter").status == 200
    for query in ("page=0", "page=x", "page=-1", "pageSize=0", "pageSize=100000"):
        assert api.get(f"/v2/sources?{query}").status == 400, query


def test_names_are_unique_in_their_workspace(api):
    api.create_source(name="web")
    refused = api.post("/v2/sources", {"name": "web", "type": "Node"})
    assert refused.status == 409 and "name" in refused.json()["details"]
    second = api.create_source(name="web 2")
    assert api.put(f"/v2/sources/{second['id']}", {"name": "web"}).status == 409
    api.create_webhook(URL, name="web")  # another kind of thing may have it
    assert api.post("/v2/destinations", {"name": "web", "type": "WEBHOOK",
                                         "config": {"webhookUrl": URL}}).status == 409


# body, the field that details names
BAD_SOURCES = [
    ({"type": "Node"}, "name"),
    ({"name": "", "type": "Node"}, "name"),
    ({"name": "n" * 129, "type": "Node"}, "name"),
    ({"name": 7, "type": "Node"}, "name"),
    ({"name": "n"}, "type"),
    ({"name": "n", "type": "no such type"}, "type"),
    ({"name": "n", "type": "Node", "enabled": "yes"}, "enabled"),
    ({"name": "n", "type": "Node", "config": []}, "config"),
    ({"name": "n", "type": "Node", "colour": "red"}, "colour"),
]
BAD_CONFIGS = [
    ({"webhookMethod": "POST"}, "config.webhookUrl"),
    ({"webhookUrl": "not a url"}, "config.webhookUrl"),
    ({"webhookUrl": "ftp://example.com"}, "config.webhookUrl"),
    ({"webhookUrl": "https://user:password@example.com"}, "config.webhookUrl"),
    ({"webhookUrl": URL, "webhookMethod": "BREW"}, "config.webhookMethod"),
    ({"webhookUrl": URL, "headers": "no list"}, "config.headers"),
    ({"webhookUrl": URL, "headers": [{"from": "Host", "to": "evil"}]}, "config.headers.0.from"),
]


def test_errors_name_the_field(api):
    for body, field in BAD_SOURCES:
        refused = api.post("/v2/sources", body)
        assert refused.status == 400, body
        assert list(refused.json()["details"]) == [field], body
    for config, field in BAD_CONFIGS:
        refused = api.post("/v2/destinations", {"name": "n", "type": "WEBHOOK", "config": config})
        assert refused.status == 400, config
        assert list(refused.json()["details"]) == [field], config
    assert api.get("/v2/sources").json()["paging"]["total"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b'{"name":"a"} x', b"[]", b"null", b'"text"',
                                  b'{"name":"\xff"}', b'{"name":"a","name":', b"\x00"])
def test_bodies_that_are_no_object_are_refused(api, body):
    refused = api.post("/v2/sources", body)
    assert refused.status == 400, body
    assert refused.json()["code"] == "BAD_REQUEST"


def test_too_big_bodies_are_413(api):
    body = {"name": "n", "type": "Node", "config": {"p": "x" * 1_100_000}}
    assert api.post("/v2/sources", body).status == 413


def test_unknown_paths_and_methods_answer_json(api):
    assert api.get("/v2/nothing").json()["code"] == "NOT_FOUND"
    refused = api.call("PATCH", "/v2/sources")
    assert (refused.status, refused.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "POST"} <= set(refused.headers["Allow"].replace(" ", "").split(","))
    assert api.get("/v2/sources/" + "x" * 3000).status in (404, 414)


def test_a_request_id_joins_answer_and_log(api):
    answer = api.get("/v2/sources/nothing")
    assert len(answer.headers["X-Request-Id"]) == 27


def test_definitions_describe_the_forms(api):
    kinds = {d["type"] for d in api.get("/v2/source-definitions").json()["sourceDefinitions"]}
    assert {"Javascript", "Node", "Python", "HTTP"} <= kinds
    forms = {d["type"]: d for d in
             api.get("/v2/destination-definitions").json()["destinationDefinitions"]}
    form = api.get("/v2/destination-definitions/WEBHOOK").json()["destinationDefinition"]
    fields = {field["name"]: field for field in form["fields"]}
    assert forms["WEBHOOK"]["isDeliverable"] is True
    assert fields["webhookUrl"]["required"] is True
    assert fields["webhookMethod"]["choices"] == ["POST", "PUT", "PATCH", "GET", "DELETE"]
    assert fields["headers"]["secret"] is True


def test_dead_letters_are_paged_by_cursor(line):
    from harness.until import until
    line.receiver.answer = lambda received: 422
    for number in range(7):
        line.sender.track(user=f"u{number}", event=f"E{number}")
    target = f"/v2/destinations/{line.destination['id']}/dead-letters"
    until(lambda: len(line.api.get(target).json()["deadLetters"]) == 7)
    letters = line.api.all_of(target + "?pageSize=3", "deadLetters")
    assert sorted(letter["event"]["event"] for letter in letters) == [f"E{n}" for n in range(7)]
    assert line.api.get(target + "?after_cursor=garbage").status == 400


def test_source_config_for_sdks(line):
    url = line.server.url + "/sourceConfig"
    for target in ("/sourceConfig", "/sourceConfig/"):
        answer = line.api.get(f"{target}?p=npm&v=3&writeKey={line.source['writeKey']}",
                              headers={"Authorization": "", "Origin": "https://shop.example"})
        assert answer.json()["source"]["id"] == line.source["id"]
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    wrong = exchange("GET", url + "?writeKey=wrong")
    assert wrong.status == 400 and b"invalid write key" in wrong.body
    line.api.put(f"/v2/sources/{line.source['id']}", {"enabled": False})
    answer = exchange("GET", f"{url}?writeKey={line.source['writeKey']}")
    assert answer.json()["source"]["enabled"] is False
