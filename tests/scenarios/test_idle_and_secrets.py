# SPDX-License-Identifier: Apache-2.0
"""Two promises that hold all the time: idle costs nothing, and secrets are nowhere in clear."""
import time

from harness import server as pintle
from harness.api import Api, sign_in
from harness.until import until


def test_idle_costs_nothing(line):
    line.sender.track()
    line.receiver.wait(1)

    def sleeps():
        before = line.server.wakeups()
        time.sleep(3)
        return line.server.wakeups() == before
    until(sleeps)  # what there was to do takes as long as the disk does


def test_secrets_are_nowhere_in_clear(make_server):
    server = make_server(log_level="debug")
    token = pintle.token_create(server.data)
    api, session = Api(server, token), sign_in(server)
    made = session.post("/v2/personal-access-tokens", {
        "name": "n", "scope": "read-only",
        "workspaceId": session.session["workspaces"][0]["id"]}).json()
    api.create_webhook("https://example.com/hook", config={
        "headers": [{"from": "X-Api-Key", "to": "a header's secret value"}]})
    api.get("/v2/nothing?token=" + token[:20])
    Api(server, token[:-1] + "!").get("/v2/workspace")
    secrets = [token, made["token"], pintle.PASSWORD, "a header's secret value",
               session.headers["Cookie"].split("=", 1)[1], session.session["csrfToken"]]
    server.stop()
    files = [path for path in server.data.rglob("*") if path.is_file()]
    assert len(files) > 3
    for secret in secrets:
        assert secret not in server.log
        for path in files:
            assert secret.encode() not in path.read_bytes(), path
    assert token[8:40] not in server.log  # nor a part that would help to guess the rest


def test_files_are_private(server):
    server.stop()  # while it runs some come and go
    for path in [server.data, *server.data.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
