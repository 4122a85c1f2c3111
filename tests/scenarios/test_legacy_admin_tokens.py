# SPDX-License-Identifier: Apache-2.0
"""Imported tokens: Admin ones, look-alikes, what is done with their values."""
import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.migration import deploy, legacy_value, personal, stage
from harness.people import workspace_of

GRACE = "grace@example.com"


@pytest.fixture
def admin(server):
    return sign_in(server)


@pytest.fixture
def value(admin):
    """Of an Admin token whose owner is an Admin."""
    value = legacy_value()
    deploy(admin, {"members": [{"email": GRACE, "role": "org-admin"}],
                   "tokens": [personal(value, "admin")]})
    return value


def member_of(admin):
    return [one for one in admin.all_of("/v2/members", "members") if one["email"] == GRACE][0]


def test_it_opens_the_audit_log_while_its_owner_is_an_admin(server, admin, value):
    api = Api(server, value)
    assert api.get("/v2/audit-logs").status == 200
    assert api.post("/v2/sources", {"name": "web", "type": "Javascript"}).status == 200
    assert api.get("/v2/members").status == 403
    described = api.get("/v2/token").json()
    assert described["scope"] == "admin"
    grace = member_of(admin)
    assert admin.put(f"/v2/members/{grace['id']}", {"role": "Member"}).status == 200
    assert api.get("/v2/audit-logs").status == 401
    assert api.get("/v2/sources").status == 200
    assert api.post("/v2/sources", {"name": "x", "type": "Javascript"}).status == 403
    assert admin.put(f"/v2/members/{grace['id']}", {"role": "Admin"}).status == 200
    assert api.get("/v2/audit-logs").status == 200
    assert admin.delete(f"/v2/members/{grace['id']}").status == 204
    assert api.get("/v2/sources").status == 401


def test_it_acts_as_read_write_of_a_member(server, admin):
    value = legacy_value()
    review, _ = deploy(admin, {"members": [{"email": GRACE, "role": "read-write"}],
                               "tokens": [personal(value, "admin")]})
    assert review["tokens"][0]["verdict"] == "works"
    api = Api(server, value)
    assert api.post("/v2/sources", {"name": "web", "type": "Javascript"}).status == 200
    assert api.get("/v2/audit-logs").status == 401


def test_it_cannot_be_rotated_and_is_told_what_to_make_instead(server, admin, value):
    answer = Api(server, value).post("/v2/token/rotate", {})
    assert answer.status == 409
    assert "Service Access Token" in answer.json()["message"]
    assert Api(server, value).get("/v2/workspace").status == 200


def test_no_admin_token_can_be_made(admin):
    answer = admin.post("/v2/personal-access-tokens", {
        "name": "boss", "workspaceId": workspace_of(admin), "scope": "admin"})
    assert answer.status == 400 and answer.json()["details"]["scope"]


def test_an_imported_token_ends_as_any_other_and_for_ever(server, admin, value):
    listed = [row for row in admin.all_of("/v2/access-tokens", "data") if row["isImported"]]
    assert [(row["scope"], row["owner"]["email"]) for row in listed] == [("admin", GRACE)]
    assert admin.delete(f"/v2/access-tokens/{listed[0]['id']}").status == 204
    assert Api(server, value).get("/v2/workspace").status == 401
    again = admin.put("/v2/access-import", {"mode": "members", "document": {
        "tokens": [personal(value, "read-only", owner=pintle.EMAIL)]}})
    assert (again.status, list(again.json()["details"])) == (400, ["tokens[0].value"])
    server.kill()
    server.start()
    assert Api(server, value).get("/v2/workspace").status == 401


def test_a_read_write_token_can_be_rotated_into_one_of_here(server, admin):
    value = legacy_value()
    deploy(admin, {"members": [{"email": GRACE, "role": "read-write"}],
                   "tokens": [personal(value, "read-write")]})
    answer = Api(server, value).post("/v2/token/rotate", {})
    assert answer.status == 201 and answer.json()["token"].startswith("ptl_pat_")
    assert Api(server, value).get("/v2/workspace").status == 401
    assert Api(server, answer.json()["token"]).get("/v2/workspace").status == 200
    assert not any(row["isImported"] for row in admin.all_of("/v2/access-tokens", "data"))


def test_values_that_nobody_knows_are_slowed_down(make_server):
    server = make_server(unknown_tokens_per_s=1)  # sixty at once
    guess = Api(server, legacy_value())
    statuses = [guess.get("/v2/workspace").status]
    while statuses[-1] != 429 and len(statuses) < 1000:
        statuses.append(guess.get("/v2/workspace").status)
    assert set(statuses) == {401, 429} and len(statuses) > 60


def test_values_are_in_no_file_and_no_log(server, admin):
    value = legacy_value()
    document = {"members": [{"email": GRACE, "role": "org-admin"}],
                "tokens": [{"name": "t", "owner": GRACE, "workspaceId": "Production",
                            "scope": "admin", "value": value}]}
    stage(admin, document)
    assert admin.get("/v2/access-import").status == 200
    deploy(admin, document)
    assert Api(server, value).get("/v2/workspace").status == 200
    server.stop()
    for path in server.data.rglob("*"):
        assert not path.is_file() or value.encode() not in path.read_bytes(), path
    assert value not in server.log
