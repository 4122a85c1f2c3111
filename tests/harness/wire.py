# SPDX-License-Identifier: Apache-2.0
"""One HTTP exchange, nothing added and nothing followed."""
import http.client
import json
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .seeded import SEEDED
from .until import PATIENCE_S


@dataclass
class Answer:
    status: int
    headers: "http.client.HTTPMessage"
    body: bytes
    sent: dict = field(default_factory=dict)

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


def connect(url, trust=None, timeout=PATIENCE_S):
    """trust: the file of the only certificate to believe."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    context = ssl.create_default_context(cafile=trust)
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout,
                                       context=context)


def dial(url, trust=None, timeout=PATIENCE_S):
    """A socket, for what http.client would not send."""
    connection = connect(url, trust, timeout)
    connection.connect()
    return connection.sock


class Peer:
    """Reads answers off one connection, in their order."""

    def __init__(self, connection):
        self._stream = connection.makefile("rb")

    def makefile(self, _mode):  # what HTTPResponse asks of a socket
        return _Kept(self._stream)

    def answer(self, method="POST"):
        """The next one, and whether it is the connection's last."""
        response = http.client.HTTPResponse(self, method=method)
        response.begin()
        answer = Answer(response.status, response.headers, response.read())
        return answer, response.will_close

    def rest(self):
        """All that comes until the other side closes, in whichever way."""
        rest = b""
        try:
            while block := self._stream.read1():
                rest += block
        except TimeoutError:
            raise
        except OSError:
            pass  # without a good-bye
        return rest


class _Kept:
    """A stream that an answer's end leaves open."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def close(self):
        pass


def exchange(method, url, body=None, headers=None, timeout=PATIENCE_S, trust=None):
    """body: bytes, or None for no body (and no Content-Length on GET)."""
    parts = urlsplit(url)
    connection = connect(url, trust, timeout)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
    finally:
        connection.close()
    SEEDED.add_exchange(url, body, headers, answer)
    return answer
