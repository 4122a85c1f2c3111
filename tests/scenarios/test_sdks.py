# SPDX-License-Identifier: Apache-2.0
"""Official SDKs, unmodified, from their registries: what they send is delivered."""
import json
import subprocess
import sys

from harness.server import ROOT
from harness.until import PATIENCE_S

SDK = ROOT / "tests/sdk"
KINDS = ["alias", "group", "identify", "page", "screen", "track"]


def run_sdk(*command):
    done = subprocess.run(command, cwd=SDK, capture_output=True, text=True, check=False,
                          timeout=3 * PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_node(line):
    run_sdk("node", "node.mjs", line.server.url, line.source["writeKey"])
    events = [request.event for request in line.receiver.wait(6)]
    assert sorted(event["type"] for event in events) == KINDS
    track = next(event for event in events if event["type"] == "track")
    assert track["properties"] == {"from": "node"}
    assert track["context"]["library"]["version"] == "3.0.13"


def test_python(line):
    run_sdk(sys.executable, "python.py", line.server.url, line.source["writeKey"])
    events = [request.event for request in line.receiver.wait(6)]
    assert sorted(event["type"] for event in events) == KINDS
    track = next(event for event in events if event["type"] == "track")
    assert track["properties"] == {"from": "python"}


def test_python_is_told_about_a_wrong_key(line):
    done = subprocess.run([sys.executable, "python.py", line.server.url, "wrong"], cwd=SDK,
                          capture_output=True, text=True, timeout=3 * PATIENCE_S, check=False)
    assert done.returncode != 0 and "KeyError" not in done.stderr
    assert "invalid write key" in done.stderr


def test_browser(line):
    told = json.loads(run_sdk("node", "browser.mjs", line.server.url, line.source["writeKey"]))
    assert ["GET", "/sourceConfig/", 200] in told["requests"]
    assert {tuple(request) for request in told["requests"] if request[0] == "POST"} == {
        ("POST", "/v1/page", 200), ("POST", "/v1/identify", 200), ("POST", "/v1/track", 200)}
    assert not [line for line in told["said"] if line.startswith("error")], told["said"]
    events = {request.event["type"]: request.event for request in line.receiver.wait(3)}
    assert sorted(events) == ["identify", "page", "track"]
    assert len({event["anonymousId"] for event in events.values()}) == 1
    assert events["page"]["context"]["page"]["path"] == "/prices"
    assert events["track"]["channel"] == "web"
