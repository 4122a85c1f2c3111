# SPDX-License-Identifier: Apache-2.0
"""Crowds: idle connections, slow senders, large bodies. Memory stays within its budgets, and
others do not notice. PINTLE_CROWD=10000 for the full number (descriptors: ulimit -n 20000)."""
import contextlib
import json
import os
import time

import pytest

from harness.api import basic
from harness.certificates import make_certificate
from harness.crowd import MEGABYTE, Calm, Crowd, delays, dial_narrowly, memory
from harness.until import until

CROWD = int(os.environ.get("PINTLE_CROWD", "400"))
BODIES = max(CROWD // 100, 20)
PING = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
# What the server may hold at most: itself, bodies, the journal's queue, destinations' windows, the
# blocks of the journal that they read, and answers.
MOST = (40 + 64 + 32 + 128 + 64 + 16) * MEGABYTE
# What may stay of it: buffers that are worth keeping, and pages between them.
REST = 32 * MEGABYTE


def post(line, length, path="/v1/track"):
    key = basic(line.source["writeKey"])
    return (f"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {key}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


def test_idle_connections_cost_little(line):
    calm = Calm(line.sender)
    with Crowd(line.server, CROWD) as first:  # what it takes once and keeps
        first.send(PING)
        first.statuses(CROWD)
    before = memory(line.server)
    with Crowd(line.server, CROWD) as crowd:
        crowd.send(PING)
        assert set(crowd.statuses(CROWD)) == {200}
        assert memory(line.server) - before < CROWD * 8192 + 4 * MEGABYTE
        until(calm.is_as_ever)


def test_clients_of_tls_that_ask_for_much_and_do_not_read_cost_little(make_server, tmp_path):
    certificate, key = make_certificate(tmp_path / "tls")
    server = make_server(listen_tls="127.0.0.1:0", tls_certificate_file=certificate,
                         tls_key_file=key)
    before = memory(server)
    with contextlib.ExitStack() as crowd:
        for _ in range(CROWD):
            one = crowd.enter_context(dial_narrowly(server.tls_url, certificate))
            one.sendall(b"GET /docs HTTP/1.1\r\nHost: a\r\n\r\n")
            assert one.recv(15) == b"HTTP/1.1 200 OK"  # and half a megabyte behind it
        assert memory(server) - before < CROWD * 131072 + 4 * MEGABYTE


def test_senders_of_a_byte_a_second_are_ended_and_others_do_not_notice(line):
    drips, half, taken = post(line, 100) + b" " * 100, CROWD // 2, []
    calm = Calm(line.sender)
    with Crowd(line.server, half) as heads, Crowd(line.server, half) as bodies:
        bodies.send(drips[:-100])
        began = time.monotonic()
        for second in range(9):  # the header's deadline is after ten, whatever comes between
            heads.send(drips[second:second + 1])
            bodies.send(b" ")
            taken += delays(line.sender, rounds=5)
            time.sleep(1)  # their pace
        assert calm.is_as_ever(taken)
        assert set(heads.statuses(half)) == {408}
        answered = bodies.answered()
        assert answered == 0 or time.monotonic() - began > 50  # theirs is after sixty


def test_half_sent_headers_take_little_and_nothing_from_others(line):
    calm = Calm(line.sender)
    before = memory(line.server)
    half = b"GET /health HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 60_000
    room = 64 * MEGABYTE // 16  # for all of them together
    with Crowd(line.server, CROWD) as crowd:
        crowd.send_all(half)
        statuses = crowd.statuses(CROWD - room // len(half))
        assert 503 in statuses and set(statuses) <= {503, 408}
        assert memory(line.server) - before < room + CROWD * 16384 + 4 * MEGABYTE
        until(calm.is_as_ever)


@pytest.mark.parametrize("announced", [100_000, 4_000_000, 16_000_000])
def test_bodies_that_are_announced_and_never_come_take_nothing_from_others(line, announced):
    small = 64 * MEGABYTE // announced + 20  # more than the budget has room for
    calm = Calm(line.sender)
    with Crowd(line.server, small) as crowd:
        crowd.send(post(line, announced) + b"{")
        until(calm.is_as_ever)
        large = {"userId": "ada", "properties": {"p": "x" * 3_000_000}}
        # A large one may be told to come again while those before it have their second.
        until(lambda: line.sender.post("/v1/track", large).body == b"ok")


def test_large_bodies_at_once_are_taken_or_told_to_come_again(line):
    calm = Calm(line.sender)
    before = memory(line.server)
    body = json.dumps({"userId": "ada", "properties": {"p": "x" * 4_000_000}}).encode()
    with Crowd(line.server, BODIES) as crowd:
        crowd.send_all(post(line, len(body)) + body)
        statuses = crowd.statuses(BODIES)
    assert set(statuses) <= {200, 503} and 200 in statuses
    assert memory(line.server, "VmHWM") < MOST
    until(calm.is_as_ever)
    until(lambda: memory(line.server) < before + REST)  # given back a while after
