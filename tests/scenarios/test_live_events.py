# SPDX-License-Identifier: Apache-2.0
"""What the dashboard shows of events while they pass: streams and counts."""
from harness.sse import Stream
from harness.until import until


def test_a_source_shows_what_it_receives(line):
    line.sender.track(event="before anybody looks")
    with Stream(line.api, f"/v2/sources/{line.source['id']}/live-events") as stream:
        first = stream.next(lambda live: live["name"] == "before anybody looks")
        line.sender.track(user="ada", event="while looking", messageId="m-1")
        live = stream.next(lambda live: live["name"] == "while looking")
    assert first["kind"] == live["kind"] == "received"
    assert (live["type"], live["userId"], live["messageId"]) == ("track", "ada", "m-1")
    assert live["event"]["event"] == "while looking"


def test_a_destination_shows_what_it_answers(line):
    failures = [503]
    line.receiver.answer = lambda received: failures.pop() if failures else 200
    with Stream(line.api, f"/v2/destinations/{line.destination['id']}/live-events") as stream:
        line.sender.track(event="E", messageId="m-2")
        retried = stream.next(lambda live: live["kind"] == "retried")
        delivered = stream.next(lambda live: live["kind"] == "delivered")
    assert retried["status"] == 503
    assert (delivered["status"], delivered["messageId"]) == (200, "m-2")


def test_a_stream_ends_when_its_token_does(line, token):
    with Stream(line.api, f"/v2/sources/{line.source['id']}/live-events") as stream:
        line.api.delete("/v2/token")
        assert stream.ends()


def test_counts(line):
    ids = [line.sender.track(user=f"u{n}") for n in range(5)]
    line.receiver.wait_accepted_ids(ids)
    source = f"/v2/sources/{line.source['id']}/stats"
    destination = f"/v2/destinations/{line.destination['id']}/stats?minutes=5"
    assert until(lambda: line.api.get(source).json()["stats"]["received"] == 5)
    assert until(lambda: line.api.get(destination).json()["stats"]["delivered"] == 5)
    assert line.api.get(source + "?minutes=0").status == 400


def test_metrics_count_events(line):
    from harness.wire import exchange
    line.sender.track()
    line.receiver.wait(1)
    text = exchange("GET", line.server.url + "/metrics").text
    names = {row.split("{")[0].split(" ")[0] for row in text.splitlines() if row[:1] != "#"}
    assert all(name.startswith("pintle_") for name in names) and len(names) > 5
