# SPDX-License-Identifier: Apache-2.0
"""How much the gateway takes at once, and what it says beyond."""
import gzip
import json
import socket
from urllib.parse import urlsplit

from harness import server as pintle
from harness.api import Api, basic
from harness.gateway import TOO_BIG, Case, table
from harness.sender import Sender
from harness.until import PATIENCE_S

LIMIT = 4000 * 1024
GZIP = {"Content-Encoding": "gzip"}
TRACK = {"userId": "ada", "event": "Opened"}
AROUND = len('{"batch":[]}')  # the limit counts a single event as the batch it becomes


def event_of(size):
    shell = '{"type":"track","userId":"a","p":""}'
    return shell.replace('""', '"' + "x" * (size - len(shell)) + '"').encode()


def batch_of(size):
    return b'{"batch":[' + event_of(size - AROUND) + b"]}"


LIMITS = [
    Case("the largest event", "POST /v1/track", event_of(LIMIT - AROUND)),
    Case("one byte more", "POST /v1/track", event_of(LIMIT - AROUND + 1), 413, TOO_BIG),
    Case("the largest batch", "POST /v1/batch", batch_of(LIMIT)),
    Case("one byte more in a batch", "POST /v1/batch", batch_of(LIMIT + 1), 413, TOO_BIG),
    Case("what counts is what was packed", "POST /v1/batch", gzip.compress(batch_of(LIMIT)),
         headers=GZIP),
    Case("one packed byte more", "POST /v1/batch", gzip.compress(batch_of(LIMIT + 1)), 413,
         TOO_BIG, GZIP),
    Case("many times the limit, packed", "POST /v1/track", gzip.compress(b" " * 200_000_000, 9),
         413, TOO_BIG, GZIP),
    Case("another encoding is not unpacked", "POST /v1/track", TRACK,
         headers={"Content-Encoding": "identity"}),
    Case("packed, small", "POST /v1/track", gzip.compress(json.dumps(TRACK).encode()),
         headers=GZIP),
    Case("in pieces, of a length not told before", "POST /v1/track", TRACK,
         headers={"Transfer-Encoding": "chunked"}),
]


@table(LIMITS)
def test_a_size(gate, case):
    if case.headers.get("Transfer-Encoding"):
        body = json.dumps(case.body).encode()
        first, rest = body[:5], body[5:]
        case.body = b"5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (first, len(rest), rest)
    gate.hold(case)


def test_a_huge_announced_length_is_refused_before_it_is_read(gate):
    parts = urlsplit(gate.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S) as connection:
        connection.sendall((f"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: {1 << 40}\r\n"
                            f"Authorization: {basic(gate.key)}\r\n\r\n").encode())
        head = connection.recv(65536)
    assert head.startswith(b"HTTP/1.1 413 ")
    gate.hold(Case("", "POST /v1/track", TRACK))


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


def test_a_workspace_may_send_so_many_events_with_all_its_sources(make_server):
    server = make_server(workspace_event_limit=10, event_limit_window_ms=3600000)
    api = Api(server, pintle.token_create(server.data))
    senders = [Sender(server, api.create_source(name=name)["writeKey"]) for name in ("a", "b")]
    assert [sender.batch([TRACK] * 6).status for sender in senders] == [200, 429]
