# SPDX-License-Identifier: Apache-2.0
"""Internal routes, for programs of one's own network: a source's id is enough, and a destination
may be named. They are there only by setting."""
import json
import uuid
from dataclasses import replace

import pytest

from conftest import make_line
from harness.gateway import NO_EVENT, Case, Gate, table
from harness.receiver import Receiver
from harness.until import until

EVENT = {"userId": "ada", "type": "identify", "traits": {"plan": "gold"}}
ON = {"internal_endpoints": "true"}


def retl(says, source, destination, status=200, text="ok", body=None):
    headers = {"X-Rudder-Source-Id": source, "X-Rudder-Destination-Id": destination}
    return Case(says, "POST /internal/v1/retl", body or {"batch": [EVENT]}, status, text,
                {name: value for name, value in headers.items() if value}, key=False)


def extract(says, source, body, status=200, text="ok"):
    return Case(says, "POST /internal/v1/extract", body, status, text,
                {"X-Rudder-Source-Id": source} if source else {}, key=False)


def replay(says, source, status=200, text="ok", body=None):
    return Case(says, "POST /internal/v1/replay", body or {"batch": [EVENT]}, status, text,
                {"X-Rudder-Source-Id": source} if source else {}, key=False)


PROPERTIES = {"requestType": "batch", "routingKey": "ada", "workspaceID": "anyone's",
              "sourceID": "nobody", "receivedAt": "2026-01-02T03:04:05.678Z",
              "requestIP": "203.0.113.9"}
PAYLOAD = {"messageId": "m-1", "type": "track", "userId": "ada", "event": "Bought",
           "receivedAt": "2026-01-01T00:00:00.000Z", "request_ip": "203.0.113.9",
           "rudderId": "5b1e4c3a-0000-4000-8000-000000000000"}


def message(payload=None, **properties):
    """A message as another gateway sends it; what is None is left out."""
    both = ({**PROPERTIES, **properties}, {**PAYLOAD, **(payload or {})})
    given = [{name: value for name, value in one.items() if value is not None} for one in both]
    return {"properties": given[0], "payload": given[1]}


def forward(says, body, status=200, text="ok"):
    return Case(says, "POST /internal/v1/batch", body, status, text, key=False)


INCOMPLETE = "missing required fields stream in message"

FORWARDED = [
    forward("a message", [message()]),
    forward("a source that nobody has", [message(sourceID="not here either")]),
    forward("two messages", [message(), message({"messageId": "m-2"})]),
    forward("an event without ids, as another gateway has judged it", [message({"userId": None})]),
    forward("properties that are told to nobody", [message(
        userID="ada", sourceType="web", webhookFailureReason="", stage="", compression="none",
        encryption="none", encryptionKeyID="", partitionID="7", isBot=True, botName="b",
        botURL="https://example.com/", botIsInvalidBrowser=False, botAction="flag")]),
    forward("an empty request_ip, which another gateway did not know", [message(
        {"request_ip": ""})]),
    forward("half a surrogate pair, which is mended",
            json.dumps([message({"event": "E"})]).replace('"E"', r'"\ud83d"')),
    forward("no message", [], 400, NO_EVENT),
    forward("no list", {"batch": []}, 400, "invalid json"),
    forward("no JSON", "[{", 400, "invalid json"),
    forward("an empty body", "", 400, "invalid json"),
    forward("a message that is none", ["m"], 400, "invalid json"),
    forward("a source id that is no text", [message(sourceID=7)], 400, "invalid json"),
    forward("a time that is none", [message(receivedAt="today")], 400, "invalid json"),
    forward("no properties", [{"payload": PAYLOAD}], 400, INCOMPLETE),
    *[forward(f"no {name}", [message(**{name: None})], 400, INCOMPLETE) for name in PROPERTIES],
    forward("an empty source id", [message(sourceID="")], 400, INCOMPLETE),
    forward("a source id beyond any", [message(sourceID="s" * 64)], 400, INCOMPLETE),
    forward("no payload", [{"properties": PROPERTIES}], 400, NO_EVENT),
    forward("a payload that is a list", [{**message(), "payload": []}], 400, NO_EVENT),
    *[forward(f"a payload without {name}", [message({name: None})], 400, NO_EVENT)
      for name in ("messageId", "receivedAt", "request_ip", "rudderId")],
    forward("an empty messageId", [message({"messageId": " "})], 400, NO_EVENT),
    forward("no type, of a batch", [message({"type": None})]),
    *[forward(f"no type, of a {kind}", [message({"type": None}, requestType=kind)])
      for kind in ("replay", "retl", "import")],
    forward("no type, of a track", [message({"type": None}, requestType="track")], 400, NO_EVENT),
    forward("one of two that is none", [message(), message({"rudderId": None})], 400, NO_EVENT),
]

