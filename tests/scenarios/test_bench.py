# SPDX-License-Identifier: Apache-2.0
"""`pintle bench`: a load on one's own server, and the account of it."""
import json

from harness import server as pintle


def bench(line, *arguments, key=None):
    return pintle.run("bench", "--url", line.server.url, "--write-key",
                      key or line.source["writeKey"], "--data", line.server.data, *arguments)


def test_all_that_was_acknowledged_is_stored_and_delivered(line):
    done = bench(line, "--rate", "200", "--seconds", "1", "--batch", "1,1,8", "--gzip-share",
                 "50", "--hot-share", "50", "--connections", "4", "--check", "--json")
    account = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert account["offeredEvents"] == account["acknowledgedEvents"] == 200
    assert account["offeredRequests"] == account["acknowledgedRequests"] == 60
    assert (account["storedEvents"], account["missingEvents"]) == (200, 0)
    assert account["storedTwiceEvents"] == 0
    assert 0 < account["latencyUs"]["p50"] <= account["latencyUs"]["max"]
    line.receiver.wait(200)
    ids = {got.event["messageId"] for got in line.receiver.snapshot()}
    assert len([one for one in ids if one.startswith(account["run"])]) == 200


def test_refusals_are_counted_and_the_first_is_told(line):
    done = bench(line, "--rate", "10", "--seconds", "1", key="nobody's")
    assert done.returncode == 1
    assert "status 4xx     10 requests" in done.stdout
    assert "first refusal  401: invalid write key" in done.stdout


def test_other_machines_are_only_loaded_by_their_owner(line):
    done = pintle.run("bench", "--url", "http://192.0.2.1", "--write-key", "k")
    assert done.returncode == 2 and "--i-own-this-server" in done.stderr


def test_a_server_that_is_not_there_is_told(line):
    line.server.stop()
    done = bench(line, "--rate", "10", "--seconds", "1")
    assert done.returncode == 1 and "cannot be connected to" in done.stderr


def test_bad_options_are_named(line):
    assert "--batch: must be" in bench(line, "--batch", "10,0").stderr
    assert "--rate: must be" in bench(line, "--rate", "many").stderr
    assert "https is not spoken here" in pintle.run(
        "bench", "--url", "https://localhost", "--write-key", "k").stderr
