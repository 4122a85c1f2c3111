# SPDX-License-Identifier: Apache-2.0
"""What official SDKs send, and what they do with an answer: those that do not run here as they are
(test_sdks.py has the others)."""
import gzip
import json
import re

import pytest

from harness.gateway import INGEST, NO_IDS, Case, table

SENT = "2026-01-02T03:04:05.678Z"
EVENT = {"messageId": "m", "type": "track", "event": "Opened", "channel": "mobile",
         "anonymousId": "6f0c", "originalTimestamp": SENT, "context": {"library": {
             "name": "com.rudderstack.android.sdk.core", "version": "1.26.0"}}}
GZIP = {"Content-Encoding": "gzip"}
JSON = {"Content-Type": "application/json"}
GO = {"RS-targetNode": "0", "RS-nodeCount": "1", "RS-userAgent": "analytics-go (version: 4.2.0)"}


def packed(body):
    return gzip.compress(json.dumps(body).encode())


MOBILE = {"sentAt": SENT, "batch": [EVENT]}  # with a sentAt beside the events
SDKS = [
    Case("Android", "POST /v1/batch", packed(MOBILE), headers={**JSON, **GZIP,
                                                               "AnonymousId": "NmYwYw=="}),
    Case("iOS", "POST /v1/batch", packed(MOBILE), headers={**GZIP, "AnonymousId": "NmYwYw=="}),
    Case("Go", "POST /v1/batch", packed({"messageId": "b", "sentAt": SENT, "batch": [EVENT]}),
         headers={**JSON, **GZIP, **GO}),
    Case("Java", "POST /v1/batch", {"batch": [EVENT], "sentAt": SENT, "context": {}},
         headers={"Content-Type": "application/json; charset=utf-8"}),
    Case("Ruby", "POST /v1/batch", {"batch": [EVENT]}, headers=JSON),
    Case("Rust", "POST /v1/track", EVENT, headers=JSON),
    Case(".NET", "POST /v1/batch", {"batch": [EVENT], "messageId": "b", "sentAt": SENT},
         headers={"Content-Type": "application/json; charset=utf-8"}),
    Case(".NET, packed", "POST /v1/batch", packed({"batch": [EVENT]}), headers={**JSON, **GZIP}),
    Case("JavaScript, each event alone", "POST /v1/track", EVENT,
         headers={"Content-Type": "application/json;charset=UTF-8", "SentAt": SENT,
                  "Rsa-Retry-Attempt": "1", "Rsa-Retry-Reason": "server-429"}),
    Case("JavaScript, a batch", "POST /v1/batch", {"batch": [EVENT], "sentAt": SENT}),
    Case("JavaScript, a beacon", "POST /beacon/v1/batch?writeKey=KEY", {"batch": [EVENT],
         "sentAt": SENT}, key=False, headers={"Content-Type": "text/plain;charset=UTF-8"}),
    Case("a phone's poison: one of its events is nobody's", "POST /v1/batch",
         packed({"sentAt": SENT, "batch": [EVENT, {**EVENT, "anonymousId": ""}]}), 400, NO_IDS,
         GZIP),
]


@table(SDKS)
def test_an_sdk(gate, case):
    gate.hold(case)


@pytest.mark.parametrize("phrase", [
    "invalid write key",  # phones stop for the life of their process
    "request neither has anonymousId nor userId"])  # phones throw away events without ids
def test_what_phones_look_for_is_said_by_one_text_only(phrase):
    texts = {example["value"] for response in INGEST.document["components"]["responses"].values()
             for body in response["content"].values()
             for example in body.get("examples", {}).values()}
    assert [text for text in texts if phrase.lower() in text.lower()] == [phrase]


def test_no_refusal_is_json_or_speaks_of_invalid_json_as_dotnet_reads_it(gate):
    for case in (Case("", "POST /v1/batch", b"{", 400, "invalid json"),
                 Case("", "POST /v1/batch", {"batch": []}, 400, "empty batch payload")):
        answer = gate.hold(case)  # Python takes JSON for an error of its own shape
        assert not re.match(rb'[\[{"]', answer.body) and b"Invalid JSON" not in answer.body


def test_go_is_told_of_one_node_and_other_sdks_of_no_transformations(gate):
    assert gate.exchange("GET", "/cluster-info").json() == {"nodeCount": 1}
    for body in ({"metadata": {"Custom-Authorization": "t"}, "batch": []}, {}):
        gate.hold(Case("", "POST /transform", body, 404, "404 page not found"))
