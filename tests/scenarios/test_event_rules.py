# SPDX-License-Identifier: Apache-2.0
"""What a workspace wants of its events: names that are blocked, messageIds that come once."""
import pytest

from harness.sse import Stream
from harness.until import until

PATH = "/v2/workspace/settings"


def put(api, **settings):
    answer = api.put(PATH, settings)
    assert answer.status == 200, answer
    return answer.json()["settings"]


def block(api, *names):
    return put(api, eventBlocking={"events": {"track": list(names)}})


def stats(line, kind):
    target = f"/v2/{kind}s/{getattr(line, kind)['id']}/stats"
    return line.api.get(target).json()["stats"]


def delivered(line):
    return [received.event["event"] for received in line.receiver.accepted()]


def test_a_workspace_that_said_nothing_blocks_and_compares_nothing(api):
    settings = api.get(PATH).json()["settings"]
    assert settings["eventBlocking"] == {"events": {"track": []}}
    assert settings["deduplication"] == {"enabled": False, "windowSeconds": 3600, "sourceIds": []}


def test_what_is_left_out_keeps_its_value(api):
    block(api, "Noise")
    put(api, deduplication={"enabled": True, "windowSeconds": 60})
    settings = put(api, deduplication={"sourceIds": ["*"]})
    assert settings["eventBlocking"] == {"events": {"track": ["Noise"]}}
    assert settings["deduplication"] == {"enabled": True, "windowSeconds": 60, "sourceIds": []}
    assert api.get(PATH).json()["settings"] == settings


def test_a_deleted_source_is_no_longer_named(api):
    first, second = (api.create_source(name=name) for name in ("first", "second"))
    put(api, deduplication={"enabled": True, "sourceIds": [first["id"], second["id"]]})
    assert api.delete(f"/v2/sources/{first['id']}").status == 204
    kept = api.get(PATH).json()["settings"]["deduplication"]
    assert kept == {"enabled": True, "windowSeconds": 3600, "sourceIds": [second["id"]]}
    assert put(api, deduplication=kept)["deduplication"] == kept


def test_ids_of_no_source_are_compared_when_the_only_one_meant_is_deleted(api):
    source = api.create_source(name="only")
    put(api, deduplication={"enabled": True, "sourceIds": [source["id"]]})
    assert api.delete(f"/v2/sources/{source['id']}").status == 204
    settings = api.get(PATH).json()["settings"]["deduplication"]
    assert (settings["enabled"], settings["sourceIds"]) == (False, [])


def test_blocked_events_are_acknowledged_and_delivered_to_nobody(line):
    block(line.api, "Noise", "Überschrift")
    with Stream(line.api, f"/v2/destinations/{line.destination['id']}/live-events") as stream:
        line.sender.batch([{"type": "track", "event": name, "userId": "ada"}
                           for name in ("Noise", "Bought", "Überschrift", "noise")])
        dropped = stream.next(lambda live: live["kind"] == "dropped")
    assert (dropped["processingUnit"], dropped["name"]) == ("event_blocking", "Noise")
    assert until(lambda: delivered(line) == ["Bought", "noise"])
    assert until(lambda: stats(line, "destination")["blocked"] == 2)
    source = stats(line, "source")
    assert (source["received"], source["blocked"]) == (4, 2)


def test_a_name_blocks_only_track_events(line):
    block(line.api, "Home")
    line.sender.post("/v1/page", {"userId": "ada", "name": "Home", "event": "Home"})
    line.sender.track(event="Home")
    line.receiver.wait_accepted_ids([line.sender.track(event="Bought")])
    assert [received.event["type"] for received in line.receiver.accepted()] == ["page", "track"]


def test_a_source_shows_what_is_blocked(line):
    block(line.api, "Noise")
    with Stream(line.api, f"/v2/sources/{line.source['id']}/live-events") as stream:
        line.sender.track(event="Noise")
        live = stream.next(lambda live: live["name"] == "Noise")
    assert (live["kind"], live["processingUnit"]) == ("dropped", "event_blocking")


def test_events_that_come_twice_are_delivered_once(line):
    """As from an SDK that has lost the answer and sends the same again."""
    put(line.api, deduplication={"enabled": True})
    same = {"batch": [{"type": "track", "event": f"E{n}", "userId": "ada", "messageId": f"m-{n}"}
                      for n in range(3)]}
    for _ in range(3):
        assert line.sender.post("/v1/batch", same).body == b"ok"
    line.receiver.wait_accepted_ids([line.sender.track(event="last")])
    assert delivered(line) == ["E0", "E1", "E2", "last"]
    assert stats(line, "source")["duplicates"] == 6
    assert until(lambda: stats(line, "destination")["duplicates"] == 6)


