# SPDX-License-Identifier: Apache-2.0
"""Every route, asked with every key and every body. Who may send is decided first, then whether it
is JSON, then each event; and no route does it another way."""
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from harness.api import Api, basic
from harness.gateway import INGEST, NO_EVENT, NO_IDS
from harness.server import token_create
from harness.until import PATIENCE_S

NO_HEADER, NO_QUERY = (f"failed to read writekey from {place}" for place in
                       ("header", "query params"))
NOBODYS, OFF = "invalid write key", "source is disabled"
NO_JSON, EMPTY = "invalid json", "empty batch payload"
NO_SOURCE, NO_REPLAY = "failed to read source id from header", "invalid replay source"

# What stands in Authorization, and the refusal. {…} is one of the keys below.
HEADERS = [
    (None, NO_HEADER), ("", NO_HEADER), ("Basic", NO_HEADER), ("Basic !!!", NO_HEADER),
    ("Bearer {good}", NO_HEADER), ("Basic {nameless}", NO_HEADER), ("Basic {nobody}", NOBODYS),
    ("Basic {off}", OFF), ("Basic {good}", None), ("bAsIc {good}", None), ("Basic {hook}", None),
]
QUERIES = [
    ("", NO_QUERY), ("?writeKey=", NO_QUERY), ("?WriteKey={good}", NO_QUERY),
    ("?a=b;writeKey={good}", NO_QUERY), ("?writeKey=nobody", NOBODYS),
    ("?writeKey=nobody&writeKey={good}", NOBODYS), ("?writeKey={off}", OFF),
    ("?writeKey={good}", None), ("?a=%zz&b&writeKey={good}", None), ("?writeKey={hook}", None),
]
# What stands in X-Rudder-Source-Id.
SOURCES = [(None, NO_SOURCE), ("", NO_SOURCE), (" ", NO_SOURCE), ("nobody", "invalid source id"),
           ("{off}", OFF), ("{replay}", None)]

EVENT = b'{"userId":"a","batch":[{"userId":"a"}]}'  # good as one and as many
NOT_JSON = [b"", b"{", b"{'userId':'a'}", b'{"userId":"a",}', EVENT + b"x", EVENT + EVENT,
            b"\xef\xbb\xbf" + EVENT, b'{"userId":NaN}', b'{"userId":01}', b'{"userId":"a\x01"}',
            b'{"userId":"\\x"}', EVENT + b"\0", EVENT + b"//", b"TRUE"]
# A body, and its refusal as one event and as many.
BODIES = [
    *((body, NO_JSON, NO_JSON) for body in NOT_JSON),
    *((body, NO_EVENT, EMPTY) for body in (b"null", b"[]", b"7", b'"x"', b"true")),
    (b"{}", NO_IDS, EMPTY), (b'{"userId":"a"}', None, EMPTY),
    *((b'{"batch":%s}' % batch, NO_IDS, refusal) for batch, refusal in (
        (b"null", EMPTY), (b"[]", EMPTY), (b"5", NO_EVENT), (b"[5]", NO_EVENT), (b"[{}]", NO_IDS),
        (b'[{"userId":"a"}]', None), (b'{"userId":"a"}', None))),
    (EVENT, None, None), (b" \r\n\t" + EVENT + b"\n ", None, None),
    (b'{"userId":"\xff","batch":[{"userId":"\\udc00"}]}', None, None),
    (b'{"userId":"","userId":7,"batch":[],"batch":[{"userId":false}]}', None, None),
    (b'{"userId":1e99999,"batch":[{"userId":%s}]}' % (b"9" * 400), None, None),
    (b'{"userId":"a","batch":[{"userId":"a","p":%s%s}]}' % (b"[" * 490, b"]" * 490), None, None),
]


@dataclass
class Route:
    path: str
    keys: list
    is_batch: bool = False
    is_free: bool = False  # its events need no user
    key_name: str = "Authorization"


ROUTES = [
    *(Route(f"/v1/{kind}", HEADERS) for kind in
      ("identify", "track", "page", "screen", "group", "alias", "merge", "audiencelist")),
    Route("/v1/batch", HEADERS, is_batch=True), Route("/v1/import", HEADERS, is_batch=True),
    Route("/beacon/v1/batch", QUERIES, is_batch=True, key_name=""),
    Route("/v1/collect", QUERIES, is_batch=True, key_name=""),
    Route("/internal/v1/audiencelist", HEADERS),
    Route("/internal/v1/extract", [*SOURCES, ("{good}", None)], is_free=True,
          key_name="X-Rudder-Source-Id"),
    Route("/internal/v1/retl", [*SOURCES, ("{good}", None)], is_batch=True,
          key_name="X-Rudder-Source-Id"),
    Route("/internal/v1/replay", [*SOURCES, ("{good}", NO_REPLAY)], is_batch=True,
          key_name="X-Rudder-Source-Id"),
]


@pytest.fixture(name="gateway", scope="module")
def make_gateway(make_server_once):
    """A connection, and by what the sources are known on it: write keys and ids."""
    server = make_server_once(internal_endpoints="true")
    api = Api(server, token_create(server.data))
    made = {name: api.create_source(name=name, type=kind) for name, kind in
            (("good", "Node"), ("off", "Node"), ("hook", "webhook"), ("replay", "replay"))}
    api.put(f"/v2/sources/{made['off']['id']}", {"enabled": False})
    keys = {name: source["writeKey"] for name, source in made.items()}
    ids = {name: source["id"] for name, source in made.items()}
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
    yield connection, keys, ids
    connection.close()


def filled(route, key, keys, ids):
    """The target and the headers of a row."""
    coded = {name: basic(value).removeprefix("Basic ") for name, value in
             {**keys, "nobody": "nobody", "nameless": ""}.items()}
    if not route.key_name:
        return route.path + key.format(**keys), {}
    values = coded if route.key_name == "Authorization" else ids
    return route.path, {} if key is None else {route.key_name: key.format(**values)}


def status_of(path, text):
    """Under which the document has this refusal of the route."""
    responses = INGEST.find("POST", path).body["responses"]
    found = [int(status) for status in responses for body in
             INGEST.find("POST", path).response(status)[1]["content"].values()
             for example in body.get("examples", {}).values() if example["value"] == text]
    assert len(found) == 1, (path, text, found)
    return found[0]


def refusal_of(route, refused, body):
    _, as_one, as_many = body
    refusal = refused or (as_many if route.is_batch else as_one)
    return None if route.is_free and refusal == NO_IDS else refusal


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_route_with_every_key_and_body(gateway, route):
    connection, keys, ids = gateway
    for key, refused in route.keys:
        target, headers = filled(route, key, keys, ids)
        for body in BODIES:
            refusal = refusal_of(route, refused, body)
            connection.request("POST", target, body[0], headers)
            answer = connection.getresponse()
            wanted = (status_of(route.path, refusal), refusal + "\n") if refusal else (200, "ok")
            assert (answer.status, answer.read().decode()) == wanted, (key, body[0])
