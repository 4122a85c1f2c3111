# SPDX-License-Identifier: Apache-2.0
"""Process and HTTP server: what becomes of a path that nobody has, of a method that a path does
not take, and of a body that is packed. The largest header is in test_http.py."""
import gzip
import json
import zlib

import pytest

from harness.gateway import Case, table

EVENT = {"userId": "ada", "type": "track", "event": "Opened"}
PACKED = gzip.compress(json.dumps(EVENT).encode())
UNREADABLE = "failed to read body from request"


def unknown(says, asks):
    return Case(says, asks, EVENT, 404, "404 page not found", key=False)


UNKNOWN_PATHS = [
    unknown("a path nobody has", "POST /v1/nothing"),
    unknown("below no route's prefix either", "POST /nothing"),
    unknown("read, not written", "GET /nothing"),
    unknown("a path below one that exists", "POST /v1/track/more"),
    unknown("a path in other letters", "POST /v1/Track"),
    unknown("a path in percent signs", "POST /v1/%74rack"),
    unknown("a path that ends in a slash", "POST /v1/track/"),
    unknown("a path that begins with two", "POST //v1/track"),
    unknown("transformations on devices, which SDKs do without then", "POST /transform"),
    unknown("cookies that the server sets, which browsers set themselves then", "POST /rsaRequest"),
    unknown("what the browser SDK tells of itself", "POST /rsaMetrics"),
]


@table(UNKNOWN_PATHS)
def test_an_unknown_path_is_404(gate, case):
    gate.hold(case)


@pytest.mark.parametrize("method, path, allowed", [
    *[(method, f"/v1/{kind}", "POST") for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE")
      for kind in ("track", "batch", "import", "audiencelist", "collect")],
    ("GET", "/beacon/v1/batch", "POST"), ("POST", "/pixel/v1/track", "GET"),
    ("BREW", "/v1/track", "POST"), ("post", "/v1/track", "POST"), ("SETUP", "/health", "GET"),
    ("HEAD", "/pixel/v1/page", "GET"), ("PUT", "/v1/webhook", "GET, POST"),
    *[(method, path, "GET") for method in ("POST", "HEAD", "OPTIONS")
      for path in ("/health", "/version", "/robots.txt", "/cluster-info")],
    *[(method, path, "GET, HEAD") for method in ("POST", "OPTIONS") for path in ("/", "/docs")]])
def test_another_method_is_405_and_told_which_are_allowed(gate, method, path, allowed):
    answer = gate.exchange(method, path)
    assert (answer.status, answer.body) == (405, b"")
    assert sorted(answer.headers["Allow"].split(", ")) == allowed.split(", ")


def packed(says, encoding, body, status=200, text="ok"):
    return Case(says, "POST /v1/track", body, status, text, {"Content-Encoding": encoding})


ENCODINGS = [
    packed("gzip", "gzip", PACKED),
    packed("gzip in two parts", "gzip", PACKED + gzip.compress(b"\n")),
    packed("an encoding that is none", "identity", EVENT),
    *[packed(f"{name} is not unpacked", name, PACKED, 400, "invalid json")
      for name in ("GZIP", "x-gzip", "gzip, identity", "deflate", "br", "zstd")],
    packed("nor is what is really deflated", "deflate", zlib.compress(b"{}"), 400, "invalid json"),
    packed("what is no gzip", "gzip", EVENT, 500, UNREADABLE),
    packed("an empty body is no gzip", "gzip", b"", 500, UNREADABLE),
    packed("gzip that was cut off", "gzip", PACKED[:-6], 500, UNREADABLE),
    packed("gzip with something behind it", "gzip", PACKED + b"more", 500, UNREADABLE),
    packed("gzip of what is no JSON", "gzip", gzip.compress(b"{"), 400, "invalid json"),
]


@table(ENCODINGS)
def test_a_body_is_unpacked_if_it_is_gzip(gate, case):
    gate.hold(case)


def test_answers_are_never_packed(gate):
    answer = gate.hold(Case("", "POST /v1/track", EVENT, headers={"Accept-Encoding": "gzip, br"}))
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("kind", ["application/json", "text/plain;charset=UTF-8", "image/png", "",
                                  "application/x-www-form-urlencoded", "no type at all"])
def test_the_content_type_is_not_looked_at(gate, kind):
    gate.hold(Case("", "POST /v1/track", EVENT, headers={"Content-Type": kind}))
