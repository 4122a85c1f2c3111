# SPDX-License-Identifier: Apache-2.0
"""A source of the webhook kind takes any request as one event."""
import uuid
from dataclasses import dataclass

import pytest

from harness.api import basic
from harness.gateway import Case, Gate, table
from harness.receiver import Receiver

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}
NO_KEY = "failed to read writekey from query params"
NO_HANDLER = "source does not accept webhook events"


@dataclass
class Hook:
    gate: Gate
    receiver: Receiver

    def event(self):
        return self.receiver.wait(1)[0].event


@pytest.fixture
def make_hook(gate):
    """A source of that kind, and whoever gets its events."""
    receivers = []

    def make(kind="webhook", **config):
        api, receiver = gate.line.api, Receiver()
        receivers.append(receiver)
        name = str(uuid.uuid4())
        source = api.create_source(name=name, type=kind, config=config)
        api.connect(source, api.create_webhook(receiver.url, name=name))
        return Hook(gate.of(source), receiver)

    yield make
    for receiver in receivers:
        receiver.close()


@pytest.fixture
def hook(make_hook):
    return make_hook()


@pytest.mark.parametrize("headers, body, properties", [
    ({}, {"order": 7}, {"order": 7}),
    ({}, b"", {}),
    (FORM, b"a=1&b=x+y&a=2", {"a": ["1", "2"], "b": ["x y"]}),
    (PARTS, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--', {"a": ["1"]}),
    # Bytes that are not UTF-8: of a form they are ISO 8859-1, in JSON they can only be replaced.
    (FORM, b"a=caf%E9&b=\xfc&c=caf%C3%A9", {"a": ["caf\xe9"], "b": ["\xfc"], "c": ["caf\xe9"]}),
    (PARTS, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xfc\r\n--x--',
     {"a": ["\xfc"]}),
    ({}, b'{"a":"\xff","b":"\\ud83d"}', {"a": "\ufffd", "b": "\ufffd"}),
])
def test_a_payload_becomes_the_properties_of_one_event(hook, headers, body, properties):
    hook.gate.hold(Case("", "POST /v1/webhook?writeKey=KEY", body, headers=headers, key=False))
    event = hook.event()
    assert (event["type"], event["event"]) == ("track", "webhook_source_event")
    assert event["properties"] == properties and len(event["anonymousId"]) == 36


REFUSED = [
    Case("two values", "POST /v1/webhook", b'{"a":1}} ,{', 400, "invalid json"),
    Case("plain words", "POST /v1/webhook", b"plain words", 400, "invalid json"),
    Case("parts that never begin", "POST /v1/webhook", b"--y--", 400,
         "error during parsing multiform", PARTS),
    Case("more fields than anybody has", "POST /v1/webhook", b"a=1&" * 1001, 400,
         "error during parsing form", FORM),
    Case("no key", "POST /v1/webhook", {}, 401, NO_KEY, key=False),
    Case("an empty key", "POST /v1/webhook?writeKey=", {}, 401, NO_KEY, key=False),
    Case("a key nobody has", "POST /v1/webhook?writeKey=nobody", {}, 401, "invalid write key"),
    Case("a question without a key", "GET /v1/webhook", b"", 401, NO_KEY, key=False),
]


@table(REFUSED)
def test_what_is_no_payload_or_has_no_key(hook, case):
    hook.gate.hold(case)


def test_a_key_of_the_query_goes_before_the_header(hook):
    hook.gate.hold(Case("", "POST /v1/webhook?writeKey=KEY", {}, key=False,
                        headers={"Authorization": basic("nobody")}))
    hook.gate.hold(Case("", "POST /v1/webhook?writeKey=", {}))  # an empty one does not


def test_a_source_of_another_kind_is_not_known(gate):
    gate.hold(Case("", "POST /v1/webhook", {}, 401, "invalid write key"))
    gate.hold(Case("", "GET /v1/webhook", b"", 401, "invalid write key"))


def test_a_webhook_without_a_handler_says_so(make_hook):
    gate, case = make_hook("pagerduty").gate, Case("", "POST /v1/webhook", {}, 404, NO_HANDLER)
    gate.hold(case)
    gate.hold_unsent(case)


@pytest.mark.parametrize("kind, status, text", [
    ("webhook", 200, ""), ("pagerduty", 200, ""),
    ("adjust", 404, NO_HANDLER)])  # which sends events by GET
def test_a_service_that_asks_by_get_is_told_whether_it_may_send(make_hook, kind, status, text):
    gate = make_hook(kind).gate
    for has_header, query in [(True, ""), (False, "?writeKey=KEY"), (True, "?writeKey=")]:
        gate.hold(Case("", "GET /v1/webhook" + query, b"", status, text, key=has_header))


def test_a_source_may_want_to_know_how_its_requests_looked(make_hook):
    hook = make_hook(putRequestDetailsInContext=True)
    hook.gate.hold(Case("", "POST /v1/webhook?a=1&writeKey=KEY&a=x%20y&b", {"order": 7},
                        headers={"x-hook-ID": "seven"}))
    event = hook.event()
    context = event["context"]
    assert event["properties"] == {"order": 7}
    assert [context[key] for key in ("method", "url", "proto")] == [
        "POST", "/v1/webhook?a=1&a=x%20y&b", "HTTP/1.1"]
    assert context["query_parameters"] == {"a": ["1", "x y"], "b": [""]}
    assert context["headers"]["X-Hook-Id"] == ["seven"]
    assert hook.gate.key not in str(event) and "Authorization" not in context["headers"]


SECRETS = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "X-Gitlab-Token",
           "X-Auth-Token", "X-Hub-Signature-256", "X-Shopify-Hmac-Sha256", "X-Webhook-Secret"]


def test_keys_tokens_and_signatures_of_a_request_are_kept_from_destinations(make_hook):
    hook = make_hook(putRequestDetailsInContext=True)
    key = hook.gate.key
    query = f"writeKey={key}&api_key=hidden&Token=hidden&sig=hidden&page=2"
    headers = {**{name: "hidden" for name in SECRETS}, "X-Event-Key": "repo:push",
               "X-Original-URI": f"/v1/webhook?{query}"}  # as a proxy adds it
    hook.gate.hold(Case("", f"POST /v1/webhook?{query}", {}, headers=headers, key=False))
    context = hook.event()["context"]
    assert "hidden" not in str(context) and key not in str(context)
    assert (context["url"], context["query_parameters"]) == ("/v1/webhook?page=2", {"page": ["2"]})
    assert context["headers"]["X-Event-Key"] == ["repo:push"]


def test_a_source_that_is_not_asked_keeps_its_requests_to_itself(hook):
    hook.gate.hold(Case("", "POST /v1/webhook?writeKey=KEY", {}, key=False))
    assert not {"method", "url", "proto", "headers", "query_parameters"} & set(
        hook.event()["context"])
