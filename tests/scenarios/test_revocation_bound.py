# SPDX-License-Identifier: Apache-2.0
"""How long what was revoked still opens: measured over the management API and over ingestion;
and that an older store that is put back revives nothing."""
import shutil
import threading
import time
from contextlib import contextmanager

from harness import server as pintle
from harness.api import Api, basic, sign_in
from harness.people import join, workspace_of
from harness.until import PATIENCE_S
from harness.wire import exchange

ROUNDS = 20
ASKERS = 3


class Askers:
    """Threads that use a secret without a pause; when each request began, ended, and its status."""

    def __init__(self, ask):
        self.ask, self.seen, self.is_over = ask, [], threading.Event()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(ASKERS)]
        for thread in self.threads:
            thread.start()

    def _run(self):
        while not self.is_over.is_set():
            began = time.monotonic()
            status = self.ask()
            self.seen.append((began, time.monotonic(), status))

    def wait_for(self, status):
        until = time.monotonic() + PATIENCE_S
        while not any(told == status for _, _, told in list(self.seen)):
            assert time.monotonic() < until, f"no answer {status}"
            time.sleep(0.001)

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(PATIENCE_S)


@contextmanager
def asking(ask):
    askers = Askers(ask)
    try:
        yield askers
    finally:
        askers.stop()


def measure(ask, revoke):
    """Seconds from the revocation's begin to the last answer that still opened, and how many
    requests that began after the revocation's answer were let in."""
    with asking(ask) as askers:
        askers.wait_for(200)
        began = time.monotonic()
        assert revoke().status in (200, 204)
        answered = time.monotonic()
        askers.wait_for(401)
        time.sleep(0.02)
    let_in = [ended for start, ended, status in askers.seen if status == 200 and ended > began]
    late = [start for start, _, status in askers.seen if status == 200 and start > answered]
    return max((ended - began for ended in let_in), default=0), len(late)


def report(where, rounds):
    bounds = sorted(seconds for seconds, _ in rounds)
    print(f"{where}: {len(rounds)} revocations, last 200 after at most {bounds[-1] * 1000:.1f} ms "
          f"(median {bounds[len(bounds) // 2] * 1000:.1f} ms), none that began after the answer")


def test_a_revoked_token_opens_nothing_after_the_answer(make_server):
    server = make_server(token_requests_per_s=0, unknown_tokens_per_s=0)
    rounds = []
    for number in range(ROUNDS):
        token = pintle.token_create(server.data, name=f"t{number}")
        url, headers = server.url + "/v2/workspace", {"Authorization": f"Bearer {token}"}
        rounds.append(measure(lambda: exchange("GET", url, None, headers).status,
                              lambda: Api(server, token).delete("/v2/token")))
    assert [late for _, late in rounds] == [0] * ROUNDS
    report("management API", rounds)


def test_a_deleted_source_takes_nothing_after_the_answer(server, api):
    rounds = []
    for number in range(ROUNDS):
        source = api.create_source(f"s{number}")
        url, headers = server.url + "/v1/track", {"Authorization": basic(source["writeKey"])}
        event = b'{"userId": "ada", "event": "Opened"}'
        rounds.append(measure(lambda: exchange("POST", url, event, headers).status,
                              lambda: api.delete(f"/v2/sources/{source['id']}")))
    assert [late for _, late in rounds] == [0] * ROUNDS
    report("ingestion", rounds)


def give_out(admin, colleague):
    wish = {"workspaceId": workspace_of(admin)}
    made = [who.post("/v2/personal-access-tokens",
                     {"name": f"t{n}", "scope": "read-write", **wish})
            for n, who in enumerate((admin, admin, admin, colleague))]
    made.append(admin.post("/v2/service-access-tokens",
                           {"name": "s", "level": "workspace", **wish}))
    return [answer.json() for answer in made]


def end_in_every_way(server, admin, colleague, made):
    """By itself, by its owner, by rotation, with its owner, by an Admin."""
    itself, by_id, rotated, _, service = made
    assert Api(server, itself["token"]).delete("/v2/token").status == 204
    assert admin.delete(f"/v2/personal-access-tokens/{by_id['id']}").status == 204
    answer = Api(server, rotated["token"]).post("/v2/token/rotate", {"overlapDays": 0})
    assert answer.status == 201
    assert admin.delete(f"/v2/members/{colleague.id}").status == 204
    assert admin.delete(f"/v2/service-access-tokens/{service['id']}").status == 204


def test_an_older_store_that_is_put_back_revives_nothing(server, token, tmp_path):
    admin = sign_in(server)
    colleague = join(server, admin, role="Admin")
    made = give_out(admin, colleague)

    def statuses():
        return [Api(server, one["token"]).get("/v2/token").status for one in made]

    server.stop()
    shutil.copy(server.data / "pintle.db", tmp_path / "older")
    server.start()
    assert statuses() == [200] * 5
    end_in_every_way(server, admin, colleague, made)
    server.kill()
    for name in ("pintle.db-wal", "pintle.db-shm"):
        (server.data / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "older", server.data / "pintle.db")
    server.start()
    assert statuses() == [401] * 5
    assert Api(server, token).get("/v2/token").status == 200
