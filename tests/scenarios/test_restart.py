# SPDX-License-Identifier: Apache-2.0
"""Stopping, dying and coming back: nothing that was acknowledged is lost."""
import json
import math
import os
import signal
import socket
import threading
import time
from collections import defaultdict
from urllib.parse import urlsplit

import pytest

from harness import server as pintle
from harness.load import Load
from harness.receiver import Receiver
from harness.until import PATIENCE_S, until
from harness.wire import exchange

ROUNDS = int(os.environ.get("PINTLE_CRASH_ROUNDS", "5"))


def wait_delivered(line, count):
    """The server knows of their answers, not only the receiver."""
    stats = f"/v2/destinations/{line.destination['id']}/stats?minutes=60"
    until(lambda: line.api.get(stats).json()["stats"]["delivered"] == count)


def wait_durable(line):
    """The cursors on disk say that nothing is left to do."""
    def readers():
        stat = pintle.run("journal", "stat", "--json", "--data", line.server.data)
        return json.loads(stat.stdout)["readers"]
    until(lambda: [reader["recordsBehind"] for reader in readers()] == [0])


def test_everything_is_there_after_a_restart(line):
    before = line.api.get("/v2/sources").json()
    line.sender.track(event="before")
    line.receiver.wait(1)
    assert line.server.stop() == 0
    line.server.start()
    assert line.api.get("/v2/sources").json() == before
    line.sender.track(event="after")
    assert [r.event["event"] for r in line.receiver.wait(2)] == ["before", "after"]


def test_undelivered_events_survive_a_restart(line):
    line.receiver.answer = lambda received: 500
    ids = [line.sender.track(user=f"u{n % 4}") for n in range(40)]
    line.receiver.wait(4)
    assert line.server.stop() == 0  # which does not wait for retries
    line.receiver.answer = lambda received: 200
    line.server.start()
    line.receiver.wait_accepted_ids(ids)


def test_delivered_events_are_not_sent_again_after_a_clean_stop(line):
    ids = [line.sender.track(user=f"u{n % 4}") for n in range(40)]
    wait_delivered(line, len(ids))
    line.server.stop()
    line.server.start()
    last = line.sender.track(event="last")
    line.receiver.wait_accepted_ids([last])
    assert len(line.receiver.snapshot()) == 41


def test_sigterm_under_load_answers_what_it_took(line):
    with Load(line.sender, users=6) as load:
        load.wait_acknowledged(100)
        assert line.server.stop() == 0
    line.server.start()
    line.receiver.wait_accepted_ids(load.acknowledged)
    load.assert_order(line.receiver)


def test_a_delivery_in_flight_is_finished_before_the_end(line):
    arrived = threading.Event()
    line.receiver.answer = lambda received: (
        arrived.set(), line.server.wait_for_line("stopping"), 200)[-1]
    first = line.sender.track()
    assert arrived.wait(PATIENCE_S)
    assert line.server.stop() == 0
    line.server.start()
    last = line.sender.track()
    assert [r.event["messageId"] for r in line.receiver.wait(2)] == [first, last]


def test_ready_tells_that_the_server_is_draining(make_server):
    server = make_server(drain_delay_ms=3_600_000)
    assert exchange("GET", server.url + "/ready").status == 200
    server.process.send_signal(signal.SIGTERM)
    until(lambda: exchange("GET", server.url + "/ready").status == 503)
    end_at_once(server)


def test_a_server_that_has_drained_ends(make_server):
    assert make_server(drain_delay_ms=300).stop() == 0


def end_at_once(server):
    """A second signal, for a server that is stopping already."""
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(PATIENCE_S)
    server.process = None  # however it ended, it was asked to


def test_a_second_signal_ends_at_once(line):
    arrived, is_over = threading.Event(), threading.Event()
    line.receiver.answer = lambda received: arrived.set() or is_over.wait() and 200
    line.sender.track()
    assert arrived.wait(PATIENCE_S)
    line.server.process.send_signal(signal.SIGTERM)
    line.server.wait_for_line("stopping")
    end_at_once(line.server)
    is_over.set()


