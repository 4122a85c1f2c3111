# SPDX-License-Identifier: Apache-2.0
"""`pintle bench`: a load on one's own server, and the account of it."""
import contextlib
import json
import re
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness import server as pintle
from harness.certificates import make_certificate
from harness.until import PATIENCE_S, until


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


def test_a_journal_that_is_not_there_is_told_before_the_load(line, tmp_path):
    done = bench(line, "--seconds", "86400", "--check", "--data", tmp_path / "nothing")
    assert done.returncode == 1 and "nothing" in done.stderr and done.stdout == ""


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
    assert "--ca-file" in bench(line, "--ca-file").stderr


def begin(line, *arguments, rate=100):
    """A load that goes on beside the scenario."""
    load = pintle.start("bench", "--url", line.server.url, "--write-key",
                        line.source["writeKey"], "--data", line.server.data, "--rate", str(rate),
                        "--check", "--json", *arguments, stdin=subprocess.DEVNULL)
    line.receiver.wait(1)
    return load


def test_a_server_that_goes_away_and_stays_away_ends_the_run_with_an_account(line):
    load = begin(line, "--seconds", "86400", "--patience", "1")
    line.server.kill()
    account = json.loads(load.communicate(timeout=2 * PATIENCE_S)[0])
    assert load.returncode == 1 and account["neverBegunEvents"] > 0
    assert account["neverBegunEvents"] + account["offeredEvents"] == 8_640_000
    assert account["acknowledgedEvents"] <= account["storedEvents"]
    assert account["missingEvents"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_interrupts_a_run_gets_the_account_of_what_ran(line, number):
    load = begin(line, "--seconds", "86400")
    load.send_signal(number)
    account = json.loads(load.communicate(timeout=2 * PATIENCE_S)[0])
    assert (load.returncode, account["isInterrupted"]) == (130, True)
    lost = account["refusedRequests"]["noAnswer"]  # as on a machine that stands still
    assert account["offeredEvents"] == account["acknowledgedEvents"] + lost > 0
    assert account["neverBegunEvents"] + account["offeredEvents"] == 8_640_000
    assert account["acknowledgedEvents"] <= account["storedEvents"] <= account["offeredEvents"]
    assert account["missingEvents"] == 0


@contextlib.contextmanager
def hanging(server):
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def test_an_interrupted_run_does_not_wait_for_a_server_that_hangs(line):
    load = begin(line, "--seconds", "3600", "--connections", "1", rate=10_000)
    with hanging(line.server):
        load.send_signal(signal.SIGINT)
        account = json.loads(load.communicate(timeout=2 * PATIENCE_S)[0])
    assert load.returncode == 130 and account["missingEvents"] == 0
    assert account["refusedRequests"]["noAnswer"] <= 1  # if one was under way


def signals(process, field):
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\w+)", status)[1], 16)


def test_a_second_interruption_ends_a_run_at_once(line):
    def is_ended_without_an_account():  # unless it has waited long enough meanwhile
        load = begin(line, "--seconds", "3600", "--connections", "1", rate=10_000)
        until(lambda: signals(load, "SigCgt") & 2)  # SIGINT is 2, the second bit
        with hanging(line.server):
            load.send_signal(signal.SIGINT)
            until(lambda: not signals(load, "ShdPnd"))
            load.send_signal(signal.SIGINT)
            said = load.communicate(timeout=2 * PATIENCE_S)[0]
        return said == "" and load.returncode in (1, -signal.SIGINT)

    until(is_ended_without_an_account)


def test_a_server_that_comes_back_gets_the_rest(line):
    load = begin(line, "--seconds", "3", "--patience", "600")
    line.server.kill()
    line.server.start(listen=urlsplit(line.server.url).netloc)
    account = json.loads(load.communicate(timeout=2 * PATIENCE_S)[0])
    lost = account["refusedRequests"]["noAnswer"]
    assert (account["offeredEvents"], account["acknowledgedEvents"]) == (300, 300 - lost)
    assert account["missingEvents"] == 0


@pytest.fixture
def secure(make_server, line_of, tmp_path):
    """Runs a load on a server with a certificate for these names."""
    def run(names, *arguments):
        certificate, key = make_certificate(tmp_path / "tls", names=names)
        line = line_of(make_server(listen_tls="127.0.0.1:0", tls_certificate_file=certificate,
                                   tls_key_file=key))
        return pintle.run("bench", "--url", line.server.tls_url, "--write-key",
                          line.source["writeKey"], "--data", line.server.data, "--rate", "400",
                          "--seconds", "1", "--batch", "1,9,90", "--check", "--json", *arguments)

    run.certificate, run.key = tmp_path / "tls/certificate.pem", tmp_path / "tls/key.pem"
    return run


def test_a_server_behind_tls_is_loaded_when_its_certificate_holds(secure):
    done = secure("IP:127.0.0.1", "--ca-file", secure.certificate, "--gzip-share", "50")
    assert done.returncode == 0, done.stderr
    account = json.loads(done.stdout)
    assert (account["acknowledgedEvents"], account["missingEvents"]) == (400, 0)


def test_a_certificate_that_does_not_hold_is_refused_and_why(secure):
    assert "self-signed certificate" in secure("IP:127.0.0.1").stderr
    assert "mismatch" in secure("DNS:elsewhere.example", "--ca-file", secure.certificate).stderr
    assert "ca-file: must be" in secure("IP:127.0.0.1", "--ca-file", secure.key).stderr
