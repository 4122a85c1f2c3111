# SPDX-License-Identifier: Apache-2.0
"""`pintle key rotate`: a new key for the sealed values, whenever it is stopped."""
import subprocess
import time

from harness import server as pintle
from harness.api import Api, sign_in
from harness.until import PATIENCE_S


def secrets_open(server, token, destination):
    server.start()
    got = Api(server, token).get(f"/v2/destinations/{destination['id']}")
    assert got.json()["destination"]["config"]["webhookUrl"] == "https://example.com/hook"
    server.stop()


def keys(server):
    return (server.data / "secret.key").read_text().splitlines()[1:]


def test_a_new_key_takes_the_place_of_the_old_one(server, token):
    destination = Api(server, token).create_webhook("https://example.com/hook")
    busy = pintle.run("key", "rotate", "--data", server.data)
    assert busy.returncode == 1 and "stop the server" in busy.stderr
    server.stop()
    old = keys(server)
    done = pintle.run("key", "rotate", "--data", server.data)
    assert done.returncode == 0 and int(done.stdout) > 0, done
    assert len(keys(server)) == 1 and keys(server) != old
    secrets_open(server, token, destination)
    server.start()
    entry = sign_in(server).get("/v2/audit-logs?target_type=secret_key").json()["data"][0]
    assert (entry["action"], entry["actorType"]) == ("rotated", "system")
    assert entry["targetId"] == keys(server)[0].split()[0]
    assert entry["details"] == {"values": int(done.stdout)}


def test_killing_it_costs_no_secret(server, token):
    destination = Api(server, token).create_webhook("https://example.com/hook")
    server.stop()
    for pause_ms in (0, 2, 5, 10, 20, 40):
        child = subprocess.Popen([pintle.BINARY, "key", "rotate", "--data", server.data],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=pintle.environment({}))
        time.sleep(pause_ms / 1000)  # a random moment of its work, not a wait for anything
        child.kill()
        child.wait(PATIENCE_S)
        secrets_open(server, token, destination)
    assert pintle.run("key", "rotate", "--data", server.data).returncode == 0
    assert len(keys(server)) == 1
    secrets_open(server, token, destination)
