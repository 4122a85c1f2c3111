# SPDX-License-Identifier: Apache-2.0
"""Which routes the gateway has, and whose key each of them wants."""
import pytest

from harness.gateway import Case, table

EVENT = {"userId": "ada", "type": "track", "event": "Opened"}
BATCH = {"batch": [EVENT]}
BEACON_KEY = "failed to read writekey from query params"
HEADER_KEY = "failed to read writekey from header"

ROUTES = [
    *[Case(f"{kind} takes one event", f"POST /v1/{kind}", EVENT)
      for kind in ("identify", "track", "page", "screen", "group", "alias", "merge")],
    Case("audiencelist takes one event", "POST /v1/audiencelist", EVENT),
    Case("batch takes a list", "POST /v1/batch", BATCH),
    Case("import takes a list", "POST /v1/import", BATCH),
    Case("the beacon takes a list, and its key from the query",
         "POST /beacon/v1/batch?writeKey=KEY", BATCH, key=False),
    Case("collect is the beacon under a neutral name", "POST /v1/collect?writeKey=KEY", BATCH,
         key=False),
    Case("a query after the path is nothing to batch", "POST /v1/batch?a=b", BATCH),
    Case("a header key is nothing to the beacon", "POST /beacon/v1/batch", BATCH, 401, BEACON_KEY),
    Case("a query key is nothing to batch", "POST /v1/batch?writeKey=KEY", BATCH, 401, HEADER_KEY,
         key=False),
    Case("a path nobody has", "POST /v1/nothing", EVENT, 404, "404 page not found"),
    Case("transformations on devices, which SDKs do without then", "POST /transform", EVENT, 404,
         "404 page not found", key=False),
    Case("a path below one that exists", "POST /v1/track/more", EVENT, 404, "404 page not found"),
    Case("a path in other letters", "POST /v1/Track", EVENT, 404, "404 page not found"),
    Case("a path that ends in a slash", "POST /v1/track/", EVENT, 404, "404 page not found"),
    *[Case(f"internal {name} is off by default", f"POST /internal/v1/{name}", BATCH, 404,
           "404 page not found")
      for name in ("extract", "retl", "replay", "batch", "audiencelist")],
]


@table(ROUTES)
def test_a_route(gate, case):
    gate.hold(case)


@pytest.mark.parametrize("method, path, allowed", [
    ("GET", "/v1/track", "POST"), ("PUT", "/v1/batch", "POST"), ("DELETE", "/v1/import", "POST"),
    ("HEAD", "/v1/track", "POST"), ("GET", "/beacon/v1/batch", "POST"),
    ("POST", "/pixel/v1/track", "GET"), ("POST", "/health", "GET"), ("HEAD", "/health", "GET"),
    ("PUT", "/v1/webhook", "GET, POST")])
def test_another_method_is_405_and_told_which_are_allowed(gate, method, path, allowed):
    answer = gate.exchange(method, path)
    assert (answer.status, answer.body) == (405, b"")
    assert sorted(answer.headers["Allow"].split(", ")) == allowed.split(", ")


@pytest.mark.parametrize("kind", ["identify", "track", "page", "screen", "group", "alias", "merge",
                                  "audiencelist"])
def test_the_path_names_the_type(gate, kind):
    assert gate.delivered({**EVENT, "type": "overwritten"}, f"/v1/{kind}")["type"] == kind


def test_a_batch_leaves_each_event_its_type(gate):
    assert gate.delivered({**EVENT, "type": "page"}, "/v1/batch")["type"] == "page"
    assert gate.delivered({**EVENT, "type": "never heard of"}, "/v1/batch")["type"] == (
        "never heard of")


@pytest.mark.parametrize("path, kind, body", [
    ("/robots.txt", "text/plain; charset=utf-8", b"User-agent: * \nDisallow: / \n"),
    ("/cluster-info", "application/json; charset=utf-8", b'{"nodeCount":1}')])
def test_what_machines_ask_for(gate, path, kind, body):
    answer = gate.exchange("GET", path)
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, kind, body)


def test_the_version_is_told_to_anybody(gate):
    version = gate.exchange("GET", "/version").json()
    assert version["Product"] == "pintle" and version["Version"]
