# SPDX-License-Identifier: Apache-2.0
"""Tables of what the gateway is asked and must answer, to the byte."""
import copy
import json
import uuid
from dataclasses import dataclass, field

import pytest

from .api import basic
from .contract import Contract
from .server import ROOT
from .wire import Peer, dial, exchange

INGEST = Contract(ROOT / "api/ingest.yaml")
PLAIN = "text/plain; charset=utf-8"
NO_IDS = "request neither has anonymousId nor userId"
NO_EVENT = "event is not a valid rudder event"
TOO_BIG = "request size exceeds max limit"


@dataclass
class Case:
    """One row: what it is about, what is asked, and the answer."""

    says: str
    asks: str  # "POST /v1/track"; KEY in it stands for the source's write key
    body: "bytes | str | dict | list" = b""
    status: int = 200
    text: str = "ok"  # of an error without its line feed
    headers: dict = field(default_factory=dict)
    key: bool = True  # whether the write key is sent as Basic credentials


def table(cases):
    """One test for each row, named by what it says."""
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.says)


def raw(body):
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def check_described(operation, answer):
    """A refusal says one of the texts that the document gives for this route and status."""
    at, response = operation.response(answer.status)
    texts = {example["value"] for body in response.get("content", {}).values()
             for example in body.get("examples", {}).values()}
    assert not texts or answer.text.removesuffix("\n") in texts, f"{at}: {answer!r}"
    missing = response.get("headers", {}).keys() - answer.headers.keys()
    assert not missing, f"{at}: without {missing}"


class Gate:
    """A source that is connected to a webhook, for a whole file of rows."""

    def __init__(self, line, scheme="http", trust=None):
        self.line = line
        self.url = line.server.url if scheme == "http" else line.server.tls_url
        self.trust = trust  # with https: the only certificate to believe
        self.key = line.source["writeKey"]

    def exchange(self, method, target, body=None, headers=None):
        return exchange(method, self.url + target, body, headers, trust=self.trust)

    def dial(self):
        """A connection to say bytes on."""
        return dial(self.url, self.trust)

    def of(self, source):
        """The gate of another source."""
        other = copy.copy(self)
        other.key = source["writeKey"]
        return other

    def ask(self, case):
        method, target = case.asks.replace("KEY", self.key).split(" ", 1)
        headers = {"Authorization": basic(self.key)} if case.key else {}
        body = None if method == "GET" else raw(case.body)
        return self.exchange(method, target, body, {**headers, **case.headers})

    def hold_unsent(self, case):
        """Asks whether the body is wanted, which the header alone refuses with the same bytes.
        The word to go on would be followed by nothing."""
        headers = {"Host": "h", "Expect": "100-continue", "Content-Length": "16",
                   **({"Authorization": basic(self.key)} if case.key else {}), **case.headers}
        lines = [f"{name}: {value}" for name, value in headers.items()]
        with self.dial() as connection:
            connection.sendall("\r\n".join([f"{case.asks} HTTP/1.1", *lines, "", ""]).encode())
            answer, is_last = Peer(connection).answer()
        assert (answer.status, answer.text, is_last) == (case.status, case.text + "\n", True)
        assert answer.headers["Content-Type"] == PLAIN
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def hold(self, case):
        """Asks, and compares what every answer of the gateway must have."""
        answer = self.ask(case)
        method, target = case.asks.split(" ", 1)
        described = INGEST.find(method, target)
        if described:
            check_described(described, answer)
        is_error = case.status >= 400
        text = case.text + "\n" if is_error and case.text else case.text
        assert (answer.status, answer.body) == (case.status, text.encode())
        if text:
            assert answer.headers["Content-Type"] == PLAIN
        if is_error and text:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer

    def delivered(self, event, path="/v1/track", headers=None):
        """The event as the destination gets it."""
        mark = str(uuid.uuid4())
        event = {**event, "mark": mark}
        body = {"batch": [event]} if path.endswith(("batch", "import", "retl", "replay")) else event
        self.hold(Case("", f"POST {path}", body, headers=headers or {}))

        def mine(received):
            return [r.event for r in received if r.event.get("mark") == mark]
        return mine(self.line.receiver.wait_until(mine))[0]
