# SPDX-License-Identifier: Apache-2.0
"""What a newcomer does, from an empty directory to a delivered event."""
import re

from harness import server as pintle
from harness.api import Api, setup_token, sign_in
from harness.sender import Sender
from harness.wire import exchange


def test_from_setup_to_a_delivered_event(make_server, receiver):
    server = make_server(is_set_up=False)
    pintle.setup(server.data, organization="Engines", workspace="Main", email="ada@example.com")
    token = pintle.token_create(server.data, workspace="Main", email="ada@example.com")
    api = Api(server, token)

    source = api.create_source(name="web", type="Javascript")
    destination = api.create_webhook(receiver.url, name="our hook")
    api.connect(source, destination)
    answer = Sender(server, source["writeKey"]).post(
        "/v1/track", {"userId": "1", "event": "First Event", "properties": {"n": 1}})
    assert (answer.status, answer.body) == (200, b"ok")

    request = receiver.wait(1)[0]
    assert request.method == "POST"
    assert request.event["event"] == "First Event"
    assert request.event["userId"] == "1"
    assert request.event["properties"] == {"n": 1}


def test_the_first_start_prints_a_link_that_works_once(make_server):
    server = make_server(is_set_up=False)
    anonymous = Api(server)
    assert anonymous.get("/v2/setup").json() == {"needed": True, "sendsMail": False}
    wish = {"organizationName": "Engines", "workspaceName": "Main", "email": "ada@example.com",
            "password": pintle.PASSWORD}

    assert anonymous.post("/v2/setup", {**wish, "setupToken": "guessed"}).status == 401
    assert anonymous.post("/v2/setup", wish).status in (400, 401)
    short = {**wish, "password": "too short", "setupToken": setup_token(server)}
    refused = anonymous.post("/v2/setup", short)
    assert refused.status == 400 and "password" in refused.json()["details"]

    made = anonymous.post("/v2/setup", {**wish, "setupToken": setup_token(server)})
    assert made.status == 201
    assert made.json()["user"]["role"] == "Admin"
    again = anonymous.post("/v2/setup", {**wish, "setupToken": setup_token(server)})
    assert again.status == 409
    assert anonymous.get("/v2/setup").json() == {"needed": False, "sendsMail": False}
    session = sign_in(server).session
    assert session["organization"]["name"] == "Engines"
    assert [w["name"] for w in session["workspaces"]] == ["Main"]


def test_a_server_that_is_set_up_prints_no_link(make_server):
    server = make_server()
    server.wait_for_line("started")  # behind whatever it prints
    assert exchange("GET", server.url + "/ready").status == 200
    server.stop()
    assert "/setup#" not in server.log


def test_setup_by_command_happens_once(make_server, tmp_path):
    data = tmp_path / "data"
    pintle.setup(data)
    again = pintle.run("setup", "--organization", "O", "--workspace", "W", "--email", "e@x.io",
                       "--password-stdin", "--data", data, text=pintle.PASSWORD)
    assert again.returncode == 1
    assert again.stderr.startswith("pintle: ")


def test_a_token_for_scripts_is_printed_alone(server):
    done = pintle.run("token", "create", "--email", pintle.EMAIL, "--workspace", "Production",
                      "--name", "ci", "--scope", "read-only", "--data", server.data)
    assert re.fullmatch(r"ptl_pat_[0-9A-Za-z]{49}\n", done.stdout)
    token = Api(server, done.stdout.strip()).get("/v2/token").json()
    assert (token["name"], token["scope"]) == ("ci", "read-only")


def test_a_token_can_be_made_while_no_server_runs(tmp_path, make_server):
    data = tmp_path / "data"
    pintle.setup(data)
    token = pintle.token_create(data)
    assert Api(make_server(data), token).get("/v2/workspace").status == 200


def test_commands_tell_what_is_wrong(server):
    for email, workspace, field in [("nobody@example.com", "Production", "email"),
                                    (pintle.EMAIL, "Elsewhere", "workspace")]:
        done = pintle.run("token", "create", "--email", email, "--workspace", workspace, "--name",
                          "n", "--scope", "read-only", "--data", server.data)
        assert done.returncode == 1 and done.stdout == ""
        assert field in done.stderr.lower() or "member" in done.stderr, done.stderr
    done = pintle.run("token", "create", "--email", pintle.EMAIL, "--data", server.data)
    assert done.returncode == 2 and "--help" in done.stderr
