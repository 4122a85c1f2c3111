# SPDX-License-Identifier: Apache-2.0
"""Official SDKs, unmodified, from their registries: what they send is delivered as they sent it,
and what a server that is full refuses comes again."""
import json
import shutil
import subprocess
import sys
from datetime import datetime

import pytest

from harness.clients import go_build
from harness.relay import Relay
from harness.server import ROOT
from harness.until import PATIENCE_S

SDK = ROOT / "tests/sdk"
KINDS = ["alias", "group", "identify", "page", "screen", "track"]
SERVER_SDKS = {
    "Node": lambda: ("node", "node.mjs", "@rudderstack/rudder-sdk-node"),
    "Node, of Expo": lambda: ("node", "node.mjs", "@expo/rudder-sdk-node"),
    "Python": lambda: (sys.executable, "python.py"),
    "Go": lambda: (go_build("analytics-go", "analytics-go", "build", "."),),
}
OLD = "rudder-sdk-js/dist/npm/index.js"  # version 1.1 of the API, which most pages still load
TIMES = {"originalTimestamp", "sentAt", "timestamp"}  # delivered with milliseconds, as UTC


def run_sdk(*command, stdin=subprocess.DEVNULL):
    done = subprocess.run(command, cwd=SDK, capture_output=True, text=True, check=False,
                          stdin=stdin, timeout=3 * PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def browse(url, line, **how):
    return json.loads(run_sdk("node", "browser.mjs", url, line.source["writeKey"], json.dumps(how)))


@pytest.fixture(name="relay")
def make_relay(line):
    relay = Relay(line.server)
    yield relay
    relay.close()


@pytest.fixture(name="full_first")
def make_full_first(line, make_server):
    """Posts go to a server whose disk is full, as many as are said, then to the line's."""
    relays = []

    def make(count):
        line.server.stop()
        copy = line.server.data.with_name("full")
        shutil.copytree(line.server.data, copy)
        line.server.start()
        full = make_server(copy, journal_reserve_bytes=1 << 60)
        relays.append(Relay(line.server, [full] * count))
        return relays[0]

    yield make
    for relay in relays:
        relay.close()


def common(sent, delivered, key=None):
    """The part of what was delivered that was also sent, with times in the form they were sent."""
    if isinstance(sent, dict) and isinstance(delivered, dict):
        return {name: common(value, delivered.get(name), name) for name, value in sent.items()}
    if key in TIMES and isinstance(delivered, str):
        before, after = (datetime.fromisoformat(text).timestamp() for text in (sent, delivered))
        return sent if abs(before - after) < 0.002 else delivered
    return delivered


def check_delivered(line, relay, count):
    """Every event that was taken has come, and nothing of it was lost on the way."""
    sent = relay.events()
    assert len(sent) == count
    line.receiver.wait_accepted_ids(sent)
    came = {request.event["messageId"]: request.event for request in line.receiver.accepted()}
    assert came.keys() == sent.keys()
    for key, copies in sent.items():
        assert any(common(copy, came[key]) == copy for copy in copies), (copies, came[key])
    return {event["type"]: event for event in came.values()}


@pytest.mark.parametrize("name", SERVER_SDKS)
def test_an_sdk_sends_every_kind(line, relay, name):
    run_sdk(*SERVER_SDKS[name](), relay.url, line.source["writeKey"])
    assert sorted(check_delivered(line, relay, 6)) == KINDS
    assert set(relay.statuses()) == {200}


@pytest.mark.parametrize("name", SERVER_SDKS)
def test_an_sdk_comes_again_when_a_server_is_full(line, full_first, name):
    relay = full_first(1)
    run_sdk(*SERVER_SDKS[name](), relay.url, line.source["writeKey"])
    assert sorted(check_delivered(line, relay, 6)) == KINDS
    assert relay.statuses().count(503) == 1


def test_python_is_told_about_a_wrong_key(line):
    done = subprocess.run([sys.executable, "python.py", line.server.url, "wrong"], cwd=SDK,
                          capture_output=True, text=True, timeout=3 * PATIENCE_S, check=False)
    assert done.returncode != 0 and "KeyError" not in done.stderr
    assert "invalid write key" in done.stderr


@pytest.mark.parametrize("how", [{}, {"sdk": OLD}], ids=["the browser SDK", "the one before"])
def test_a_browser_sends_each_event_alone(line, relay, how):
    told = browse(relay.url, line, **how)
    assert ["GET", "/sourceConfig/", 200] in told["requests"]
    assert {tuple(request) for request in told["requests"] if request[0] == "POST"} == {
        ("POST", "/v1/page", 200), ("POST", "/v1/identify", 200), ("POST", "/v1/track", 200)}
    assert not [said for said in told["said"] if said.startswith("error") and
                "deprecated" not in said], told["said"]
    events = check_delivered(line, relay, 3)
    assert sorted(events) == ["identify", "page", "track"]
    assert len({event["anonymousId"] for event in events.values()}) == 1
    assert events["page"]["context"]["page"]["path"] == "/prices"
    assert events["track"]["channel"] == "web"


def test_a_browser_sends_batches(line, relay):
    batch = {"enabled": True, "maxItems": 3, "flushInterval": 600_000}
    told = browse(relay.url, line, posts=1, queueOptions={"batch": batch})
    assert ["POST", "/v1/batch", 200] in told["requests"]
    assert sorted(check_delivered(line, relay, 3)) == ["identify", "page", "track"]


def test_a_browser_says_good_bye_with_a_beacon(line, relay):
    how = {"useBeacon": True, "leaves": True,
           "beaconQueueOptions": {"maxItems": 10, "flushQueueInterval": 600_000}}
    command = ["node", "browser.mjs", relay.url, line.source["writeKey"], json.dumps(how)]
    with subprocess.Popen(command, cwd=SDK, stdin=subprocess.PIPE, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as browser:
        try:
            line.receiver.wait(3, timeout=3 * PATIENCE_S)
        finally:
            said, error = browser.communicate(timeout=3 * PATIENCE_S)
    assert browser.returncode == 0, said + error
    assert {path.split("?")[0] for path, *_ in relay.posts} == {"/beacon/v1/batch"}
    assert sorted(check_delivered(line, relay, 3)) == ["identify", "page", "track"]


def test_a_browser_comes_again_when_a_server_is_full(line, full_first):
    relay = full_first(2)
    told = browse(relay.url, line)
    assert sum(status == 503 for *_, status in told["requests"]) == 2
    assert sorted(check_delivered(line, relay, 3)) == ["identify", "page", "track"]
