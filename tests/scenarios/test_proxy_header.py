# SPDX-License-Identifier: Apache-2.0
"""A proxy that says ahead of each connection who its client is."""
import json
import socket
from urllib.parse import urlsplit

import pytest

from conftest import make_line
from harness import server as pintle
from harness.api import basic
from harness.until import PATIENCE_S

ON = {"trusted_proxies": "127.0.0.0/8", "proxy_protocol": "true"}
V1 = b"PROXY TCP4 198.51.100.1 192.0.2.1 56324 443\r\n"
V2 = (b"\r\n\r\n\0\r\nQUIT\n\x21\x21\x00\x24" + bytes.fromhex("20010db8" + "0" * 22 + "07") +
      bytes.fromhex("20010db8" + "0" * 22 + "08") + b"\xdc\x04\x01\xbb")
LOCAL = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00"


def track(key, *headers):
    body = json.dumps({"userId": "ada", "event": "Opened"}).encode()
    lines = ["POST /v1/track HTTP/1.1", "Host: a", "Connection: close",
             f"Authorization: {basic(key)}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def say(url, *pieces):
    """All that comes back until the server closes."""
    parts = urlsplit(url)
    answer = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            while block := connection.recv(65536):
                answer += block
        except ConnectionError:
            pass
    return answer


@pytest.fixture
def proxied(make_server, receiver):
    """A line that was made before the proxy stood there: its API is asked without one."""
    first = make_server()
    line = make_line(first, receiver)
    first.stop()
    line.server = make_server(first.data, is_set_up=False, **ON)
    return line


@pytest.mark.parametrize("header, extra, address", [
    (V1, [], "198.51.100.1"), (V2, [], "2001:db8::7"), (LOCAL, [], "127.0.0.1"),
    (b"PROXY UNKNOWN\r\n", [], "127.0.0.1"),
    (V1, ["X-Forwarded-For: 203.0.113.9"], "198.51.100.1")],  # the client is not a proxy
    ids=["version 1", "version 2", "a health check", "unknown", "a claim of the client"])
def test_the_client_is_who_the_proxy_says(proxied, header, extra, address):
    request = track(proxied.source["writeKey"], *extra)
    pieces = [bytes([byte]) for byte in header] + [request]
    assert b" 200 " in say(proxied.server.url, *pieces)
    assert b" 200 " in say(proxied.server.url, header + request)
    for received in proxied.receiver.wait(2):
        assert received.event["request_ip"] == address


def test_a_proxy_that_says_nothing_is_not_served(proxied):
    assert say(proxied.server.url, track(proxied.source["writeKey"])) == b""
    assert say(proxied.server.url, V1[:-1] + b"x" * 100) == b""


def test_others_are_served_as_ever_and_believed_nothing(make_server):
    server = make_server(trusted_proxies="192.0.2.0/24", proxy_protocol="true")
    health = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert b" 200 " in say(server.url, health)
    assert say(server.url, V1 + health).startswith(b"HTTP/1.1 400 ")


def test_a_setting_that_is_for_nobody_is_told(make_server):
    server = make_server(start=False)
    done = pintle.run("serve", "--data", server.data, "--listen", "127.0.0.1:0",
                      settings={"proxy_protocol": "true"})
    assert done.returncode != 0 and "proxy_protocol" in done.stdout + done.stderr
