# SPDX-License-Identifier: Apache-2.0
"""The audit log: who did what, kept so that altering it is found out."""
import hashlib
import json
import re
import sqlite3
import subprocess

from harness import people, server as pintle
from harness.api import Api, sign_in
from harness.until import until


def verify(server, *arguments):
    return pintle.run("audit", "verify", "--data", server.data, *arguments)


def alter(server, sql):
    database = sqlite3.connect(server.data / "pintle.db")
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute(sql)
    database.commit()
    database.close()


CHAINED = ("seq id organization_id workspace_id actor_type actor_id actor_name action target_type"
           " target_id target_name ip user_agent details created_ms").split()


def write_chain_anew(server, change):
    """Each row changed, and the chain made as src/store/audit_chain.h describes it."""
    def net(data):
        return b"%d:%s," % (len(data), data)
    database = sqlite3.connect(server.data / "pintle.db")
    database.row_factory = sqlite3.Row
    last = bytes(32)
    for row in map(change, map(dict, database.execute("SELECT * FROM audit ORDER BY seq"))):
        encoded = b"".join(net(name.encode()) + net(str(row[name]).encode())
                           for name in CHAINED if row[name] not in (None, ""))
        last = hashlib.sha256(last + encoded).digest()
        database.execute("UPDATE audit SET created_ms = ?, hash = ? WHERE seq = ?",
                         (row["created_ms"], last, row["seq"]))
    database.commit()
    database.close()


def make_token(session, **more):
    body = {"name": "t", "workspaceId": people.workspace_of(session), "scope": "read-only", **more}
    answer = session.post("/v2/personal-access-tokens", body)
    assert answer.status == 201, answer
    return answer.json()


def last_head(server):
    heads = re.findall(r'"audit head" seq=(\d+) hash=([0-9a-f]{64}) key=[0-9a-f]{64}'
                       r' signature=[0-9a-f]{128}', server.log)
    return ":".join(heads[-1])


def lines_of(path):
    """The entries; heads are left out."""
    whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
    lines = whole.splitlines()  # without one that is being written
    return [json.loads(line) for line in lines if not line.startswith('{"auditHead"')]


def test_everybody_who_changes_something_is_in_the_log(server, api):
    source = api.create_source("web")
    session = sign_in(server)
    entries = session.get(f"/v2/audit-logs?target_id={source['id']}").json()["data"]
    assert [(entry["action"], entry["actorType"]) for entry in entries] == \
        [("created", "personal_access_token")]
    entries = session.all_of("/v2/audit-logs?per_page=2", "data")
    assert [entry["seq"] for entry in entries] == list(range(len(entries), 0, -1))
    assert entries[0]["action"] == "signed_in" and entries[0]["ip"] == "127.0.0.1"
    assert session.get("/v2/audit-logs?per_page=101").status == 400
    assert Api(server).get("/v2/audit-logs").status == 401
    assert api.get("/v2/audit-logs").status in (401, 403)


def test_members_come_and_go_in_words_that_other_tools_know(server):
    admin = sign_in(server)
    grace = people.join(server, admin)
    admin.put(f"/v2/members/{grace.id}", {"role": "Admin"})
    assert admin.delete(f"/v2/members/{grace.id}").status == 204
    people.invite(admin, "joan@example.com")
    invitation = admin.get("/v2/invitations").json()["invitations"][0]
    assert admin.delete(f"/v2/invitations/{invitation['id']}").status == 204
    entries = admin.get(f"/v2/audit-logs?target_id={grace.id}").json()["data"]
    assert [(entry["targetType"], entry["action"], entry["actorName"]) for entry in entries] == [
        ("user", "removed_from_organization", pintle.EMAIL),
        ("user", "changed_permission", pintle.EMAIL),
        ("user", "signed_in", "grace@example.com"),
        ("user", "added_to_organization", "grace@example.com")]
    assert entries[-1]["actorId"] == grace.id and entries[-1]["actorType"] == "user"
    entries = admin.get("/v2/audit-logs?target_type=user_invitation").json()["data"]
    assert [(entry["action"], entry["targetName"]) for entry in entries] == [
        ("deleted", "joan@example.com"), ("created", "joan@example.com"),
        ("created", "grace@example.com")]


def test_each_use_of_a_token_is_in_the_log_if_asked_for(server, api):
    admin = sign_in(server)
    api.get("/v2/sources")
    assert admin.put("/v2/organization", {"settings": {"auditEveryUse": True}}).status == 200
    api.get("/v2/sources")
    api.get("/v2/sources/nobody")
    entries = admin.get("/v2/audit-logs?action=used").json()["data"]
    assert [entry["details"] for entry in entries] == [
        {"operation": "get_source", "status": 404}, {"operation": "list_sources", "status": 200}]
    assert {entry["actorType"] for entry in entries} == {"personal_access_token"}


def test_tokens_that_have_ended_are_in_the_log_when_they_are_used(server):
    session = sign_in(server)
    made = make_token(session, name="laptop")
    ended = Api(server, made["token"])
    assert session.delete(f"/v2/personal-access-tokens/{made['id']}").status == 204
    refused = ended.get("/v2/sources")
    guess = Api(server, "ptl_pat_guess").get("/v2/sources")
    assert refused.status == 401 and refused.text == guess.text
    [entry] = session.get("/v2/audit-logs?action=refused").json()["data"]
    assert (entry["targetType"], entry["targetId"], entry["targetName"]) == (
        "personal_access_token", made["id"], "laptop")
    assert entry["actorType"] == "personal_access_token" and entry["actorId"] == made["id"]
    assert entry["details"] == {"reason": "revoked", "operation": "list_sources"}


