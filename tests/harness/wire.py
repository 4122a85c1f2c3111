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
