# SPDX-License-Identifier: Apache-2.0
"""The ingestion endpoints on the wire: statuses, texts to the byte, headers."""
import gzip
import json
import socket
from urllib.parse import urlsplit

import pytest

from harness import server as pintle
from harness.api import Api, basic
from harness.sender import Sender
from harness.wire import exchange

NO_IDS = b"request neither has anonymousId nor userId\n"
GIF = b"GIF89a"
TRACK = {"userId": "ada", "event": "Opened"}


@pytest.mark.parametrize("path", ["identify", "track", "page", "screen", "group", "alias", "merge",
                                  "audiencelist"])
def test_a_good_event_is_answered_ok(line, path):
    answer = line.sender.post(f"/v1/{path}", {"userId": "ada", "type": "overwritten"})
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert line.receiver.wait(1)[0].event["type"] == path


# path, body, status, text
BAD_BODIES = [
    ("/v1/track", b"", 400, b"invalid json\n"),
    ("/v1/track", b'{"userId":"a",}', 400, b"invalid json\n"),
    ("/v1/track", b'{"userId":"a"} x', 400, b"invalid json\n"),
    ("/v1/track", b"[]", 400, b"event is not a valid rudder event\n"),
    ("/v1/track", b"7", 400, b"event is not a valid rudder event\n"),
    ("/v1/track", b'{"event":"E"}', 400, NO_IDS),
    ("/v1/track", '{"userId":" \u200b","anonymousId":""}'.encode(), 400, NO_IDS),
    ("/v1/track", b'{"userId":null}', 400, NO_IDS),
    ("/v1/batch", b"", 400, b"invalid json\n"),
    ("/v1/batch", b"{}", 400, b"empty batch payload\n"),
    ("/v1/batch", b'{"batch":null}', 400, b"empty batch payload\n"),
    ("/v1/batch", b'{"batch":[]}', 400, b"empty batch payload\n"),
    ("/v1/batch", b'{"batch":[{"userId":"a"},5]}', 400, b"event is not a valid rudder event\n"),
    ("/v1/batch", b'{"batch":[{"userId":"a"},{"event":"E"}]}', 400, NO_IDS),
]


def test_bad_bodies_have_their_texts(line):
    for path, body, status, text in BAD_BODIES:
        answer = line.sender.post(path, body)
        assert (answer.status, answer.body) == (status, text), (path, body)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    line.sender.track()  # none of them did harm, and nothing else is delivered
    assert [r.event["event"] for r in line.receiver.wait(1)] == ["Opened"]


def test_an_import_keeps_the_users_it_can(line):
    batch = [{"type": "track", "event": "nobody"},
             {"userId": "ada", "type": "track", "event": "kept"}]
    answer = line.sender.post("/v1/import", {"batch": batch})
    assert (answer.status, answer.body) == (400, NO_IDS)
    assert [r.event["event"] for r in line.receiver.wait(1)] == ["kept"]
    assert line.sender.post("/v1/import", {"batch": batch[1:]}).body == b"ok"


GOOD_BODIES = [
    ("/v1/batch", b'{"batch":{"userId":"a","type":"track"}}'),  # an object counts as one element
    ("/v1/batch", b'{"batch":[{"userId":"a","type":"never heard of"}]}'),
    ("/v1/batch", b'{"batch":[{"userId":"a"}]}'),
    ("/v1/track", b'{"userId":123}'),
    ("/v1/track", b'{"userId":false}'),
    ("/v1/track", b'{"anonymousId":{"a":1}}'),
    ("/v1/track", b' \n{"userId":"a"}\n '),
]


def test_odd_bodies_that_are_accepted(line):
    for path, body in GOOD_BODIES:
        answer = line.sender.post(path, body)
        assert (answer.status, answer.body) == (200, b"ok"), (path, body)


