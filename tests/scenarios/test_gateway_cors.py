# SPDX-License-Identifier: Apache-2.0
"""CORS: what browsers are allowed. Every site may send events, and read why one was refused;
none may read the dashboard's pages."""
import pytest

from harness.gateway import Case

SITE = "https://shop.example"
PATHS = ["/v1/track", "/v1/batch", "/v1/collect", "/beacon/v1/batch", "/pixel/v1/page", "/health",
         "/version", "/robots.txt", "/transform", "/rsaRequest", "/v1/nothing"]
# Headers that the SDKs send, each as a browser asks for them: small letters, sorted.
SDK_HEADERS = {
    "JavaScript": "anonymousid,authorization,content-type,sentat",
    "JavaScript, sending again": "anonymousid,authorization,content-type,rsa-recovered,rsa-retry-"
                                 "attempt,rsa-retry-reason,rsa-since-first-attempt,"
                                 "rsa-since-last-attempt,sentat",
    "Node in a service worker": "authorization,content-encoding,content-type",
    "Go": "authorization,content-type,rs-nodecount,rs-targetnode,rs-useragent",
}


def preflight(gate, path, **headers):
    return gate.exchange("OPTIONS", path, None,
                         {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("sdk", SDK_HEADERS)
def test_a_preflight_grants_what_is_asked(gate, path, sdk):
    answer = preflight(gate, path, Origin=SITE, Access_Control_Request_Method="POST",
                       Access_Control_Request_Headers=SDK_HEADERS[sdk])
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == SDK_HEADERS[sdk]
    assert answer.headers["Access-Control-Max-Age"] == "900"
    assert answer.headers["Vary"] == ("Origin, Access-Control-Request-Method, "
                                      "Access-Control-Request-Headers")


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_three_methods_are_granted(gate, method):
    answer = preflight(gate, "/v1/track", Origin=SITE, Access_Control_Request_Method=method)
    assert (answer.status, answer.headers["Access-Control-Allow-Methods"]) == (204, method)
    assert "Access-Control-Allow-Headers" not in answer.headers  # none was asked for


def test_a_preflight_without_an_origin_grants_nothing(gate):
    answer = preflight(gate, "/v1/track", Access_Control_Request_Method="POST")
    assert answer.status == 204 and answer.headers["Vary"].startswith("Origin, ")
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_other_methods_are_not_granted(gate, method):
    answer = preflight(gate, "/v1/track", Origin=SITE, Access_Control_Request_Method=method)
    assert answer.status == 204
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_options_that_is_no_preflight_is_405(gate):
    assert preflight(gate, "/v1/track", Origin=SITE).status == 405


@pytest.mark.parametrize("case", [
    Case("", "POST /v1/track", b'{"userId":"ada"}'),
    Case("", "POST /v1/track", b"{", 400, "invalid json"),
    Case("", "POST /v1/track", b"{}", 401, "failed to read writekey from header", key=False),
    Case("", "POST /v1/nothing", b"{}", 404, "404 page not found"),
    Case("", "PUT /v1/track", b"{}", 405, "")],
    ids=["success", "a bad body", "no key", "no such path", "another method"])
def test_every_answer_may_be_read_by_the_site(gate, case):
    case.headers = {"Origin": SITE}
    answer = gate.hold(case)
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", ["/health", "/version", "/robots.txt", "/cluster-info"])
def test_what_machines_ask_for_may_be_read_by_the_site(gate, path):
    answer = gate.exchange("GET", path, None, {"Origin": SITE})
    assert answer.headers["Access-Control-Allow-Origin"] == SITE


@pytest.mark.parametrize("path", ["/docs", "/metrics", "/ready", "/v2/sources"])
def test_what_people_and_operators_ask_for_may_not(gate, path):
    asked = preflight(gate, path, Origin=SITE, Access_Control_Request_Method="GET")
    answer = gate.exchange("GET", path, None, {"Origin": SITE, "Accept": "text/html"})
    for headers in (asked.headers, answer.headers):
        assert "Access-Control-Allow-Origin" not in headers


def test_without_an_origin_nothing_is_granted_and_caches_know(gate):
    answer = gate.hold(Case("", "POST /v1/track", b'{"userId":"ada"}'))
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"
