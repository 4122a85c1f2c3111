# SPDX-License-Identifier: Apache-2.0
"""rudder-api-go, unmodified: its own integration test, a life of each kind, and long lists."""
import json

import pytest

from harness.clients import go_build, run_client

CLIENT = "rudder-api-go"
URL = "https://example.com/events"


@pytest.fixture
def settings(server, token):
    return {"RUDDERSTACK_API_HOST": server.url + "/v2", "RUDDERSTACK_API_ACCESS_TOKEN": token}


def run(settings, *arguments):
    return json.loads(run_client(go_build(CLIENT, CLIENT, "build", "."), *arguments, **settings))


def test_its_own_integration_test_passes(api, settings):
    program = go_build(CLIENT, CLIENT + ".test", "test", "-c", "-tags", "integrationtest",
                       "github.com/rudderlabs/rudder-api-go/client")
    said = run_client(program, "-test.v", **settings)
    assert "--- PASS: TestClientIntegration" in said, said
    assert [source["name"] for source in api.all_of("/v2/sources", "sources")] == ["source-name"]


def test_it_makes_changes_and_ends_one_of_each_kind(api, settings):
    told = run(settings, "life")
    assert (told["source"]["name"], told["connection"]["enabled"]) == ("shop 2", False)
    assert told["destination"]["config"] == {"webhookUrl": "https://example.com/2",
                                             "webhookMethod": "PUT"}
    assert told["connected"].startswith("http status code: 409"), told["connected"]
    assert told["gone"] == [404, 404, 404]
    for kind in ("sources", "destinations", "connections"):
        assert api.get(f"/v2/{kind}").json()["paging"]["total"] == 0


def test_it_walks_long_lists_whichever_way_it_reads_links(server, api, settings):
    sources = [api.create_source(name=f"source {n}", type="Go") for n in range(120)]
    hooks = [api.create_webhook(URL, name=f"hook {n}") for n in range(60)]
    joined = [api.connect(source, hooks[0]) for source in sources]
    made = {"sources": [source["id"] for source in sources],
            "destinations": [hook["id"] for hook in hooks],
            "connections": [connection["id"] for connection in joined]}
    # Its base URL ends in /v2, and links begin with it.
    assert run(settings, "walk") == made
    assert run({**settings, "RUDDERSTACK_API_HOST": server.url}, "links", "/v2") == made