def test_a_token_that_has_ended_cannot_flood_the_log(server):
    session = sign_in(server)
    made = make_token(session, allowedIps=["192.0.2.1"])
    statuses = {Api(server, made["token"]).get("/v2/workspace").status for _ in range(30)}
    assert statuses == {401}
    entries = session.get("/v2/audit-logs?action=refused&page_size=50").json()["data"]
    assert len(entries) == 10  # of one token in ten minutes
    assert {entry["details"]["reason"] for entry in entries} == {"address not allowed"}


def test_verify_works_beside_the_server_and_without_it(server, api):
    api.create_source("web")
    done = verify(server)
    assert done.returncode == 0 and re.search("is intact: [34] entries", done.stdout), done
    server.stop()  # the token's first use is written in the background, and at the end
    done = verify(server)
    assert done.returncode == 0 and "is intact: 4 entries" in done.stdout, done
    server.start()
    server.stop()
    done = verify(server, "--head", last_head(server))
    assert done.returncode == 0 and "It holds the known head, 4." in done.stdout, done


def test_verify_finds_an_altered_entry(server, api):
    api.create_source("web")
    server.stop()
    alter(server, "UPDATE audit SET actor_id = 'somebody else' WHERE seq = 2")
    done = verify(server)
    assert done.returncode == 1
    assert re.search(r"Entry 2 \(\w{27}\) is the first", done.stdout), done.stdout


def test_verify_finds_a_cut_tail_when_it_knows_a_head(server, api):
    api.create_source("web")
    server.stop()
    server.start()  # at the latest now all that was written is under a head
    server.wait_for_line('"audit head" seq=4')
    server.stop()
    alter(server, "DELETE FROM audit WHERE seq >= 3")
    assert verify(server).returncode == 0
    done = verify(server, "--head", last_head(server))
    assert done.returncode == 1 and "entries 3 to 4 are missing" in done.stdout, done


def test_what_is_older_than_auditdays_goes_and_leaves_a_stub(server, api):
    api.create_source("web")
    admin = sign_in(server)
    assert admin.put("/v2/organization", {"settings": {"auditDays": 2}}).status == 200
    server.stop()
    write_chain_anew(server, lambda row: {**row, "created_ms": row["created_ms"] - 3 * 86400000})
    assert "is intact: 6 entries" in verify(server).stdout
    server.start()
    server.wait_for_line(r'old entries of the audit log were removed" entries=6')
    [entry] = sign_in(server).get("/v2/audit-logs?action=expired").json()["data"]
    assert entry["targetType"] == "audit_log" and entry["details"] == {"entries": 6, "lastSeq": 6}
    server.stop()
    done = verify(server)
    assert done.returncode == 0 and "is intact: 2 entries" in done.stdout, done
    assert "Entries up to 6 were removed" in done.stdout and "signed stub" in done.stdout
    alter(server, "DELETE FROM audit WHERE seq = 7")
    assert "Entry 7 is missing" in verify(server).stdout


def test_verify_says_why_it_cannot(tmp_path, server):
    done = pintle.run("audit", "verify", "--data", tmp_path / "nowhere")
    assert done.returncode == 1 and "no data directory" in done.stderr, done
    for head in ("1", "0:" + 64 * "0", "1:" + 63 * "0", "x:" + 64 * "0"):
        assert verify(server, "--head", head).returncode == 2


def test_the_copy_goes_on_where_it_ended(make_server, tmp_path):
    copy = tmp_path / "audit.ndjson"
    server = make_server(audit_sink=f"file:{copy}")
    api = Api(server, pintle.token_create(server.data))
    api.create_source("web")

    def sources():
        return {line["seq"]: line for line in lines_of(copy) if line["targetType"] == "source"}
    until(lambda: len(sources()) == 1)
    server.kill()
    server.start()
    api.create_source("app")
    until(lambda: len(sources()) == 2)
    seqs = {line["seq"] for line in lines_of(copy)}  # the last ones may be there twice
    assert seqs == set(range(1, max(seqs) + 1))
    assert sign_in(server).all_of("/v2/audit-logs?target_type=source", "data") == \
        [line for _, line in sorted(sources().items(), reverse=True)]


def test_no_secret_is_in_the_log(make_server, tmp_path):
    copy = tmp_path / "audit.ndjson"
    server = make_server(audit_sink=f"file:{copy}")
    token = pintle.token_create(server.data)
    api = Api(server, token)
    source = api.create_source("web")
    destination = api.create_webhook("http://127.0.0.1:9/", config={
        "headers": [{"from": "Authorization", "to": "hidden-in-a-header"}]})
    api.connect(source, destination)
    session = sign_in(server)
    server.stop()
    text = copy.read_text()
    assert destination["id"] in text
    for secret in (token, "hidden-in-a-header", pintle.PASSWORD, source["writeKey"],
                   session.session["csrfToken"]):
        assert secret not in text


def test_the_page_lists_what_is_recorded():
    script = pintle.ROOT / "scripts/gen-audit-table"
    done = subprocess.run([script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
