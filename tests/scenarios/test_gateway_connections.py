# SPDX-License-Identifier: Apache-2.0
"""Many requests on one connection, as SDKs send them: each answer is whole, in its place, and what
one of them did wrong is nothing to the next."""
import gzip
import json
from contextlib import suppress

import pytest

from harness.api import basic
from harness.gateway import NO_IDS, TOO_BIG, Case
from harness.wire import Peer

GOOD = {"userId": "ada", "event": "Opened"}
GZIP = {"Content-Encoding": "gzip"}
CHUNKED = {"Transfer-Encoding": "chunked"}

MIXED = [
    Case("an event", "POST /v1/track", GOOD),
    Case("no JSON", "POST /v1/track", b"{", 400, "invalid json"),
    Case("no ids", "POST /v1/batch", {"batch": [{}]}, 400, NO_IDS),
    Case("no key", "POST /v1/track", GOOD, 401, "failed to read writekey from header", key=False),
    Case("no route", "POST /v1/nothing", GOOD, 404, "404 page not found"),
    Case("no method", "GET /v1/track", b"", 405, ""),
    Case("much", "POST /v1/batch", {"batch": [{**GOOD, "p": "x" * 4_100_000}]}, 413, TOO_BIG),
    Case("no gzip", "POST /v1/track", b"plain", 500, "failed to read body from request", GZIP),
    Case("gzip", "POST /v1/track", gzip.compress(json.dumps(GOOD).encode()), headers=GZIP),
    Case("pieces", "POST /v1/track", b'9\r\n{"userId"\r\n5\r\n:"a"}\r\n0\r\n\r\n', headers=CHUNKED),
    Case("the most that is taken", "POST /v1/batch",
         {"batch": [{**GOOD, "p": "x" * 4_095_000}]}),
    Case("a beacon", "POST /v1/collect?writeKey=KEY", {"batch": [GOOD]}, key=False),
]


def request_of(gate, case):
    method, target = case.asks.replace("KEY", gate.key).split(" ", 1)
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()
    headers = {"Host": "h", **({"Authorization": basic(gate.key)} if case.key else {}),
               **case.headers}
    if "Transfer-Encoding" not in headers:
        headers["Content-Length"] = len(body)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body


def hold(peer, case):
    answer, is_last = peer.answer(case.asks.split()[0])
    text = case.text + "\n" if case.status >= 400 and case.text else case.text
    assert (answer.status, answer.body) == (case.status, text.encode()), case.says
    assert not is_last, case.says


def test_a_connection_stays_whatever_is_said_on_it(gate):
    with gate.dial() as connection:
        peer = Peer(connection)
        for case in MIXED * 2:
            connection.sendall(request_of(gate, case))
            hold(peer, case)


def test_requests_that_come_together_are_answered_in_their_order(gate):
    small = [case for case in MIXED if len(case.body) < 1000]
    assert len(small) > 8
    with gate.dial() as connection:
        connection.sendall(b"".join(request_of(gate, case) for case in small))
        peer = Peer(connection)
        for case in small:
            hold(peer, case)


@pytest.mark.parametrize("case", [MIXED[0], MIXED[2], MIXED[8], MIXED[9]],
                         ids=lambda case: case.says)
def test_a_request_may_come_byte_by_byte(gate, case):
    with gate.dial() as connection:
        for byte in request_of(gate, case):
            connection.sendall(bytes([byte]))
        hold(Peer(connection), case)


def test_a_header_has_its_limits(gate):
    for more in (b"X: " + b"y" * 100_000 + b"\r\n", b"X: y\r\n" * 200):
        with gate.dial() as connection:
            with suppress(ConnectionError):  # it has not read all of it
                connection.sendall(b"POST /v1/track HTTP/1.1\r\nHost: h\r\n" + more + b"\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 431 ")