def test_write_keys_are_asked_for_and_checked(line):
    body = json.dumps(TRACK).encode()
    no_key = b"failed to read writekey from header\n"
    for header, text in [(None, no_key), ("Basic", no_key), ("Basic !!!", no_key),
                         ("Bearer abc", no_key), (basic(""), no_key), (basic("", "x"), no_key),
                         (basic("no such key"), b"invalid write key\n")]:
        headers = {"Authorization": header} if header else {}
        answer = line.sender.post("/v1/track", body, headers, auth=False)
        assert (answer.status, answer.body) == (401, text), header
    for header in (basic(line.source["writeKey"], "ignored"),
                   basic(line.source["writeKey"]).replace("Basic", "bAsIc")):
        assert line.sender.post("/v1/track", body, {"Authorization": header}).status == 200


def test_a_write_key_may_stand_in_the_body(line):
    body = {"writeKey": line.source["writeKey"], "batch": [{**TRACK, "type": "track"}]}
    assert line.sender.post("/v1/batch", body, auth=False).status == 200
    request = line.receiver.wait(1)[0]
    assert line.source["writeKey"].encode() not in request.body


def test_a_disabled_source_is_404(line):
    line.api.put(f"/v2/sources/{line.source['id']}", {"enabled": False})
    answer = line.sender.post("/v1/track", TRACK)
    assert (answer.status, answer.body) == (404, b"source is disabled\n")
    line.api.put(f"/v2/sources/{line.source['id']}", {"enabled": True})
    assert line.sender.post("/v1/track", TRACK).status == 200


def test_size_limit(line):
    too_big = b"request size exceeds max limit\n"
    fits = json.dumps({**TRACK, "properties": {"p": "x" * 4_000_000}}).encode()
    over = json.dumps({**TRACK, "properties": {"p": "x" * 4_100_000}}).encode()
    assert line.sender.post("/v1/track", fits).status == 200
    answer = line.sender.post("/v1/track", over)
    assert (answer.status, answer.body) == (413, too_big)
    # Measured after decompression, and after the identity check.
    answer = line.sender.post("/v1/track", over, compress=True)
    assert (answer.status, answer.body) == (413, too_big)
    nameless = json.dumps({"properties": {"p": "x" * 4_100_000}}).encode()
    assert line.sender.post("/v1/track", nameless).body == NO_IDS


