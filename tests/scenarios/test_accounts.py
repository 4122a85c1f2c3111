# SPDX-License-Identifier: Apache-2.0
"""Whatever way an event ends, it counts once: in the stats of its source and of its destination,
and in the metrics."""
import json
import re
import threading

import pytest

from harness import server as pintle
from harness.until import PATIENCE_S, until
from harness.wire import exchange

PAYLOAD = {"receivedAt": "2026-01-01T00:00:00.000Z", "request_ip": "203.0.113.9",
           "rudderId": "5b1e4c3a-0000-4000-8000-000000000000"}


def stats(line, kind):
    target = f"/v2/{kind}s/{getattr(line, kind)['id']}/stats?minutes=60"
    counts = line.api.get(target).json()["stats"]
    return {name: count for name, count in counts.items() if isinstance(count, int) and count
            and name != "minutes"}


def metrics(line):
    text = exchange("GET", line.server.url + "/metrics").body.decode()
    found = re.findall(r"^pintle_(gateway|delivery)_(\w+_)?events_total (\d+)$", text, re.M)
    return {f"{room} {what.rstrip('_')}".strip(): int(count)
            for room, what, count in found if int(count)}


def all_ways():
    """Events that end in each way: 4 delivered, 3 rejected, 2 left out by themselves, 2 blocked,
    2 duplicates of one that is delivered, 1 of a suppressed user."""
    def track(name, **more):
        return {"type": "track", "event": name, "userId": "ada", **more}
    return [track("Bought"), track("Bought"), track("Bought"), *[track("Twice", messageId="m")] * 3,
            *[track("Refused")] * 3, *[track("Kept", integrations={"All": False})] * 2,
            *[track("Noise")] * 2, track("Bought", userId="gone")]


def as_forwarded(line, events):
    """As another gateway sends them: two sources' worth of properties, so two records."""
    def message(number, event):
        payload = {"messageId": f"m-{number}", **PAYLOAD, **event}
        return {"payload": payload, "properties": {
            "requestType": "batch", "routingKey": f"r{number % 2}", "workspaceID": "w",
            "sourceID": line.source["id"], "requestIP": "203.0.113.9",
            "receivedAt": "2026-01-02T03:04:05.678Z"}}
    return [message(number, event) for number, event in enumerate(events)]


@pytest.fixture
def ready(make_server, line_of):
    line = line_of(make_server(internal_endpoints="true"))
    line.receiver.answer = lambda received: 400 if received.event["event"] == "Refused" else 200
    settings = {"eventBlocking": {"events": {"track": ["Noise"]}},
                "deduplication": {"enabled": True}}
    assert line.api.put("/v2/workspace/settings", settings).status == 200
    gone = {"regulationType": "suppress", "users": [{"userId": "gone"}]}
    assert line.api.post("/v2/regulations", gone).status == 201
    return line


def holds(line, expected):
    """The last event has been delivered, so whatever came before it has ended and been counted;
    the counters are each their own."""
    def counted():
        return {"source": stats(line, "source"), "destination": stats(line, "destination"),
                "metrics": metrics(line)}
    try:
        until(lambda: counted() == expected)
    finally:
        assert counted() == expected


@pytest.mark.parametrize("is_forwarded", [False, True], ids=["sent", "forwarded"])
def test_each_event_counts_once_in_the_way_it_ends(ready, is_forwarded):
    events = all_ways()
    answer = (ready.sender.post("/internal/v1/batch", as_forwarded(ready, events), auth=False)
              if is_forwarded else ready.sender.batch(events))
    assert answer.status == 200, answer
    ready.receiver.wait_accepted_ids([ready.sender.track(event="Last")])
    holds(ready, {
        "source": {"received": 14, "suppressed": 1, "blocked": 2, "duplicates": 2},
        "destination": {"delivered": 5, "failed": 3, "dropped": 6, "blocked": 2, "duplicates": 2},
        "metrics": {"gateway": 14, "gateway suppressed": 1, "gateway blocked": 2,
                    "gateway duplicate": 2, "delivery delivered": 5, "delivery dead": 3,
                    "delivery dropped": 6}})


def test_a_restart_counts_nothing_again(ready):
    assert ready.sender.batch(all_ways()).status == 200
    ready.sender.track(event="Last")
    until(lambda: stats(ready, "destination").get("delivered") == 5)
    ready.server.stop()
    ready.server.start()
    ready.receiver.wait_accepted_ids([ready.sender.track(event="Afterwards")])
    holds(ready, {"source": {"received": 1}, "destination": {"delivered": 1},
                  "metrics": {"gateway": 1, "delivery delivered": 1}})


