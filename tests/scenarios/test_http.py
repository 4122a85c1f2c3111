# SPDX-License-Identifier: Apache-2.0
"""HTTP as hostile and as clumsy clients speak it."""
import re
import socket
from urllib.parse import urlsplit

import pytest

from harness.until import PATIENCE_S
from harness.wire import exchange


def converse(server, *pieces, until=None):
    """Sends pieces on one connection; all that comes back until those bytes, or the server's
    end."""
    parts = urlsplit(server.url)
    answer = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            while (until is None or until not in answer) and (block := connection.recv(65536)):
                answer += block
        except ConnectionError:
            pass  # it has not read all of it
    return answer


BAD_REQUESTS = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    b"GET /health HTTP/1.1\r\n\r\n",  # no Host
    b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",  # smuggling
    b"POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    b"POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n",
    b"POST /v1/track HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /health HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
    b"GET /health HTTP/1.1\nHost: a\n\n",
]


@pytest.mark.parametrize("request_bytes", BAD_REQUESTS)
def test_what_is_no_request_gets_400(server, request_bytes):
    answer = converse(server, request_bytes)
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert answer.count(b"HTTP/1.1") == 1
    assert exchange("GET", server.url + "/health").status == 200


def test_header_limits(server):
    long = b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"
    assert converse(server, long).startswith(b"HTTP/1.1 431 ")
    many = b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 200 + b"\r\n"
    assert converse(server, many).startswith(b"HTTP/1.1 431 ")


def test_pipelined_requests_are_answered_in_order(server):
    one = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = converse(server, (one % b"health") + (one % b"v1/nothing") + (last % b"health"))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"404", b"200"]


def test_a_request_may_come_byte_by_byte(server):
    request = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answer = converse(server, *[bytes([byte]) for byte in request])
    assert answer.startswith(b"HTTP/1.1 200 ") and b'"server":"UP"' in answer


def test_expect_continue(server):
    answer = converse(server, b"POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                              b"Expect: 100-continue\r\nAuthorization: Basic d3Jvbmc6\r\n\r\n",
                      until=b"\r\n\r\n")
    # Either the answer at once, since the key is wrong, or the word to go on.
    assert answer.startswith((b"HTTP/1.1 100 ", b"HTTP/1.1 401 ")), answer


def test_the_dashboard_is_served_with_a_strict_policy(server):
    page = exchange("GET", server.url + "/", None, {"Accept": "text/html"})
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src" in policy and "unsafe-inline" not in policy.split("style-src")[0]
    assert "frame-ancestors 'none'" in policy or page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    deep = exchange("GET", server.url + "/w/anything/connections", None, {"Accept": "text/html"})
    assert (deep.status, deep.body) == (200, page.body)
    assert exchange("GET", server.url + "/assets/nothing.js").status == 404
    assert exchange("GET", server.url + "/assets/../../etc/passwd").status in (400, 404)