TABLE = [
    retl("a source and its destination", "SOURCE", "DESTINATION"),
    retl("a source and all of its destinations", "SOURCE", None),
    retl("a record needs no ids", "SOURCE", "DESTINATION", body={"batch": [{"type": "record"}]}),
    retl("no source", None, None, 401, "failed to read source id from header"),
    retl("a source nobody has", "nobody", None, 401, "invalid source id"),
    retl("a destination nobody has", "SOURCE", "nobody", 400, "invalid destination id"),
    retl("a destination of another source", "SOURCE", "STRANGER", 400, "invalid destination id"),
    retl("nothing in it", "SOURCE", None, 400, "empty batch payload", {"batch": []}),
    extract("an extract needs no ids", "SOURCE", {"properties": {"a": 1}}),
    extract("an extract without a source", None, {}, 401, "failed to read source id from header"),
    extract("an extract that is no event", "SOURCE", [], 400, NO_EVENT),
    Case("the audience list still wants a key", "POST /internal/v1/audiencelist", EVENT, 401,
         "failed to read writekey from header", key=False),
    Case("the audience list", "POST /internal/v1/audiencelist", EVENT),
    replay("a replay source", "REPLAY"),
    replay("a replay with nothing in it", "REPLAY", 400, "empty batch payload", {"batch": []}),
    replay("a replay without a source", None, 401, "failed to read source id from header"),
    replay("a replay to a source nobody has", "nobody", 401, "invalid source id"),
    replay("a source of new events", "SOURCE", 401, "invalid replay source"),
    *[Case(f"left out: {target}", f"{method} /internal/{target}", {}, 404, "404 page not found")
      for method, target in (
          ("GET", "v1/warehouse/fetch-tables"), ("POST", "v1/warehouse/pending-events"),
          ("POST", "v1/warehouse/trigger-upload"), ("POST", "v1/warehouse/jobs"),
          ("GET", "v1/warehouse/jobs/status"), ("GET", "v2/job-status/run"),
          ("DELETE", "v2/job-status/run"), ("GET", "v2/job-status/run/failed-records"),
          ("DELETE", "v2/job-status/run/failed-records"), ("PUT", "drain/job/run"))],
    *FORWARDED,
]


@pytest.fixture(name="inner_line", scope="module")
def make_inner_line(make_server_once, both_schemes):
    receiver = Receiver()
    yield make_line(make_server_once(**ON, **both_schemes), receiver)
    receiver.close()


@pytest.fixture(name="inside", scope="module")
def make_inside(inner_line, scheme, certificate):
    return Gate(inner_line, scheme, certificate[0])


@pytest.fixture(name="names", scope="module")
def make_names(inner_line):
    line = inner_line
    return {"SOURCE": line.source["id"], "DESTINATION": line.destination["id"],
            "STRANGER": line.api.create_webhook(line.receiver.url, name="stranger")["id"],
            "REPLAY": line.api.create_source(name="again", type="replay")["id"]}


def named(case, names):
    headers = {name: names.get(value, value) for name, value in case.headers.items()}
    return replace(case, headers=headers)


@table(TABLE)
def test_an_internal_route(inside, names, case):
    inside.hold(named(case, names))


@table([case for case in TABLE if " id" in case.text or "replay source" in case.text])
def test_ids_that_are_none_are_refused_before_the_body_is_asked_for(inside, names, case):
    inside.hold_unsent(named(case, names))


