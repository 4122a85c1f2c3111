# SPDX-License-Identifier: Apache-2.0
"""Bad input gets a documented error; the process never dies of it. PINTLE_BAD_INPUT=full sends
every naughty text to every place, not each to some."""
import copy
import os
import re
from itertools import cycle, islice
from urllib.parse import quote

import pytest

from harness import server as pintle
from harness.api import basic, sign_in
from harness.asking import Asker, Things
from harness.callers import People
from harness.contract import CONTRACT
from harness.decisions import read_table
from harness.naughty import as_json, naughty_strings
from harness.wire import exchange

ROWS, MAKERS = read_table()
NAUGHTY = naughty_strings()
IS_FULL = os.environ.get("PINTLE_BAD_INPUT") == "full"
# Each place gets another part of the list; 23 parts of it, so that fields do not share them.
TURN = cycle(NAUGHTY)
HEADERS = ["Authorization", "Cookie", "X-CSRF-Token", "X-Workspace-Id", "User-Agent", "Accept",
           "Content-Type", "Content-Encoding", "X-Forwarded-For", "X-Request-Id", "Origin",
           "Sec-Fetch-Site", "Referer", "If-None-Match", "Last-Event-ID", "Accept-Encoding"]


def some():
    return NAUGHTY if IS_FULL else list(islice(TURN, 23))


@pytest.fixture(scope="module")
def people(make_server_once):
    server = make_server_once(start=False, token_requests_per_s=0, unknown_tokens_per_s=0)
    return People(server).start()


def resolved(schema):
    while isinstance(schema, dict) and "$ref" in schema:
        schema = CONTRACT.look_up(schema["$ref"].removeprefix("#"))
    return schema if isinstance(schema, dict) else {}


def paths_of(schema, path=(), depth=4):
    """Where in a body there is something to say."""
    schema = resolved(schema)
    for part in schema.get("allOf", []) + schema.get("oneOf", []) + schema.get("anyOf", []):
        yield from paths_of(part, path, depth)
    for name, inner in schema.get("properties", {}).items():
        yield (*path, name)
        if depth:
            yield from paths_of(inner, (*path, name), depth - 1)


def body_with(path, value, base):
    body = at = copy.deepcopy(base)
    for key in path[:-1]:
        if not isinstance(at.get(key), dict):
            at[key] = {}
        at = at[key]
    at[path[-1]] = value
    return body


class Sender(Asker):
    """Sends what is bad to one operation, as an Admin; notes what is not a documented answer."""

    def __init__(self, people, operation):
        super().__init__(people, Things(people, MAKERS), operation, ROWS[operation.id])
        name = "PAT read-write of admin" if self.row.api == "token" else "session of admin"
        self.caller = next(caller for caller in people.callers if caller.name == name)
        self.wrong = []

    def send(self, target, body=None, headers=None):
        method = self.operation.method.upper()
        sent = {**self.caller.headers, **(headers or {})}
        try:
            answer = self.exchange(method, target, body, sent)
            assert answer.status < 500, f"{method} {target}: {answer}"
            if not (self.is_stream and answer.status == 200):
                CONTRACT.check(method, target, body, answer, counts=False)
        except (AssertionError, OSError) as error:
            self.wrong.append(f"{self.operation.id}: {str(error)[:300]} of {target} {body!r:.200}")
            self.connection = None

    def bad_bodies(self):
        content = self.operation.body["requestBody"]["content"].get("application/json")
        base = self.things.fill((self.row.names or [{}])[0].get("body") or {}, self.caller)
        for raw in (b"", b"null", b"[]", b"7", b'"', b"{", b"{}{}", b"\xff\xfe", b"[" * 5000,
                    b'{"a":1,"a":2}', b'{"name":"\\ud800"}', b'{"name":"\xc3\x28"}'):
            yield raw
        for path in dict.fromkeys(paths_of(content["schema"])) if content else ():
            for value in [*some(), None, 7, -1.5, 1e300, 2**70, True, [], {}, [[]], [None] * 3]:
                yield as_json(body_with(path, value, base))

    def try_bodies(self):
        target = self.target(self.caller)
        for body in self.bad_bodies():
            self.send(target, body, {"Content-Type": "application/json"})

    def try_ids(self):
        for _, name in self.words:
            for text in some():
                path = self.operation.path.replace(
                    "{%s}" % name, quote(text, safe="", errors="surrogatepass") or "%00")
                self.send(re.sub(r"\{\w+\}", "0" * 27, path))

    def try_queries(self):
        for parameter in map(resolved, self.operation.body.get("parameters", [])):
            if parameter["in"] != "query":
                continue
            for text in some():
                value = quote(text, safe="", errors="surrogatepass")
                target = self.target(self.caller).split("?")[0]
                self.send(f"{target}?{parameter['name']}={value}")


def test_bad_input_of_every_operation_gets_a_documented_answer(people):
    wrong = []
    for operation in CONTRACT.operations:
        row = ROWS.get(operation.id)
        if not row or row.api == "local" or row.spends:
            continue
        sender = Sender(people, operation)
        if "requestBody" in operation.body:
            sender.try_bodies()
        sender.try_ids()
        sender.try_queries()
        wrong += sender.wrong
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:40])
    assert people.server.process.poll() is None


def header_value(text):
    """What may stand in a header: the parser ends connections that send control characters."""
    raw = text.encode("utf-8", "surrogatepass")
    return re.sub(rb"[\0-\x08\x0a-\x1f\x7f]", b"?", raw).decode("latin-1")


@pytest.mark.parametrize("header", HEADERS)
def test_bad_headers_get_a_documented_answer(people, header):
    caller = next(caller for caller in people.callers if caller.name == "session of admin")
    url = people.server.url
    for target in ("/v2/workspace", "/v2/sources", "/v2/session", "/v2/token", "/v2/members"):
        for text in some():
            sent = {**caller.headers, header: header_value(text)}
            answer = exchange("GET", url + target, None, sent)
            if answer.headers["X-Request-Id"] and answer.status != 400:
                CONTRACT.check("GET", target, None, answer, counts=False)
            assert answer.status < 500 and "X-Injected" not in answer.headers, (text, answer)


@pytest.mark.parametrize("spell", [lambda text: "Bearer " + text, lambda text: basic(text, text),
                                   lambda text: basic("", text)], ids=["bearer", "basic", "none"])
def test_bad_credentials_are_all_the_same_refusal(people, spell):
    first = exchange("GET", people.server.url + "/v2/workspace", None,
                     {"Authorization": "Bearer nonsense"})
    for text in NAUGHTY:
        spelt = spell(text.encode("utf-8", "replace").decode())
        answer = exchange("GET", people.server.url + "/v2/workspace", None,
                          {"Authorization": header_value(spelt)})
        if answer.status != 431:
            assert (answer.status, answer.body) == (401, first.body), (text, answer)


def test_after_all_that_the_server_is_well(people):
    assert sign_in(people.server).get("/v2/workspace").status == 200
    assert pintle.run("audit", "verify", "--data", people.server.data).returncode == 0
