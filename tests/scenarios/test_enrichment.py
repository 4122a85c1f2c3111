# SPDX-License-Identifier: Apache-2.0
"""What an event looks like when it arrives, compared to what was sent."""
import re
import uuid

MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_fields_that_the_server_fills(line):
    line.sender.post("/v1/track", {"userId": "identified_user_id", "anonymousId": "anonymousId_1",
                                   "event": "E", "rudderId": "spoofed"})
    event = line.receiver.wait(1)[0].event
    assert event["rudderId"] == "e4cab80e-2f0e-4fa2-87e0-3a4af182634c"
    assert uuid.UUID(event["messageId"]).version == 4
    assert MILLISECONDS.fullmatch(event["receivedAt"])
    assert event["request_ip"] == "127.0.0.1"
    assert event["type"] == "track"


def test_fields_that_stay_as_they_are(line):
    sent = {"userId": 12345678901234567, "messageId": "mine", "request_ip": "203.0.113.9",
            "event": "É \u0001 𝄞", "properties": {"big": 9007199254740993, "z": 1, "a": [None, {}]}}
    line.sender.post("/v1/track", sent)
    event = line.receiver.wait(1)[0].event
    for key, value in sent.items():
        assert event[key] == value, key


def test_timestamp_corrects_the_clock_of_the_sender(line):
    line.sender.post("/v1/track", {
        "userId": "ada", "event": "E", "originalTimestamp": "2020-01-01T00:00:00.000Z",
        "sentAt": "2020-01-01T00:00:05.000Z"})
    event = line.receiver.wait(1)[0].event
    received, stamp = event["receivedAt"], event["timestamp"]
    assert stamp[:4] == received[:4]  # the sender's clock was years behind
    seconds = [float(text[17:23]) for text in (received, stamp)]
    assert (seconds[0] - seconds[1]) % 60 - 5 < 0.01


def test_each_event_of_a_batch_is_one_delivery(line):
    ids = [str(uuid.uuid4()) for _ in range(50)]
    line.sender.batch([{"type": "track", "userId": f"u{n % 7}", "event": "E", "messageId": id}
                       for n, id in enumerate(ids)])
    line.receiver.wait_accepted_ids(ids)
    assert len(line.receiver.snapshot()) == len(ids)


def test_retried_deliveries_are_equal_to_the_byte(line):
    line.receiver.answer = lambda received: 200 if len(line.receiver.received) == 2 else 500
    line.sender.post("/v1/track", {"userId": "ada", "event": "no messageId"})
    first, second, third = line.receiver.wait(3)
    assert first.body == second.body == third.body