def launch(make_server):
    """A server that has just begun to open: from where it ignores SIGPIPE on, no signal may end
    it halfway."""
    server = make_server(start=False).launch()
    until(lambda: server.ignores(signal.SIGPIPE))
    return server


def test_a_reload_does_not_end_a_server_that_opens(make_server):
    server = launch(make_server)
    server.process.send_signal(signal.SIGHUP)
    server.wait_until_up()
    server.wait_for_line("nothing to read again")  # it is done as soon as it can be


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_while_it_opens_ends_well(make_server, signal_number):
    server = launch(make_server)
    server.process.send_signal(signal_number)
    assert server.process.wait(PATIENCE_S) == 0


def test_ctrl_c_is_a_clean_stop_too(server):
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(PATIENCE_S) == 0


def test_an_idle_connection_does_not_hold_up_the_end(server):
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(4096)
        assert server.stop() == 0


def stored(server):
    """messageId → its events in the journal, without those that came again and are known."""
    done = pintle.run("journal", "export", "--data", server.data)
    assert done.returncode == 0, done.stderr
    found = defaultdict(list)
    for exported in map(json.loads, done.stdout.splitlines()):
        if "flags" not in exported:
            found[exported["event"]["messageId"]].append(exported["event"])
    return found


def assert_stored(load, server, most):
    """Each acknowledged event is in the journal as it was sent, at most so many times."""
    found = stored(server)
    for message_id in load.acknowledged:
        events = found[message_id]
        assert 1 <= len(events) <= most, f"{message_id} stands there {len(events)} times"
        for event in events:
            assert f"{event['userId']}-{event['properties']['number']}" == message_id


@pytest.mark.parametrize("is_deduplicated", [False, True])
def test_kill_under_load_loses_nothing(make_server, line_of, is_deduplicated):
    """The proof: many deaths, then every acknowledged event has come, each user's in order."""
    line = line_of(make_server(journal_segment_bytes=1 << 20))
    settings = {"deduplication": {"enabled": is_deduplicated}}
    assert line.api.put("/v2/workspace/settings", settings).status == 200
    listen = urlsplit(line.server.url).netloc
    count = iter(range(1, 1 << 40))
    line.receiver.answer = lambda received: 500 if next(count) % 23 == 0 else 200
    with Load(line.sender, users=8) as load:
        for _ in range(ROUNDS):
            load.wait_more(20 + os.urandom(1)[0])
            time.sleep(os.urandom(1)[0] / 5000)  # at any moment, not only behind an answer
            line.server.kill()
            line.server.start(listen=listen)
        load.wait_more(50)
    line.receiver.wait_accepted_ids(load.acknowledged, timeout=3 * PATIENCE_S)
    load.assert_order(line.receiver)
    copies = load.assert_duplicates_are_equal(line.receiver)
    assert_stored(load, line.server, most=1 if is_deduplicated else math.inf)
    print(f"{ROUNDS} kills, {len(load.acknowledged)} events acknowledged, {copies} sent twice")


def test_a_process_that_dies_again_and_again_does_not_send_the_same_each_time(line):
    line.sender.track()
    line.receiver.wait(1)
    for _ in range(5):
        wait_durable(line)  # though nothing else happens
        line.server.kill()
        line.server.start()
    last = line.sender.track(event="last")
    line.receiver.wait_accepted_ids([last])
    assert len(line.receiver.snapshot()) == 2


def test_a_receiver_that_dies_with_the_server(make_server, line_of):
    line = line_of(make_server())
    port = line.receiver.port
    line.receiver.close()
    ids = [line.sender.track(user=f"u{n % 5}") for n in range(30)]
    line.server.kill()
    back = Receiver(port)
    line.server.start()
    back.wait_accepted_ids(ids)
    back.close()
