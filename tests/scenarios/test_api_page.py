# SPDX-License-Identifier: Apache-2.0
"""What the API is, served by the program itself: a document for programs, a page for people."""
import html
import re
import shlex
import subprocess

import pytest
import yaml

from harness.api import Api
from harness.contract import CONTRACT
from harness.gateway import INGEST
from harness.server import ROOT, token_create
from harness.until import PATIENCE_S
from harness.wire import exchange

OPERATIONS = sorted(operation.id for contract in (INGEST, CONTRACT)
                    for operation in contract.operations)
ROUTE = re.compile(r'\{ "(GET|POST)", "(/[^"]+)",')
SINGLE = re.compile(r"X\((\w+), EVENT_\w+\)")


@pytest.fixture(name="page", scope="module")
def load_page(make_server_once):
    answer = exchange("GET", make_server_once().url + "/docs")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer


def test_the_document_comes_as_json_and_as_yaml(server):
    texts = [exchange("GET", f"{server.url}/openapi.{kind}") for kind in ("json", "yaml")]
    assert [text.headers["Content-Type"] for text in texts] == ["application/json",
                                                                "application/yaml"]
    documents = [texts[0].json(), yaml.load(texts[1].text, yaml.CSafeLoader)]
    for document in documents:
        assert document["paths"] == {**INGEST.document["paths"], **CONTRACT.document["paths"]}
    assert documents[0] == documents[1]


def test_every_ingestion_route_is_described_and_no_other():
    code = (ROOT / "src/gateway/gateway.c").read_text()
    rows = {f"{method} {path}" for method, path in ROUTE.findall(code)}
    table = {*rows, *(f"POST /v1/{name}" for name in SINGLE.findall(code))}
    assert len(table) > 20
    described = {f"{op.method.upper()} {op.path}" for op in INGEST.operations}
    assert described - table == {"GET /ready", "GET /metrics"}
    assert table - described == set()


def test_the_page_shows_every_operation_and_needs_nothing_from_outside(page):
    assert sorted(re.findall(r'<details id="(\w+)"><summary><b', page.text)) == OPERATIONS
    wanted = set(re.findall(r'(?:src|href)="(?!#)([^"]+)"', page.text))
    assert wanted == {"/favicon.svg", "/docs/page.css", "/docs/page.js", "/openapi.json",
                      "/openapi.yaml"}
    assert "<style" not in page.text and " style=" not in page.text
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]


def test_links_within_the_page_lead_somewhere(page):
    places = re.findall(r'id="([^"]+)"', page.text)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(places)


def test_an_operation_says_who_may_call_it_and_how_it_fails(page):
    shown = page.text.split('<details id="createSource">')[1].split("</details>")[0]
    assert "Needs <code>sources.createDelete</code>. It changes something." in shown
    assert "<code>403</code>" in shown and 'href="#schema-Error"' in shown
    track = page.text.split('<details id="ingestTrack">')[1].split("</details>")[0]
    assert "<code>request neither has anonymousId nor userId</code>" in track


def test_calls_can_be_pasted_into_a_shell(page):
    calls = [html.unescape(call) for call in re.findall(r"<pre>(curl.*?)</pre>", page.text, re.S)]
    assert len(calls) > 100
    for call in calls:
        words = shlex.split(call.replace("\\\n", ""))
        assert words[0] == "curl" and any(word.startswith("$PINTLE/") for word in words), call
    assert sum("Bearer $TOKEN" in call for call in calls) > 80


def test_calls_that_send_events_work_as_they_are_shown(page, make_server_once):
    server = make_server_once(internal_endpoints="true")
    api = Api(server, token_create(server.data))
    source, hook, replay = (api.create_source(name=kind, type=kind)
                            for kind in ("Node", "webhook", "replay"))
    shown = re.findall(r'<details id="((?:ingest|pixel|ask)\w+)">.*?<pre>(curl.*?)</pre>',
                       page.text, re.S)
    assert len(shown) > 20
    for name, call in shown:
        mine = {"askWebhook": hook, "ingestWebhook": hook, "ingestReplay": replay}.get(name, source)
        call = html.unescape(call).replace("X-Rudder-Source-Id: …",
                                           f"X-Rudder-Source-Id: {mine['id']}")
        done = subprocess.run(["sh", "-c", call + " -s -w ' %{http_code}'"], capture_output=True,
                              timeout=PATIENCE_S, check=True,
                              env={"PINTLE": server.url, "WRITE_KEY": mine["writeKey"]})
        assert done.stdout in (b"ok 200", b" 200") or name.startswith("pixel"), (name, done.stdout)
    events = len(shown) - 1 + sum('"batch":' in call for _, call in shown)  # a question has none
    metrics = exchange("GET", server.url + "/metrics").text
    assert f"\npintle_gateway_events_total {events}\n" in metrics
