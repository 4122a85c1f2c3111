# SPDX-License-Identifier: Apache-2.0
"""Where the write key may stand, and whose address counts."""
import base64
import uuid

from harness.api import basic
from harness.gateway import Case, table

EVENT = {"userId": "ada", "event": "Opened"}
NO_KEY = "failed to read writekey from header"


def credentials(text):
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def refused(says, headers, text=NO_KEY):
    return Case(says, "POST /v1/track", EVENT, 401, text, headers, key=False)


KEYS = [
    refused("no header at all", {}),
    refused("a scheme and nothing else", {"Authorization": "Basic"}),
    refused("credentials that are not base64", {"Authorization": "Basic !!!"}),
    refused("another scheme", {"Authorization": "Bearer abc"}),
    refused("an empty name", credentials(":")),
    refused("an empty name and a password", credentials(":secret")),
    refused("credentials without a colon", credentials("abc")),
    refused("a key nobody has", credentials("nobody:"), "invalid write key"),
    refused("a key is judged before the body", credentials("nobody:"), "invalid write key"),
]


@table(KEYS)
def test_a_key_that_is_none(gate, case):
    gate.hold(case)


def test_the_password_is_ignored_and_the_scheme_may_have_any_letters(gate):
    for header in (basic(gate.key, "ignored"), basic(gate.key).replace("Basic", "bAsIc")):
        gate.hold(Case("", "POST /v1/track", EVENT, headers={"Authorization": header}, key=False))


def test_a_key_in_the_body_is_taken_and_cut_out(gate):
    mark = {"type": "track", "mark": str(uuid.uuid4()), **EVENT}
    body = {"writeKey": gate.key, "batch": [mark]}
    gate.hold(Case("", "POST /v1/batch", body, key=False))
    found = gate.line.receiver.wait_until(
        lambda received: [r for r in received if r.event.get("mark") == mark["mark"]])
    assert not [r for r in found if gate.key.encode() in r.body]


def test_headers_of_sdks_that_mean_nothing_here_are_ignored(gate):
    headers = {"SentAt": "2026-01-01T00:00:00Z", "Rsa-Retry-Attempt": "3", "RS-nodeCount": "1",
               "RS-targetNode": "0", "AnonymousId": "YW5vbg==", "Content-Type": "image/png"}
    gate.hold(Case("", "POST /v1/track", EVENT, headers=headers))


def test_an_untrusted_peer_is_not_believed_whom_it_forwards(gate):
    event = gate.delivered(EVENT, headers={"X-Forwarded-For": "203.0.113.9"})
    assert event["request_ip"] == "127.0.0.1"


def test_a_trusted_proxy_is_believed(make_server, line_of):
    line = line_of(make_server(trusted_proxies="127.0.0.0/8"))
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    assert line.sender.post("/v1/track", EVENT, headers).status == 200
    # Counted from the right: what the client wrote before it is its own word.
    assert line.receiver.wait(1)[0].event["request_ip"] == "203.0.113.9"