def test_a_huge_announced_length_is_refused_before_it_is_read(line):
    parts = urlsplit(line.server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall((f"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: {1 << 40}\r\n"
                            f"Authorization: {basic(line.source['writeKey'])}\r\n\r\n").encode())
        head = connection.recv(65536)
    assert head.startswith(b"HTTP/1.1 413 ")
    assert line.sender.post("/v1/track", TRACK).status == 200


def test_a_zip_bomb_is_refused(line):
    bomb = gzip.compress(b" " * 200_000_000, 9)
    answer = line.sender.post("/v1/track", bomb, {"Content-Encoding": "gzip"})
    assert answer.status in (413, 500)
    assert line.sender.post("/v1/track", TRACK).status == 200


def test_gzip(line):
    assert line.sender.post("/v1/track", TRACK, compress=True).body == b"ok"
    broken = line.sender.post("/v1/track", b"not gzip at all", {"Content-Encoding": "gzip"})
    assert (broken.status, broken.body) == (500, b"failed to read body from request\n")
    cut = line.sender.post("/v1/track", gzip.compress(json.dumps(TRACK).encode())[:-6],
                           {"Content-Encoding": "gzip"})
    assert (cut.status, cut.body) == (500, b"failed to read body from request\n")
    other = line.sender.post("/v1/track", TRACK, {"Content-Encoding": "identity"})
    assert other.status == 200


def test_content_type_is_never_looked_at(line):
    for kind in ("application/x-www-form-urlencoded", "text/plain", "image/png"):
        assert line.sender.post("/v1/track", TRACK, {"Content-Type": kind}).body == b"ok"


def test_chunked_bodies(line):
    chunks = iter([b'{"userId":"ada",', b'"event":"Chunked"}'])
    answer = exchange("POST", line.server.url + "/v1/track", chunks,
                      {"Authorization": basic(line.source["writeKey"])})
    assert answer.body == b"ok"
    assert line.receiver.wait(1)[0].event["event"] == "Chunked"


def test_wrong_method_and_unknown_path(server):
    answer = exchange("GET", server.url + "/v1/track")
    assert (answer.status, answer.body) == (405, b"")
    assert "POST" in answer.headers["Allow"]
    answer = exchange("POST", server.url + "/v1/nothing", b"{}")
    assert (answer.status, answer.body) == (404, b"404 page not found\n")


def test_cors(line):
    url = line.server.url + "/v1/track"
    wanted = "anonymousid,authorization,content-type,sentat,rsa-retry-attempt"
    preflight = exchange("OPTIONS", url, None, {
        "Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": wanted})
    assert (preflight.status, preflight.body) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert preflight.headers["Access-Control-Allow-Headers"] == wanted
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Max-Age"] == "900"
    assert "Origin" in preflight.headers["Vary"]
    plain = exchange("OPTIONS", url)
    assert plain.status == 405
    event = line.sender.post("/v1/track", TRACK, {"Origin": "https://shop.example"})
    assert event.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    # An error without it would be unreadable in the browser.
    refused = line.sender.post("/v1/track", b"{", {"Origin": "https://shop.example"})
    assert refused.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_pixel(line):
    key = line.source["writeKey"]
    for query in ("", "?writeKey=wrong", f"?writeKey={key}&anonymousId=a&event="):
        answer = exchange("GET", f"{line.server.url}/pixel/v1/track{query}")
        assert answer.status == 200 and answer.body.startswith(GIF) and len(answer.body) == 43
        assert answer.headers["Content-Type"] == "image/gif"
    exchange("GET", f"{line.server.url}/pixel/v1/page?writeKey={key}&anonymousId=%22anon%22"
                    "&name=&context.page.path=%2Fprices&properties.n=1")
    event = line.receiver.wait(1)[0].event
    assert (event["type"], event["anonymousId"], event["name"]) == ("page", "anon", "Unknown Page")
    assert event["context"]["page"]["path"] == "/prices"
    assert event["properties"]["n"] == "1"
    assert event["channel"] == "web" and event["integrations"] == {"All": True}


@pytest.mark.parametrize("url", ["/beacon/v1/batch", "/v1/collect"])
def test_beacon(line, url):
    body = {"batch": [{**TRACK, "type": "track"}]}
    missing = line.sender.post(url, body, {"Content-Type": "text/plain"}, auth=False)
    assert (missing.status, missing.body) == (401, b"failed to read writekey from query params\n")
    wrong = line.sender.post(f"{url}?writeKey=wrong", body, auth=False)
    assert (wrong.status, wrong.body) == (401, b"invalid write key\n")
    good = line.sender.post(f"{url}?writeKey={line.source['writeKey']}", body, auth=False)
    assert (good.status, good.body) == (200, b"ok")
    assert line.receiver.wait(1)[0].event["type"] == "track"


def test_probes(server):
    health = exchange("GET", server.url + "/health")
    assert health.status == 200 and health.json()["server"] == "UP"
    assert health.headers["Content-Type"] == "application/json; charset=utf-8"
    assert exchange("GET", server.url + "/ready").status == 200
    assert exchange("GET", server.url + "/version").json()
    metrics = exchange("GET", server.url + "/metrics")
    assert metrics.status == 200 and b"# HELP pintle_" in metrics.body
    robots = exchange("GET", server.url + "/robots.txt")
    assert robots.body == b"User-agent: * \nDisallow: / \n"


def test_a_source_may_send_so_many_events_and_is_told_when_again(make_server):
    server = make_server(source_event_limit=10, event_limit_window_ms=3600000)
    api = Api(server, pintle.token_create(server.data))
    sender = Sender(server, api.create_source()["writeKey"])
    assert sender.batch([TRACK] * 8).body == b"ok"
    refused = sender.batch([TRACK] * 3)
    assert (refused.status, refused.body) == (429, b"max requests limit reached\n")
    assert 300 < int(refused.headers["Retry-After"]) <= 360
    assert sender.batch([TRACK] * 2).body == b"ok"
    run = sender.post("/v1/batch", {"batch": [TRACK] * 50}, {"X-Rudder-Job-Run-Id": "run"})
    assert run.body == b"ok"  # of a job: not counted
    other = Sender(server, api.create_source(name="other")["writeKey"])
    assert other.batch([TRACK] * 8).body == b"ok"
