# SPDX-License-Identifier: Apache-2.0
"""Payload processing: the order of the checks, which ids count, and what an event gets on its
way."""
import json
import re
import uuid

import pytest

from harness.gateway import NO_EVENT, NO_IDS, TOO_BIG, Case, table

HUGE = {"p": "x" * 4_200_000}

ORDER = [
    Case("the key goes before the body", "POST /v1/track", b"{", 401,
         "failed to read writekey from header", key=False),
    Case("the whole body must be JSON before an event is looked at", "POST /v1/batch",
         b'{"batch":[5],', 400, "invalid json"),
    Case("the first bad event decides: no object", "POST /v1/batch", {"batch": [5, {}]}, 400,
         NO_EVENT),
    Case("the first bad event decides: no ids", "POST /v1/batch", {"batch": [{}, 5]}, 400, NO_IDS),
    Case("ids go before size", "POST /v1/track", HUGE, 400, NO_IDS),
    Case("size comes last", "POST /v1/track", {"userId": "ada", **HUGE}, 413, TOO_BIG),
    Case("an audience list may have any size", "POST /v1/audiencelist", {"userId": "a", **HUGE}),
    Case("one audience list in a batch lets all of it pass", "POST /v1/batch",
         {"batch": [{"userId": "a", "type": "audiencelist"}, {"userId": "a", **HUGE}]}),
]

IDS = [
    Case("a number is an id", "POST /v1/track", b'{"userId":123}'),
    Case("false is an id", "POST /v1/track", b'{"userId":false}'),
    Case("an object is an id", "POST /v1/track", b'{"anonymousId":{"a":1}}'),
    *[Case(f"{value} is an id", "POST /v1/track", f'{{"anonymousId":{value}}}')
      for value in ("0", "true", "[]", "{}", "1.5")],
    Case("null is none", "POST /v1/track", b'{"userId":null}', 400, NO_IDS),
    Case("blanks are none", "POST /v1/track", b'{"userId":"  "}', 400, NO_IDS),
    Case("what cannot be seen is none", "POST /v1/track",
         json.dumps({"userId": " \u200b\u00ad\u2060\ufeff\u3164", "anonymousId": ""}), 400, NO_IDS),
    Case("U+0000 cannot be seen", "POST /v1/track", rb'{"userId":"\u0000"}', 400, NO_IDS),
    Case("a record needs none", "POST /v1/batch", {"batch": [{"type": "record"}]}),
    Case("an extract needs none", "POST /v1/batch", {"batch": [{"type": "extract"}]}),
    *[Case(f"a {kind} does", "POST /v1/batch", {"batch": [{"type": kind}]}, 400, NO_IDS)
      for kind in ("Record", "identify", "never heard of")],
    Case("an event without a type does", "POST /v1/batch", {"batch": [{"n": 1}]}, 400, NO_IDS),
    Case("what its path names a track does", "POST /v1/track", {"type": "record"}, 400, NO_IDS),
    Case("a track does", "POST /v1/batch", {"batch": [{"type": "track"}]}, 400, NO_IDS),
]

MUCH = {"p": "x" * 2_500_000}

IMPORTS = [
    Case("an import has the limit for each of its users", "POST /v1/import",
         {"batch": [{"userId": "a", **MUCH}, {"userId": "b", **MUCH}]}),
    Case("so has a pair of ids", "POST /v1/import",
         {"batch": [{"userId": "a", **MUCH}, {"userId": "a", "anonymousId": "b", **MUCH}]}),
    Case("one user's part of an import may be too much", "POST /v1/import",
         {"batch": [{"userId": "a", **MUCH}, {"userId": "b"}, {"userId": "a", **MUCH}]}, 413,
         TOO_BIG),
    Case("a batch has it for all together", "POST /v1/batch",
         {"batch": [{"userId": "a", **MUCH}, {"userId": "b", **MUCH}]}, 413, TOO_BIG),
    Case("an object for an import", "POST /v1/import", b'{"batch":{"userId":"a"}}'),
]

SHAPES = [
    Case("an object counts as one element", "POST /v1/batch", b'{"batch":{"userId":"a"}}'),
    Case("an event may have no type", "POST /v1/batch", {"batch": [{"userId": "a"}]}),
    Case("white space around it", "POST /v1/track", b' \n{"userId":"a"}\n '),
    Case("a NUL byte is not JSON", "POST /v1/track", b'{"userId":"a","event":"\0"}', 400,
         "invalid json"),
    Case("half a surrogate pair", "POST /v1/track", rb'{"userId":"a","event":"\ud83d"}'),
    Case("bytes that are not UTF-8", "POST /v1/track", b'{"userId":"a","event":"\xff"}'),
    Case("a key twice: the last one counts", "POST /v1/track", b'{"userId":"","userId":"a"}'),
    Case("a key twice: the last one counts, also when empty", "POST /v1/track",
         b'{"userId":"a","userId":""}', 400, NO_IDS),
]


