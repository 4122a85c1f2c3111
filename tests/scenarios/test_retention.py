# SPDX-License-Identifier: Apache-2.0
"""A destination that is dead for longer than events are kept."""
import re

from harness.until import until
from harness.wire import exchange


def metric(server, name):
    text = exchange("GET", server.url + "/metrics").body.decode()
    return int(re.search(rf"^{name} (\d+)", text, re.M).group(1))


def overrun(line, count):
    """Sends more than the journal may hold, each acknowledged; their ids."""
    return [line.sender.track(user=f"u{n % 50}", properties={"n": n, "pad": "x" * 20_000})
            for n in range(count)]


def record_of(position):
    return int(position.split("-")[1])


def lost_of(line):
    """Events that the outcomes call lost: in ranges, and alone those that had been read before.
    Here each record has one event."""
    target = f"/v2/destinations/{line.destination['id']}/dead-letters"
    lost = [letter for letter in line.api.all_of(target, "deadLetters")
            if letter["reason"] == "lost"]
    return sum(record_of(letter["end"]) - record_of(letter["position"]) if letter["end"] else 1
               for letter in lost)


def test_a_destination_dead_for_longer_than_retention_costs_its_events_and_is_told(
        make_server, line_of):
    line = line_of(make_server(journal_segment_bytes=1 << 20, journal_max_bytes=4 << 20,
                               window_events=16, retry_max_ms=300))
    line.receiver.answer = lambda received: 503
    sent = overrun(line, 400)  # 8 MB; each was answered with ok
    assert metric(line.server, "pintle_journal_disk_bytes") <= 4 << 20
    assert metric(line.server, "pintle_journal_full") == 0
    line.receiver.answer = lambda received: 200
    line.receiver.wait_accepted_ids([line.sender.track(event="after")])

    def missing():
        return len(set(sent) - {request.event["messageId"] for request in line.receiver.accepted()})

    until(lambda: missing() == lost_of(line))  # some may still be on their way
    lost = lost_of(line)
    assert lost > 100
    stats = f"/v2/destinations/{line.destination['id']}/stats?minutes=60"
    counts = line.api.get(stats).json()["stats"]
    assert counts["dropped"] + counts["failed"] == lost  # unread, and on their way already
    assert metric(line.server, "pintle_delivery_lost_records_total") == lost