def test_what_is_refused_counts_nowhere_but_as_a_request(make_server, line_of):
    line = line_of(make_server(source_event_limit=2, event_limit_window_ms=86400000))
    event = {"type": "track", "event": "Bought", "userId": "ada"}
    assert line.sender.batch([]).status == 400
    assert line.sender.batch([event] * 3).status == 200  # more than ever fits: when there is room
    assert line.sender.batch([event] * 2).status == 429
    line.receiver.wait(3)
    holds(line, {"source": {"received": 3}, "destination": {"delivered": 3},
                 "metrics": {"gateway": 3, "delivery delivered": 3}})


def readers(line):
    """What the cursors on disk know."""
    stat = pintle.run("journal", "stat", "--json", "--data", line.server.data)
    return json.loads(stat.stdout)["readers"]


@pytest.fixture
def waiting(make_server, line_of):
    """Five acknowledged events of one user, the first on its way to a destination that is silent
    for so long that none of them ends before the process does."""
    arrived, is_over = threading.Event(), threading.Event()
    line = line_of(make_server(request_timeout_ms=3_600_000, shutdown_timeout_ms=100))
    line.receiver.answer = lambda received: arrived.set() or is_over.wait() and 200
    until(lambda: [reader["connections"] for reader in readers(line)] == [1])
    for number in range(5):
        line.sender.track(event=f"Waits {number}")
    assert arrived.wait(PATIENCE_S)
    yield line
    is_over.set()


def disconnect(line):
    return [line.api.delete(f"/v2/connections/{line.connection['id']}")]


def delete(line, kind):
    return [*disconnect(line), line.api.delete(f"/v2/{kind}s/{getattr(line, kind)['id']}")]


def disable(line, kind):
    target = f"/v2/{kind}s/{getattr(line, kind)['id']}"
    return [line.api.put(target, {"enabled": False})]


REMOVALS = {
    "connection deleted": disconnect,
    "connection disabled": lambda line: disable(line, "connection"),
    "destination deleted": lambda line: delete(line, "destination"),
    "destination disabled": lambda line: disable(line, "destination"),
    "source deleted": lambda line: delete(line, "source"),
}


@pytest.mark.parametrize("how", REMOVALS)
def test_what_waited_for_a_connection_that_went_counts_after_a_crash(waiting, how):
    assert all(answer.status in (200, 204) for answer in REMOVALS[how](waiting))
    waiting.server.kill()
    waiting.server.start()
    until(lambda: metrics(waiting) == {"delivery dropped": 5})
    until(lambda: readers(waiting) == [])  # nothing of it stays
    assert metrics(waiting) == {"delivery dropped": 5}


def test_what_waited_for_a_connection_that_went_counts_after_a_stop(waiting):
    disconnect(waiting)
    assert waiting.server.stop() == 0
    waiting.server.start()
    waiting.sender.track(event="Too late")
    until(lambda: readers(waiting) == [])
    assert stats(waiting, "destination") == {"dropped": 5}
    assert metrics(waiting) == {"gateway": 1, "delivery dropped": 5}
    letters = f"/v2/destinations/{waiting.destination['id']}/dead-letters"
    letter, = waiting.api.get(letters).json()["deadLetters"]
    assert (letter["reason"], letter["sourceId"]) == ("not_connected", waiting.source["id"])
    assert letter["detail"].startswith("5 events")


def test_a_connection_that_is_made_again_gets_what_came_after(waiting):
    disconnect(waiting)
    waiting.api.connect(waiting.source, waiting.destination)
    new = waiting.sender.track(event="New")
    waiting.server.kill()
    waiting.receiver.answer = lambda received: 200
    waiting.server.start()
    waiting.receiver.wait_accepted_ids([new])
    holds(waiting, {"source": {}, "destination": {"delivered": 1, "dropped": 5},
                    "metrics": {"delivery delivered": 1, "delivery dropped": 5}})
    assert [got.event["event"] for got in waiting.receiver.accepted()] == ["New"]


def test_a_destination_that_was_off_goes_on_with_what_comes_then(make_server, line_of):
    line = line_of(make_server())
    target = f"/v2/destinations/{line.destination['id']}"
    line.receiver.wait_accepted_ids([line.sender.track(event="Before")])
    assert line.api.put(target, {"enabled": False}).status == 200
    until(lambda: readers(line) == [])
    line.sender.track(event="Meanwhile")
    assert line.api.put(target, {"enabled": True}).status == 200
    line.receiver.wait_accepted_ids([line.sender.track(event="Afterwards")])
    assert [got.event["event"] for got in line.receiver.accepted()] == ["Before", "Afterwards"]
    holds(line, {"source": {"received": 3}, "destination": {"delivered": 2},
                 "metrics": {"gateway": 3, "delivery delivered": 2}})
