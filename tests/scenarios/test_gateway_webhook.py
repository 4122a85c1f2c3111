# SPDX-License-Identifier: Apache-2.0
"""A source of the webhook kind takes any request as one event."""
import pytest

from harness.api import basic
from harness.sender import Sender
from harness.wire import exchange

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
def hook(line):
    source = line.api.create_source(name="a service", type="webhook")
    line.api.connect(source, line.destination)
    return Sender(line.server, source["writeKey"])


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
def test_a_payload_becomes_the_properties_of_one_event(line, hook, headers, body, properties):
    url = f"/v1/webhook?writeKey={hook.write_key}"
    answer = hook.post(url, body, headers, auth=False)
    assert (answer.status, answer.body) == (200, b"ok")
    event = line.receiver.wait(1)[0].event
    assert (event["type"], event["event"]) == ("track", "webhook_source_event")
    assert event["properties"] == properties and len(event["anonymousId"]) == 36


def test_bad_payloads_and_keys_have_their_texts(line, hook):
    for headers, body, text in [(None, b'{"a":1}} ,{', b"invalid json\n"),
                                (None, b"plain words", b"invalid json\n"),
                                (PARTS, b"--y--", b"error during parsing multiform\n")]:
        answer = hook.post("/v1/webhook", body, headers)
        assert (answer.status, answer.body) == (400, text)
    missing = hook.post("/v1/webhook?writeKey=", {}, auth=False)
    assert (missing.status, missing.body) == (401, b"failed to read writekey from query params\n")
    other = line.sender.post("/v1/webhook", {})  # a key, but of no webhook source
    assert (other.status, other.body) == (401, b"invalid write key\n")


def test_a_webhook_without_a_handler_says_so(line):
    source = line.api.create_source(name="alerts", type="pagerduty")
    answer = Sender(line.server, source["writeKey"]).post("/v1/webhook", {})
    assert (answer.status, answer.body) == (404, b"source does not accept webhook events\n")


@pytest.mark.parametrize("kind, status, body", [
    ("webhook", 200, b""), ("pagerduty", 200, b""),
    ("adjust", 404, b"source does not accept webhook events\n")])  # which sends events by GET
def test_a_service_that_asks_by_get_is_told_whether_it_may_send(line, kind, status, body):
    key = line.api.create_source(name="a service", type=kind)["writeKey"]
    for headers, query in [({"Authorization": basic(key)}, ""), ({}, f"?writeKey={key}"),
                           ({"Authorization": basic(key)}, "?writeKey=")]:
        answer = exchange("GET", f"{line.server.url}/v1/webhook{query}", headers=headers)
        assert (answer.status, answer.body) == (status, body)


def test_a_source_may_want_to_know_how_its_requests_looked(line):
    source = line.api.create_source(name="a service", type="webhook",
                                    config={"putRequestDetailsInContext": True})
    line.api.connect(source, line.destination)
    sender = Sender(line.server, source["writeKey"])
    answer = sender.post(f"/v1/webhook?a=1&writeKey={source['writeKey']}&a=x%20y&b", {"order": 7},
                         {"x-hook-ID": "seven"})
    assert (answer.status, answer.body) == (200, b"ok")
    event = line.receiver.wait(1)[0].event
    context = event["context"]
    assert event["properties"] == {"order": 7}
    assert [context[key] for key in ("method", "url", "proto")] == [
        "POST", "/v1/webhook?a=1&a=x%20y&b", "HTTP/1.1"]
    assert context["query_parameters"] == {"a": ["1", "x y"], "b": [""]}
    assert context["headers"]["X-Hook-Id"] == ["seven"]
    assert source["writeKey"] not in str(event) and "Authorization" not in context["headers"]


SECRETS = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "X-Gitlab-Token",
           "X-Auth-Token", "X-Hub-Signature-256", "X-Shopify-Hmac-Sha256", "X-Webhook-Secret"]


def test_keys_tokens_and_signatures_of_a_request_are_kept_from_destinations(line):
    source = line.api.create_source(name="a service", type="webhook",
                                    config={"putRequestDetailsInContext": True})
    line.api.connect(source, line.destination)
    query = f"writeKey={source['writeKey']}&api_key=hidden&Token=hidden&sig=hidden&page=2"
    headers = {**{name: "hidden" for name in SECRETS}, "X-Event-Key": "repo:push",
               "X-Original-URI": f"/v1/webhook?{query}"}  # as a proxy adds it
    answer = Sender(line.server, "").post(f"/v1/webhook?{query}", {}, headers, auth=False)
    assert answer.body == b"ok"
    context = line.receiver.wait(1)[0].event["context"]
    assert "hidden" not in str(context) and source["writeKey"] not in str(context)
    assert (context["url"], context["query_parameters"]) == ("/v1/webhook?page=2", {"page": ["2"]})
    assert context["headers"]["X-Event-Key"] == ["repo:push"]


def test_a_source_that_is_not_asked_keeps_its_requests_to_itself(line, hook):
    hook.post(f"/v1/webhook?writeKey={hook.write_key}", {}, auth=False)
    context = line.receiver.wait(1)[0].event["context"]
    assert not {"method", "url", "proto", "headers", "query_parameters"} & set(context)
