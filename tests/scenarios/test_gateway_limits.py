# SPDX-License-Identifier: Apache-2.0
"""How much the gateway takes at once, and what it says beyond."""
import gzip
import json
import uuid

from harness.api import basic
from harness.gateway import TOO_BIG, Case, table

LIMIT = 4000 * 1024
GZIP = {"Content-Encoding": "gzip"}
CHUNKED = {"Transfer-Encoding": "chunked"}
TRACK = {"userId": "ada", "event": "Opened"}
AROUND = len('{"batch":[]}')  # the limit counts a single event as the batch it becomes


def event_of(size):
    shell = '{"type":"track","userId":"a","p":""}'
    return shell.replace('""', '"' + "x" * (size - len(shell)) + '"').encode()


def batch_of(size):
    return b'{"batch":[' + event_of(size - AROUND) + b"]}"


def chunked(body, size):
    """As Transfer-Encoding has it; http.client leaves that to us."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    pieces = [text[at:at + size] for at in range(0, len(text), size)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)


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
    Case("in pieces, of a length not told before", "POST /v1/track", chunked(TRACK, 5),
         headers=CHUNKED),
    Case("packed, in pieces", "POST /v1/track", chunked(gzip.compress(b'{"userId":"ada"}'), 7),
         headers={**CHUNKED, **GZIP}),
    Case("the largest batch, in pieces", "POST /v1/batch", chunked(batch_of(LIMIT), 10_000),
         headers=CHUNKED),
    Case("one byte more, in pieces", "POST /v1/batch", chunked(batch_of(LIMIT + 1), 10_000), 413,
         TOO_BIG, CHUNKED),
]


@table(LIMITS)
def test_a_size(gate, case):
    gate.hold(case)


def test_a_batch_may_have_any_number_of_events(gate):
    """And of any size: 32 KB, as documents have it, is a rule of SDKs."""
    quiet = gate.of(gate.line.api.create_source(name=str(uuid.uuid4())))  # connected to nothing
    event = b'{"userId":1},'
    many = event * ((LIMIT - AROUND) // len(event))
    quiet.hold(Case("", "POST /v1/batch", b'{"batch":[' + many[:-1] + b"]}"))


def test_a_huge_announced_length_is_refused_before_it_is_read(gate):
    with gate.dial() as connection:
        connection.sendall((f"POST /v1/track HTTP/1.1\r\nHost: x\r\nContent-Length: {1 << 40}\r\n"
                            f"Authorization: {basic(gate.key)}\r\n\r\n").encode())
        head = connection.recv(65536)
    assert head.startswith(b"HTTP/1.1 413 ")
    gate.hold(Case("", "POST /v1/track", TRACK))


WINDOW = {"event_limit_window_ms": 3600000}
LIMITED = "max requests limit reached"


def batch(count, status=200, text="ok", headers=None):
    return Case("", "POST /v1/batch", {"batch": [TRACK] * count}, status, text, headers or {})


def test_a_source_may_send_so_many_events_and_is_told_when_again(gate_of):
    gate = gate_of(source_event_limit=10, **WINDOW)
    gate.hold(batch(8))
    refused = gate.hold(batch(3, 429, LIMITED))
    assert 300 < int(refused.headers["Retry-After"]) <= 360
    gate.hold(batch(2))
    gate.hold(batch(50, headers={"X-Rudder-Job-Run-Id": "run"}))  # of a job: not counted
    gate.of(gate.line.api.create_source(name="other")).hold(batch(8))


def test_a_workspace_may_send_so_many_events_with_all_its_sources(gate_of):
    gate = gate_of(workspace_event_limit=10, **WINDOW)
    gate.hold(batch(6))
    gate.of(gate.line.api.create_source(name="b")).hold(batch(6, 429, LIMITED))


def test_what_the_workspace_refuses_is_not_counted_against_the_source(gate_of):
    gate = gate_of(source_event_limit=10, workspace_event_limit=14, **WINDOW)
    gate.hold(batch(6))
    other = gate.of(gate.line.api.create_source(name="b"))
    other.hold(batch(9, 429, LIMITED))  # 8 are left to the workspace
    other.hold(batch(8))
    gate.hold(batch(1, 429, LIMITED))  # 4 are left to the source, none to the workspace