def test_duplicates_are_told_where_they_are_missed(line):
    put(line.api, deduplication={"enabled": True})
    with Stream(line.api, f"/v2/destinations/{line.destination['id']}/live-events") as stream:
        line.sender.track(messageId="m")
        line.sender.track(messageId="m")
        dropped = stream.next(lambda live: live["kind"] == "dropped")
    assert (dropped["processingUnit"], dropped["messageId"]) == ("dedup", "m")


@pytest.mark.parametrize("more, unit", [
    ({"event": "Noise"}, "event_blocking"),
    ({"messageId": "m"}, "dedup"),
    ({"integrations": {"All": False}}, None),
], ids=["blocked", "duplicate", "filtered"])
def test_what_is_dropped_is_shown_as_what_is_delivered(line, more, unit):
    """Also what the event has not from its sender but from its path and from us."""
    block(line.api, "Noise")
    put(line.api, deduplication={"enabled": True})
    event = {"event": "Bought", "userId": "ada", **more}
    with Stream(line.api, f"/v2/destinations/{line.destination['id']}/live-events") as stream:
        for _ in range(2):  # as the second of its messageId, where it has one
            assert line.sender.post("/v1/track", event).status == 200
        dropped = stream.next(lambda live: live["kind"] == "dropped")
    assert (dropped.get("processingUnit"), dropped["detail"] != "") == (unit, True)
    assert (dropped["type"], dropped["name"], dropped["userId"]) == ("track", event["event"], "ada")
    assert dropped["messageId"] == dropped["event"]["messageId"] != ""
    assert {"rudderId", "receivedAt", "request_ip"} < dropped["event"].keys()


def test_ids_are_compared_within_their_source(line):
    other = line.api.create_source(name="other")
    line.api.connect(other, line.destination)
    put(line.api, deduplication={"enabled": True, "sourceIds": [other["id"]]})
    for _ in range(2):  # not compared
        line.sender.track(event="web", messageId="m")
    from harness.sender import Sender
    sender = Sender(line.server, other["writeKey"])
    for _ in range(2):
        sender.track(event="other", messageId="m")
    line.receiver.wait_accepted_ids([line.sender.track(event="last", user="ada")])
    assert delivered(line) == ["web", "web", "other", "last"]


def test_without_an_id_every_event_is_another(line):
    put(line.api, deduplication={"enabled": True})
    for _ in range(2):
        line.sender.post("/v1/track", {"userId": "ada", "event": "E"})
    line.receiver.wait_accepted_ids([line.sender.track(event="last")])
    assert delivered(line) == ["E", "E", "last"]


def test_ids_are_remembered_when_the_process_dies(line):
    put(line.api, deduplication={"enabled": True})
    for event in ("first", "second"):
        line.sender.track(event=event, messageId=event)
        line.receiver.wait_until(lambda all, event=event: any(
            received.event["event"] == event for received in all))
        line.server.kill()
        line.server.start()
        line.sender.track(event="again", messageId=event)
    line.receiver.wait_accepted_ids([line.sender.track(event="last")])
    assert set(delivered(line)) == {"first", "second", "last"}
    assert stats(line, "source")["duplicates"] == 1  # counted since the start


@pytest.mark.parametrize("field, body", [
    ("eventBlocking", {"eventBlocking": []}),
    ("eventBlocking.other", {"eventBlocking": {"other": 1}}),
    ("eventBlocking.events", {"eventBlocking": {"events": 1}}),
    ("eventBlocking.events.page", {"eventBlocking": {"events": {"page": []}}}),
    ("eventBlocking.events.track", {"eventBlocking": {"events": {"track": "Noise"}}}),
    ("eventBlocking.events.track", {"eventBlocking": {"events": {"track": ["a"] * 1001}}}),
    ("eventBlocking.events.track[1]", {"eventBlocking": {"events": {"track": ["a", ""]}}}),
    ("eventBlocking.events.track[0]", {"eventBlocking": {"events": {"track": ["x" * 513]}}}),
    ("deduplication.enabled", {"deduplication": {"enabled": "yes"}}),
    ("deduplication.windowSeconds", {"deduplication": {"windowSeconds": 0}}),
    ("deduplication.windowSeconds", {"deduplication": {"windowSeconds": 604801}}),
    ("deduplication.sourceIds", {"deduplication": {"sourceIds": "all"}}),
    ("deduplication.sourceIds[0]", {"deduplication": {"sourceIds": ["0" * 27]}}),
    ("deduplication.sourceIds[0]", {"deduplication": {"sourceIds": [1]}}),
    ("dedup", {"dedup": {}}),
])
def test_bad_settings_are_named(api, field, body):
    before = api.get(PATH).json()
    answer = api.put(PATH, body)
    assert answer.status == 400 and field in answer.json()["details"], answer
    assert api.get(PATH).json() == before
