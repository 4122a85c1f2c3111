# SPDX-License-Identifier: Apache-2.0
"""Runs of sources: real ones, one at a time, driven by who does the work; Shipyard's client."""
import pytest

from harness import server as pintle
from harness.clients import CLIENTS, python_install, run_client
from harness.redirect import Redirect
from harness.sse import Stream


def report(server, run, state, *more):
    done = pintle.run("run", "report", "--data", server.data, "--run", run, "--state", state, *more)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def source(api):
    return api.create_source(name="profiles", type="profiles")


def start(api, source, body=None):
    answer = api.post(f"/v2/sources/{source['id']}/start", body)
    assert answer.status == 200, answer
    return answer.json()["runId"]


def status(api, source, run):
    return api.get(f"/v2/sources/{source['id']}/runs/{run}/status").json()


def test_a_run_from_start_to_finish(api, server, source):
    target = f"/v2/sources/{source['id']}"
    assert api.get(target + "/status").json() == {"status": "pending", "error": None}
    run = start(api, source, {"parameters": ["--begin_time 2026-01-01"]})
    assert api.post(target + "/start").status == 409
    assert api.get(target + "/status").json() == {"status": "processing", "error": None}
    report(server, run, "running", "--task", "users")
    report(server, run, "finished")
    told = status(api, source, run)
    assert (told["id"], told["status"], told["error"]) == (run, "finished", None)
    assert told["parameters"] == ["--begin_time 2026-01-01"]
    assert told["finished_at"] >= told["started_at"]
    assert [(task["task_id"], task["status"]) for task in told["tasks"]] == [("users", "finished")]
    assert api.get(target + "/status").json() == {"status": "finished", "error": None}


def test_a_failed_run_says_why(api, server, source):
    run = start(api, source)
    report(server, run, "failed", "--error", "the warehouse refused the password")
    assert status(api, source, run)["error"] == "the warehouse refused the password"
    assert api.get(f"/v2/sources/{source['id']}/status").json()["status"] == "finished"
    again = pintle.run("run", "report", "--data", server.data, "--run", run, "--state", "finished")
    assert again.returncode == 1 and "ended" in again.stderr
    assert start(api, source) != run


def test_a_run_can_be_stopped(api, server, source):
    target = f"/v2/sources/{source['id']}"
    nothing = api.post(target + "/stop")
    assert nothing.status == 409 and "not running" in nothing.json()["message"]
    run = start(api, source)
    assert api.post(target + "/stop").status == 204
    told = status(api, source, run)
    assert told["status"] == "failed" and told["error"].startswith("stopped by ")
    late = pintle.run("run", "report", "--data", server.data, "--run", run, "--state", "finished")
    assert late.returncode == 1 and "ended" in late.stderr
    assert api.post(target + "/stop").status == 409


def test_runs_are_listed_newest_first(api, server, source):
    target = f"/v2/sources/{source['id']}/runs"
    assert api.get(target).json() == {"runs": [], "paging": {"total": 0}}
    made = []
    for number in range(3):
        made.insert(0, start(api, source, {"parameters": [f"--number={number}"]}))
        report(server, made[0], "failed", "--error", f"reason {number}")
    page = api.get(target + "?pageSize=2").json()
    assert [run["id"] for run in page["runs"]] == made[:2]
    assert (page["paging"]["total"], page["runs"][0]["error"]) == (3, "reason 2")
    rest = api.get(page["paging"]["next"]).json()["runs"]
    assert [(run["id"], run["parameters"]) for run in rest] == [(made[2], ["--number=0"])]
    assert api.get(target + "?page=0").status == 400


def test_whoever_watches_hears_how_runs_go(api, server, source):
    target = f"/v2/sources/{source['id']}"
    with Stream(api, target + "/runs/live", schema="SourceRunNews") as stream:
        run = start(api, source)
        assert stream.next(lambda news: news["runId"] == run)["status"] == "running"
        report(server, run, "finished")
        assert stream.next(lambda news: news["status"] != "running")["status"] == "finished"
        second = start(api, source)
        api.post(target + "/stop")
        assert stream.next(lambda news: news == {"runId": second, "status": "failed"})


def test_a_run_does_not_outlive_the_process(api, server, source):
    run = start(api, source)
    server.kill()
    server.start()
    told = status(api, source, run)
    assert (told["status"], told["error"]) == ("failed", "Pintle ended while this ran")
    start(api, source)


def test_what_cannot_be_run_or_is_not_there(api, source):
    web = api.create_source(name="web")
    for method, path in (("POST", "start"), ("POST", "stop"), ("GET", "status"), ("GET", "runs"),
                         ("GET", "runs/live"), ("GET", "runs/x/status")):
        refused = api.call(method, f"/v2/sources/{web['id']}/{path}")
        assert refused.status == 400 and "cannot be run" in refused.json()["message"]
        assert api.call(method, f"/v2/sources/nothing/{path}").status == 404
    assert api.get(f"/v2/sources/{source['id']}/runs/nothing/status").status == 404
    bad = api.post(f"/v2/sources/{source['id']}/start", {"parameters": [7]})
    assert bad.status == 400 and "parameters[0]" in bad.json()["details"]
    api.put(f"/v2/sources/{source['id']}", {"enabled": False})
    assert api.post(f"/v2/sources/{source['id']}/start").status == 400


def test_shipyard(api, server, token, source, tmp_path):
    python, program = python_install("shipyard"), CLIENTS / "shipyard/ask.py"
    redirect = Redirect(server, tmp_path / "tls", "api.rudderstack.com")

    def ask(*words, token=token):
        return run_client(python, program, token, *words, **redirect.settings).strip()

    assert ask("connect") == "200"
    assert ask("connect", token="ptl_pat_wrong") == "401"
    assert ask("trigger", source["id"]) == "None"  # fine
    assert ask("status", source["id"]) == "processing"
    assert "already running" in ask("trigger", source["id"])
    started = api.get(f"/v2/sources/{source['id']}/status")
    assert started.json()["status"] == "processing"
    assert "invalid credentials" in ask("trigger", source["id"], token="ptl_pat_wrong")
    assert "404" in ask("trigger", "nothing")
    assert "Invalid Source ID" in ask("status", "nothing")
    web = api.create_source(name="web")
    assert "400" in ask("trigger", web["id"])
    redirect.close()
