# SPDX-License-Identifier: Apache-2.0
"""The response contract: success is `ok`, and every refusal has a text of its own in plain text.
SDKs on phones look for some of them: they are part of the wire."""
import gzip
import uuid

from harness.gateway import NO_EVENT, NO_IDS, Case, table

GZIP = {"Content-Encoding": "gzip"}
GOOD = b'{"userId":"ada"}'

TEXTS = [
    Case("success has two letters and no line feed", "POST /v1/track", GOOD, 200, "ok"),
    Case("no body", "POST /v1/track", b"", 400, "invalid json"),
    Case("no body for a batch", "POST /v1/batch", b"", 400, "invalid json"),
    Case("a comma too many", "POST /v1/track", b'{"userId":"a",}', 400, "invalid json"),
    Case("something after the end", "POST /v1/track", b'{"userId":"a"} x', 400, "invalid json"),
    Case("a list for one event", "POST /v1/track", b"[]", 400, NO_EVENT),
    Case("a number for one event", "POST /v1/track", b"7", 400, NO_EVENT),
    Case("null for one event", "POST /v1/track", b"null", 400, NO_EVENT),
    Case("a number in a batch", "POST /v1/batch", b'{"batch":[{"userId":"a"},5]}', 400, NO_EVENT),
    Case("no batch in it", "POST /v1/batch", b"{}", 400, "empty batch payload"),
    Case("a null batch", "POST /v1/batch", b'{"batch":null}', 400, "empty batch payload"),
    Case("an empty batch", "POST /v1/batch", b'{"batch":[]}', 400, "empty batch payload"),
    Case("a list for a batch", "POST /v1/batch", b"[]", 400, "empty batch payload"),
    *[Case(f"a batch that is {value}", "POST /v1/batch", f'{{"batch":{value}}}', 400, NO_EVENT)
      for value in ("7", '"x"', "true", "false", "[null]", "[[]]", '["x"]')],
    Case("a batch that is an object of nobody", "POST /v1/batch", b'{"batch":{}}', 400, NO_IDS),
    *[Case(f"{value} for a batch", "POST /v1/batch", value, 400, "empty batch payload")
      for value in ("7", "null", '"x"', "true")],
    *[Case(f"what is no JSON: {body}", "POST /v1/track", body, 400, "invalid json")
      for body in ("{", "{'userId':'a'}", '{"userId":NaN}', '{"userId":01}', "\ufeff{}",
                   '{"userId":"a"}{}', '{"userId":"a\nb"}', '{"userId":"a"}\0')],
    Case("an import without a batch", "POST /v1/import", b"{}", 400, "empty batch payload"),
    Case("an import of what is no event", "POST /v1/import", {"batch": [5]}, 400, NO_EVENT),
    Case("too much", "POST /v1/track", {"userId": "a", "p": "x" * 4_096_000}, 413,
         "request size exceeds max limit"),
    Case("no key for a beacon", "POST /beacon/v1/batch", b"{}", 401,
         "failed to read writekey from query params"),
    Case("no key for a webhook", "POST /v1/webhook", b"{}", 401,
         "failed to read writekey from query params", key=False),
    Case("an empty import", "POST /v1/import", b'{"batch":[]}', 400, "empty batch payload"),
    Case("nobody's event", "POST /v1/track", b'{"event":"E"}', 400, NO_IDS),
    Case("one of a batch is nobody's", "POST /v1/batch", {"batch": [{"userId": "a"}, {}]}, 400,
         NO_IDS),
    Case("no key", "POST /v1/track", GOOD, 401, "failed to read writekey from header", key=False),
    Case("a key nobody has", "POST /beacon/v1/batch?writeKey=x", b"{}", 401, "invalid write key"),
    Case("not gzip", "POST /v1/track", b"not at all", 500, "failed to read body from request",
         GZIP),
    Case("gzip that was cut off", "POST /v1/track", gzip.compress(GOOD)[:-6], 500,
         "failed to read body from request", GZIP),
    Case("a webhook of another kind of source", "POST /v1/webhook", b"{}", 401,
         "invalid write key"),
    Case("an unknown path", "POST /v1/unknown", b"{}", 404, "404 page not found"),
]


@table(TEXTS)
def test_an_answer(gate, case):
    gate.hold(case)


def test_refused_requests_leave_nothing_behind(line):
    for case in TEXTS[1:]:
        if case.key:
            line.sender.post(case.asks.split()[1].replace("KEY", "x"), case.body, case.headers)
    line.sender.track()
    assert [received.event["event"] for received in line.receiver.wait(1)] == ["Opened"]


def test_a_disabled_source_is_not_found(gate):
    source = gate.line.api.create_source(name=f"off {uuid.uuid4()}")
    other = gate.of(source)
    gate.line.api.put(f"/v2/sources/{source['id']}", {"enabled": False})
    other.hold(Case("", "POST /v1/track", GOOD, 404, "source is disabled"))
    other.hold(Case("", "POST /v1/collect?writeKey=KEY", GOOD, 404, "source is disabled"))
    gate.line.api.put(f"/v2/sources/{source['id']}", {"enabled": True})
    other.hold(Case("", "POST /v1/track", GOOD))


def test_an_import_keeps_the_users_it_can(line):
    batch = [{"type": "track", "event": "nobody"},
             {"userId": "ada", "type": "track", "event": "kept"}]
    answer = line.sender.post("/v1/import", {"batch": batch})
    assert (answer.status, answer.text) == (400, NO_IDS + "\n")
    assert [received.event["event"] for received in line.receiver.wait(1)] == ["kept"]
    assert line.sender.post("/v1/import", {"batch": batch[1:]}).body == b"ok"