def test_an_event_reaches_only_the_destination_that_is_named(gate_of):
    gate, other = gate_of(**ON), Receiver()
    line = gate.line
    beside = line.api.create_webhook(other.url, name="beside")
    line.api.connect(line.source, beside)
    gate.delivered({**EVENT, "n": 1}, "/internal/v1/retl",
                   {"X-Rudder-Source-Id": line.source["id"],
                    "X-Rudder-Destination-Id": line.destination["id"]})
    gate.delivered({**EVENT, "n": 2})  # for both; of one user, so in order
    assert [received.event["n"] for received in other.wait(1)] == [2]
    other.close()


def test_what_is_disabled_is_not_found(gate_of):
    gate = gate_of(**ON)
    line = gate.line
    source, destination = line.source["id"], line.destination["id"]
    line.api.put(f"/v2/destinations/{destination}", {"enabled": False})
    gate.hold(retl("", source, destination, 404, "destination is disabled"))
    gate.hold(retl("", source, None))
    line.api.put(f"/v2/sources/{source}", {"enabled": False})
    gate.hold(retl("", source, destination, 404, "source is disabled"))


def test_a_destination_may_be_required(gate_of):
    gate = gate_of(require_destination_id="true", **ON)
    source = gate.line.source["id"]
    gate.hold(retl("", source, None, 400, "failed to read destination id from header"))
    gate.hold(retl("", source, gate.line.destination["id"]))
    gate.hold(extract("", source, {"properties": {}}))  # which names none


def test_a_replayed_event_was_received_when_it_says(gate_of):
    gate = gate_of(**ON)
    source = gate.line.api.create_source(name="again", type="replay")
    gate.line.api.connect(source, gate.line.destination)
    then = {"receivedAt": "2026-01-02T03:04:05.678Z", "originalTimestamp": "2026-01-02T03:04:04Z",
            "sentAt": "2026-01-02T03:04:05Z"}
    event = gate.delivered({**EVENT, **then, "messageId": "m"}, "/internal/v1/replay",
                           {"X-Rudder-Source-Id": source["id"]})
    assert event["receivedAt"] == then["receivedAt"] and event["messageId"] == "m"
    assert event["timestamp"] == "2026-01-02T03:04:04.678Z"


def test_messages_of_suppressed_users_are_ok_and_names_that_are_blocked_go_nowhere(gate_of):
    gate = gate_of(**ON)
    line, source = gate.line, gate.line.source["id"]
    for answer in (line.api.post("/v2/regulations", {"regulationType": "suppress",
                                                     "users": [{"userId": "gone"}]}),
                   line.api.put("/v2/workspace/settings",
                                {"eventBlocking": {"events": {"track": ["Noise"]}}})):
        assert answer.status in (200, 201)
    gate.hold(forward("", [message({"userId": "gone"}, sourceID=source)] * 2))
    gate.hold(forward("", [message({"userId": user, "event": name}, sourceID=source)
                           for user, name in (("gone", "E"), ("ada", "Noise"), ("ada", "Last"))]))
    assert [received.event["event"] for received in line.receiver.wait(1)] == ["Last"]
    target = f"/v2/sources/{source}/stats"

    def stats():
        told = line.api.get(target).json()["stats"]
        return told["received"], told["suppressed"], told["blocked"]
    until(lambda: stats() == (2, 3, 1))


def test_messages_arrive_as_the_other_gateway_has_judged_them(inside, names):
    mark, n = str(uuid.uuid4()), 2**63 + 1  # no double holds this

    def say(number, **properties):
        return message({"mark": mark, "number": number, "n": n, "messageId": f"m-{number}"},
                       sourceID=names["SOURCE"], **properties)
    inside.hold(forward("", [
        say(1), say(2), say(3, receivedAt="2026-02-03T04:05:06.789Z"),
        say(4, destinationID=names["STRANGER"]), say(5, destinationID=names["DESTINATION"])]))

    def mine(received):
        return [r.event for r in received if r.event.get("mark") == mark]
    events = mine(inside.line.receiver.wait_until(lambda received: len(mine(received)) == 4))
    assert [event["number"] for event in events] == [1, 2, 3, 5]
    assert {event["n"] for event in events} == {n}
    assert [event["receivedAt"] for event in events[1:3]] == ["2026-01-02T03:04:05.678Z",
                                                              "2026-02-03T04:05:06.789Z"]
    assert events[0]["request_ip"] == "203.0.113.9" and events[0]["messageId"] == "m-1"
