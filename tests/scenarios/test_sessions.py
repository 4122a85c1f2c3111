# SPDX-License-Identifier: Apache-2.0
"""A person's own sessions and password."""
import sqlite3

from harness import server as pintle
from harness.api import Api, sign_in
from harness.people import invite, join

NEW = "another passphrase altogether"


def test_sessions_are_listed_and_ended_everywhere(server):
    here, there = sign_in(server), sign_in(server)
    listed = here.get("/v2/session/all").json()["sessions"]
    assert sorted(s["isCurrent"] for s in listed) == [False, True]
    assert here.delete("/v2/session/all?keepCurrent=true").status == 204
    assert there.get("/v2/session").status == 401
    assert len(here.get("/v2/session/all").json()["sessions"]) == 1
    assert here.delete("/v2/session/all").status == 204
    assert here.get("/v2/session").status == 401


def test_one_session_is_recognized_and_ended(server):
    here = sign_in(server)
    phone = Api(server, headers={"User-Agent": "a phone"})
    answer = phone.post("/v2/session", {"email": pintle.EMAIL, "password": pintle.PASSWORD})
    there = Api(server, headers={"Cookie": answer.headers["Set-Cookie"].split(";")[0]})
    listed = {s["userAgent"]: s for s in here.get("/v2/session/all").json()["sessions"]}
    assert listed["a phone"]["ip"] == "127.0.0.1" and not listed["a phone"]["isCurrent"]
    target = f"/v2/session/{listed['a phone']['id']}"
    stranger = join(server, here)
    assert stranger.delete(target).status == 404 and there.get("/v2/session").status == 200
    assert here.delete(target).status == 204
    assert there.get("/v2/session").status == 401 and here.get("/v2/session").status == 200
    assert here.delete(target).status == 404
    actions = [row["action"] for row in here.get("/v2/audit-logs").json()["data"]]
    assert "session_ended" in actions


def test_a_new_password_ends_other_sessions(server):
    here, there = sign_in(server), sign_in(server)
    wrong = here.put("/v2/session/password", {"currentPassword": "x", "newPassword": NEW})
    assert (wrong.status, list(wrong.json()["details"])) == (403, ["currentPassword"])
    weak = here.put("/v2/session/password", {"currentPassword": pintle.PASSWORD,
                                             "newPassword": "short"})
    assert (weak.status, list(weak.json()["details"])) == (400, ["newPassword"])
    assert here.put("/v2/session/password", {"currentPassword": pintle.PASSWORD,
                                             "newPassword": NEW}).status == 204
    assert here.get("/v2/session").status == 200
    assert there.get("/v2/session").status == 401
    assert Api(server).post("/v2/session", {"email": pintle.EMAIL,
                                            "password": pintle.PASSWORD}).status == 401
    sign_in(server, password=NEW)


def test_the_password_is_asked_for_again_after_a_while(server):
    admin = sign_in(server)
    grace = join(server, admin)
    server.stop()  # eleven minutes pass
    with sqlite3.connect(server.data / "pintle.db") as store:
        store.execute("UPDATE sessions SET confirmed_ms = confirmed_ms - 660000")
    store.close()
    server.start()
    change = ("PUT", f"/v2/members/{grace.id}", {"role": "Admin"})
    for refused in (admin.call(*change), admin.delete(f"/v2/members/{grace.id}"),
                    admin.post("/v2/invitations", {"email": "x@example.com"}),
                    admin.put("/v2/organization", {"name": "n"})):
        assert (refused.status, refused.json()["code"]) == (403, "REAUTHENTICATION_REQUIRED")
    assert grace.call(*change).json()["code"] == "FORBIDDEN"  # no right is told first
    assert admin.get("/v2/members").status == 200
    assert admin.post("/v2/session/confirm", {"password": "wrong"}).status == 403
    assert admin.call(*change).status == 403
    assert admin.post("/v2/session/confirm", {"password": pintle.PASSWORD}).status == 204
    assert admin.call(*change).status == 200
    invite(admin, "x@example.com")


def test_links_nobody_made_open_nothing(server):
    stranger = Api(server)
    for target in ("/v2/password-resets/accept", "/v2/invitations/accept"):
        for token in ("", "0" * 43, "ü"):
            refused = stranger.post(target, {"token": token, "password": NEW})
            assert (refused.status, refused.json()["code"]) == (401, "UNAUTHORIZED")


def test_a_lost_password_is_set_anew_by_a_link(make_server):
    server = make_server()
    here = sign_in(server)

    def made(email=pintle.EMAIL):
        return pintle.run("user", "reset-password", "--email", email, "--data", server.data)

    def use(link, password=NEW):
        token = link.strip().split("/reset-password#token=")[1]
        return Api(server).post("/v2/password-resets/accept", {"token": token,
                                                               "password": password}).status

    assert made("nobody@example.com").returncode == 1
    first, second = made().stdout, made().stdout
    assert second.startswith("http")
    assert use(first) == 401  # the second took its place
    assert use(second, "short") == 400
    assert use(second) == 204
    assert use(second) == 401  # once
    assert here.get("/v2/session").status == 401
    sign_in(server, password=NEW)
    server.stop()
    third = made().stdout  # the server need not run
    with sqlite3.connect(server.data / "pintle.db") as store:
        store.execute("UPDATE password_resets SET expires_ms = expires_ms - 1800000")
    store.close()
    server.start()
    assert use(third) == 401  # half an hour later