@table(ORDER + IDS + IMPORTS + SHAPES)
def test_a_payload(gate, case):
    gate.hold(case)


def test_the_pair_of_ids_has_its_uuid(gate):
    event = gate.delivered({"userId": "identified_user_id", "anonymousId": "anonymousId_1",
                            "rudderId": "mine"})
    assert event["rudderId"] == "e4cab80e-2f0e-4fa2-87e0-3a4af182634c"


def test_what_cannot_be_seen_counts_for_the_uuid_but_stays_in_the_event(gate):
    clean = gate.delivered({"userId": "ada", "anonymousId": "12345678901234567890"})
    event = gate.delivered({"userId": " a\u200bda\t", "anonymousId": 12345678901234567890})
    assert event["rudderId"] == clean["rudderId"]
    assert (event["userId"], event["anonymousId"]) == (" a\u200bda\t", 12345678901234567890)


def test_a_message_id_is_kept_or_made(gate):
    assert gate.delivered({"userId": "a", "messageId": "mine"})["messageId"] == "mine"
    assert gate.delivered({"userId": "a", "messageId": " mi\u200bne "})["messageId"] == "mine"
    for given in ({}, *({"messageId": value} for value in (7, {"a": 1}, " ", "\u200b"))):
        made = gate.delivered({"userId": "a", **given})["messageId"]
        assert uuid.UUID(made).version == 4


def test_an_address_is_filled_in_only_where_it_lacks(gate):
    assert gate.delivered({"userId": "a"})["request_ip"] == "127.0.0.1"
    assert gate.delivered({"userId": "a", "request_ip": "192.0.2.1"})["request_ip"] == "192.0.2.1"


def test_received_at_is_when_it_was_received_whatever_the_client_says(gate):
    for given in ({}, {"receivedAt": "2020-01-01T00:00:00.000Z"}):
        event = gate.delivered({"userId": "a", **given})
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["receivedAt"])
        assert event["receivedAt"] > "2020-01-02"


@pytest.mark.parametrize("written", [
    "2020-01-02T03:04:05Z", "2020-01-02 03:04:05", "1577934245", "1577934245000",
    "2020-01-02 03:04:05 UTC", "2020-01-02 03:04:05 +0000",  # Ruby
    "2020-01-02 03:04:05 +0000 UTC", "Thu, 02 Jan 2020 03:04:05 GMT",  # Go, and HTTP
    "Thu Jan 02 2020 03:04:05 GMT+0000 (Coordinated Universal Time)",  # JavaScript
    "2020/01/02 03:04:05", "1/2/2020, 3:04:05 AM", "20200102T030405Z"])
def test_a_time_may_be_written_in_many_ways(gate, written):
    for name in ("timestamp", "originalTimestamp", "sentAt"):
        assert gate.delivered({"userId": "a", name: written})[name] == "2020-01-02T03:04:05.000Z"


@pytest.mark.parametrize("written", [7, None, "yesterday", "2020-01-02 03:04:05 PST", "1/2/20"])
def test_a_time_that_cannot_be_read_counts_as_none(gate, written):
    assert gate.delivered({"userId": "a", "timestamp": written})["timestamp"] > "2021"


def test_a_nul_character_is_kept(gate):
    assert gate.delivered({"userId": "a", "event": "a\u0000b"})["event"] == "a\u0000b"


def test_an_address_in_one_event_says_nothing_of_the_next(gate):
    """With rudder-server it becomes theirs too."""
    mark = str(uuid.uuid4())
    events = [{"type": "track", "userId": "a", "mark": mark, **given}
              for given in ({"request_ip": "192.0.2.1"}, {})]
    gate.hold(Case("", "POST /v1/batch", {"batch": events}))

    def mine(received):
        return [r.event["request_ip"] for r in received if r.event.get("mark") == mark]
    found = gate.line.receiver.wait_until(lambda received: len(mine(received)) == 2)
    assert mine(found) == ["192.0.2.1", "127.0.0.1"]


def test_crawlers_are_taken_as_anybody(gate):
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; crawler; spider)"
    event = gate.delivered({"userId": "a", "context": {"userAgent": agent}})
    assert event["context"]["userAgent"] == agent


def test_keys_keep_their_order_and_numbers_their_look(gate):
    event = gate.delivered({"userId": "a", "properties": {"z": 3.0, "a": 1e2, "m": -0.5}})
    assert list(event["properties"].items()) == [("z", 3.0), ("a", 100.0), ("m", -0.5)]
    assert all(isinstance(number, float) for number in event["properties"].values())


def test_numbers_keep_every_digit(gate):
    numbers = b'{"id":9007199254740993,"sum":18446744073709551616,"a":1.10,"b":1e400,"c":-0}'
    answer = gate.line.sender.post("/v1/track", b'{"userId":"digits","properties":%s}' % numbers)
    assert (answer.status, answer.body) == (200, b"ok")

    def properties_as_sent(received):
        return any(b'"userId":"digits","properties":%s,' % numbers in one.body for one in received)
    gate.line.receiver.wait_until(properties_as_sent)
