# SPDX-License-Identifier: Apache-2.0
"""Routes: which there are, whose key each of them wants, and what those for machines answer.
Pixel, webhook and internal routes have files of their own."""
import re

import pytest

from harness.gateway import Case, table

EVENT = {"userId": "ada", "type": "track", "event": "Opened"}
BATCH = {"batch": [EVENT]}
BEACON_KEY = "failed to read writekey from query params"
HEADER_KEY = "failed to read writekey from header"
JSON = "application/json; charset=utf-8"

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
    *[Case(f"internal {name} is off by default", f"POST /internal/v1/{name}", BATCH, 404,
           "404 page not found")
      for name in ("extract", "retl", "replay", "batch", "audiencelist")],
]


@table(ROUTES)
def test_a_route(gate, case):
    gate.hold(case)


@pytest.mark.parametrize("kind", ["identify", "track", "page", "screen", "group", "alias", "merge",
                                  "audiencelist"])
def test_the_path_names_the_type(gate, kind):
    assert gate.delivered({**EVENT, "type": "overwritten"}, f"/v1/{kind}")["type"] == kind


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import"])
def test_a_batch_leaves_each_event_its_type(gate, path):
    for kind in ("page", "never heard of"):
        assert gate.delivered({**EVENT, "type": kind}, path)["type"] == kind


@pytest.mark.parametrize("path, kind, body", [
    ("/robots.txt", "text/plain; charset=utf-8", b"User-agent: * \nDisallow: / \n"),
    ("/cluster-info", JSON, b'{"nodeCount":1}')])
def test_what_machines_ask_for(gate, path, kind, body):
    answer = gate.exchange("GET", path)
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, kind, body)


def test_the_version_is_told_to_anybody(gate):
    answer = gate.exchange("GET", "/version")
    told = answer.json()
    assert (answer.status, answer.headers["Content-Type"]) == (200, JSON)
    assert list(told) == ["Version", "Commit", "Product"] and told["Product"] == "pintle"
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["Version"])
    assert re.fullmatch(r"[0-9a-f]{40}|unknown", told["Commit"])  # of a tarball


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/plain"])
def test_the_root_is_health_for_programs(gate, accept):
    answer = gate.exchange("GET", "/", None, {"Accept": accept} if accept else {})
    assert (answer.status, answer.headers["Content-Type"]) == (200, JSON)
    assert answer.json().keys() == gate.exchange("GET", "/health").json().keys()
    assert answer.json()["server"] == "UP"


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_people_get_a_page(gate, path):
    page = gate.exchange("GET", path, None, {"Accept": "text/html,*/*;q=0.8"})
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.body.lower().startswith(b"<!doctype html>")
