# SPDX-License-Identifier: Apache-2.0
"""`pintle token list` and `pintle token revoke`, beside a running server and without one."""
import pytest

from harness import server as pintle
from harness.api import Api


def listed(server, *more):
    done = pintle.run("token", "list", "--data", server.data, *more)
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def revoke(server, *more):
    return pintle.run("token", "revoke", "--data", server.data, *more)


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_one_token_is_listed_and_revoked(server, is_running):
    kept, lost = (pintle.token_create(server.data, name=name) for name in ("kept", "lost"))
    if not is_running:
        server.stop()
    rows = {row[-1]: row for row in listed(server)}
    assert set(rows) == {"kept", "lost"}
    assert rows["lost"][2:5] == [pintle.EMAIL, "Production", "read-write"]
    assert lost[-4:] in rows["lost"] and lost not in str(rows)
    assert revoke(server, "--id", rows["lost"][0]).stdout == "1\n"
    if not is_running:
        server.start()
    assert Api(server, lost).get("/v2/workspace").status == 401
    assert Api(server, kept).get("/v2/workspace").status == 200
    assert [row[-1] for row in listed(server)] == ["kept"]


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_all_tokens_are_revoked_at_once(server, is_running):
    tokens = [pintle.token_create(server.data, name=name) for name in "abc"]
    if not is_running:
        server.stop()
    assert revoke(server, "--all", "--email", pintle.EMAIL).stdout == "3\n"
    assert revoke(server, "--all").stdout == "0\n"
    if not is_running:
        server.start()
    for token in tokens:
        assert Api(server, token).get("/v2/workspace").status == 401
    assert listed(server) == []


def test_what_is_not_there_is_told(server):
    pintle.token_create(server.data)
    for wrong in (["--id", "0" * 27], ["--all", "--email", "nobody@example.com"], [],
                  ["--all", "--id", "0" * 27]):
        done = revoke(server, *wrong)
        assert done.returncode == 1 and done.stderr and not done.stdout, wrong
    assert pintle.run("token", "list", "--data", server.data, "--email", "x@y").returncode == 1
    assert len(listed(server)) == 1
