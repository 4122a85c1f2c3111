# SPDX-License-Identifier: Apache-2.0
"""Authentication: where the write key may stand, what headers say beside it, and whose address
counts. Source ids instead of a key are in test_gateway_internal.py."""
import base64
import uuid

import pytest

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
    Case("a key is judged before the body", "POST /v1/track", b"{", 401, "invalid write key",
         credentials("nobody:"), key=False),
    Case("a missing key too", "POST /v1/track", b"{", 401, NO_KEY, key=False),
    refused("a user name and a key for a password", credentials("ada:KEY"), "invalid write key"),
]

ELSEWHERE = [
    Case("a query's key goes before a header's", "POST /v1/webhook?writeKey=nobody", EVENT, 401,
         "invalid write key"),
    Case("an empty query key is none", "POST /v1/webhook?writeKey=", EVENT),
    Case("a webhook takes the key of its header", "POST /v1/webhook", EVENT),
    Case("and of its query", "POST /v1/webhook?writeKey=KEY", EVENT, key=False),
    Case("a webhook's key is good for every other route", "POST /v1/track", EVENT),
    Case("services may ask whether anybody is there", "GET /v1/webhook?writeKey=KEY", text="",
         key=False),
    Case("but not without a key", "GET /v1/webhook", status=401,
         text="failed to read writekey from query params", key=False),
]


@pytest.fixture(name="hook", scope="module")
def make_hook(gate_line):
    return gate_line.api.create_source(name="hook", type="webhook")


@table(KEYS)
def test_a_key_that_is_none(gate, case):
    gate.hold(case)


@table(ELSEWHERE)
def test_a_key_of_a_webhook_source(gate, hook, case):
    gate.of(hook).hold(case)


@table([case for case in KEYS if "Authorization" in case.headers] + [
    Case("a beacon without a key", "POST /v1/collect", status=401,
         text="failed to read writekey from query params"),
    Case("a webhook without a key", "POST /v1/webhook", status=401, key=False,
         text="failed to read writekey from query params"),
    Case("a webhook with a key of another source", "POST /v1/webhook", status=401,
         text="invalid write key")])
def test_whoever_asks_before_it_sends_a_body_hears_the_same_at_once(gate, case):
    gate.hold_unsent(case)


def test_a_disabled_source_is_told_before_the_body_is_looked_at(gate, scheme):
    source = gate.line.api.create_source(name=f"off-{scheme}")
    gate.line.api.put(f"/v2/sources/{source['id']}", {"enabled": False})
    case = Case("", "POST /v1/track", b"{", 404, "source is disabled")
    gate.of(source).hold(case)
    gate.of(source).hold_unsent(case)


def test_a_pixel_takes_no_key_of_a_header(gate):
    target = "/pixel/v1/track?userId=ada&mark=pixel"
    assert gate.exchange("GET", target, None, credentials(gate.key + ":")).status == 200
    gate.delivered(EVENT)  # of the same user, so later
    assert not [received for received in gate.line.receiver.snapshot()
                if received.event.get("mark") == "pixel"]


def test_the_password_is_ignored_and_the_scheme_may_have_any_letters(gate):
    for header in (basic(gate.key, "ignored"), basic(gate.key).replace("Basic", "bAsIc")):
        gate.hold(Case("", "POST /v1/track", EVENT, headers={"Authorization": header}, key=False))


def test_credentials_may_lack_their_padding(gate):
    """Which rudder-server takes for no credentials."""
    header = basic(gate.key)
    assert header.endswith("=")
    gate.hold(Case("", "POST /v1/track", EVENT, headers={"Authorization": header.rstrip("=")},
                   key=False))


def test_a_key_in_the_body_is_taken_and_cut_out(gate):
    mark = {"type": "track", "mark": str(uuid.uuid4()), **EVENT}
    body = {"writeKey": gate.key, "batch": [mark]}
    gate.hold(Case("", "POST /v1/batch", body, key=False))
    found = gate.line.receiver.wait_until(
        lambda received: [r for r in received if r.event.get("mark") == mark["mark"]])
    assert not [r for r in found if gate.key.encode() in r.body]


def test_headers_of_sdks_that_mean_nothing_here_are_ignored(gate):
    headers = {"SentAt": "2026-01-01T00:00:00Z", "Rsa-Retry-Attempt": "3", "RS-nodeCount": "1",
               "RS-targetNode": "0", "RS-userAgent": "go", "AnonymousId": "not base64 \xe9",
               "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
               "X-Rudder-Job-Run-Id": "run", "X-Rudder-Task-Run-Id": "task"}
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
