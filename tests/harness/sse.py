# SPDX-License-Identifier: Apache-2.0
"""Server-sent events, read line by line."""
import http.client
import json
from urllib.parse import urlsplit

from .contract import CONTRACT
from .until import PATIENCE_S
from .wire import Answer


class Stream:
    """with Stream(api, target) as stream: stream.next(lambda live: …)"""

    def __init__(self, api, target, timeout=PATIENCE_S, schema="LiveEvent"):
        self.schema = schema  # of what it tells
        parts = urlsplit(api.server.url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        self.connection.request("GET", target, headers=api.headers)
        self.response = self.connection.getresponse()
        is_open = self.response.status == 200
        answer = Answer(self.response.status, self.response.headers,
                        b"" if is_open else self.response.read())
        CONTRACT.check("GET", target, None, answer)
        assert is_open, answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def lines(self):
        while line := self.response.readline():
            yield line.decode().rstrip("\r\n")

    def events(self):
        kind, data = None, []
        for line in self.lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].strip())
            elif line == "" and data:
                yield kind, json.loads("\n".join(data))
                kind, data = None, []

    def next(self, is_wanted):
        """The next live event that is wanted; others are passed over."""
        for kind, live in self.events():
            CONTRACT.validate("/components/schemas/" + self.schema, live, "live event")
            if kind == "live" and is_wanted(live):
                return live
        raise AssertionError("the stream ended")

    def ends(self, timeout=PATIENCE_S):
        """Whether the server ends the stream before the timeout."""
        self.connection.sock.settimeout(timeout)
        try:
            for _ in self.lines():
                pass
        except TimeoutError:
            return False
        return True
