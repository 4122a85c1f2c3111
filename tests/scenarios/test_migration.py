# SPDX-License-Identifier: Apache-2.0
"""Members and tokens that come from RudderStack: what their roles and values amount to here."""
import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.migration import (IMPORT, WITH_POLICIES, deploy, enter, legacy_value, links_of,
                               personal, sha256, stage)
from harness.people import give, join, policy, workspace_of

GRACE = "grace@example.com"
EVERYTHING = ("sources.edit", "sources.createDelete", "destinations.edit",
              "destinations.createDelete", "connections.connect", "transformations.edit",
              "transformations.createDelete", "transformations.connect",
              "transformationLibraries.edit", "trackingPlans.edit", "trackingPlans.connect",
              "trackingPlans.createDelete", "profiles.edit", "pii.sourceLiveEvents",
              "pii.destinationFailureSamples")
PII = {"pii.sourceLiveEvents", "pii.destinationFailureSamples"}
EDITING = {"sources.edit", "destinations.edit", "connections.connect", "trackingPlans.edit",
           "trackingPlans.connect", "profiles.edit"} | PII
TRANSFORMING = {"transformations.edit", "transformations.createDelete",
                "transformations.connect", "transformationLibraries.edit"}


@pytest.fixture
def admin(server):
    return sign_in(server)


def member_of(admin, email=GRACE):
    found = [one for one in admin.all_of("/v2/members", "members") if one["email"] == email]
    return admin.get(f"/v2/members/{found[0]['id']}").json()["member"]


def may(admin, member, token=None):
    """What the server would let him, or his token, do in the workspace."""
    def asks(right):
        body = {"memberId": member["id"], "right": right,
                "effect": "read" if right.startswith("pii.") else "write"}
        body.update({"tokenId": token} if token else {"workspaceId": workspace_of(admin)})
        answer = admin.post("/v2/access/simulate", body)
        assert answer.status == 200, answer
        return answer.json()["allowed"]
    return {right for right in EVERYTHING if asks(right)}


ROLES = [
    ("org-admin", None, set(EVERYTHING), "Admin"),
    ("admin", None, set(EVERYTHING), "Admin"),
    ("read-write", None, set(EVERYTHING), "Member"),
    ("read-only", None, PII, "Member"),
    ("connections-admin", None, set(EVERYTHING), "Member"),
    ("connections-editor", True, EDITING | TRANSFORMING, "Member"),
    ("connections-editor", False, EDITING, "Member"),
    ("connections-viewer", None, PII, "Member"),
]


@pytest.mark.parametrize("role, transformations, rights, becomes", ROLES)
def test_a_legacy_role_becomes_what_the_table_says(admin, role, transformations, rights, becomes):
    document = {"members": [{"email": GRACE, "role": role}]}
    if transformations is not None:
        document["members"][0]["transformationEdit"] = transformations
    review, deployed = deploy(admin, document)
    member = member_of(admin)
    assert (member["role"], review["members"][0]["roleAfter"]) == (becomes, becomes)
    assert may(admin, member) == rights
    assert [one["email"] for one in deployed["setupLinks"]] == [GRACE]
    assert deployed["members"] == 1 and deployed["tokens"] == 0


@pytest.mark.parametrize("transformations, scope, rights", [
    (True, "read-only", PII),
    (True, "read-write", EDITING | TRANSFORMING),
    (False, "read-only", PII),
    (False, "read-write", EDITING),
])
def test_a_personal_token_goes_on_with_its_owners_new_policy(server, admin, transformations,
                                                            scope, rights):
    value = legacy_value()
    document = {"members": [{"email": GRACE, "role": "connections-editor",
                             "transformationEdit": transformations}],
                "tokens": [personal(value, scope)]}
    deploy(admin, document)
    member = member_of(admin)
    assert may(admin, member, member["personalAccessTokens"][0]["id"]) == rights
    source = Api(server, pintle.token_create(server.data)).create_source()
    api = Api(server, value)
    assert api.get("/v2/sources").status == 200
    answer = api.put(f"/v2/sources/{source['id']}", {"name": "renamed"})
    assert answer.status == (200 if scope == "read-write" else 403)
    assert api.post("/v2/sources", {"name": "x", "type": "Javascript"}).status == 403


def test_who_is_not_selected_loses_that_source_and_keeps_the_others(server, admin, api):
    kept, closed = api.create_source("web"), api.create_source("payments")
    value = legacy_value()
    document = {"members": [{"email": GRACE, "role": "connections-admin"}],
                "restrictions": [{"workspaceId": "Production", "resource": "source",
                                  "id": "payments", "allowed": [pintle.EMAIL]}],
                "tokens": [personal(value, "read-write")]}
    review, _ = deploy(admin, document)
    place = review["members"][0]["workspaces"][0]
    assert {"right": "sources.createDelete", "isPartial": True} in place["loses"]
    assert review["tokens"][0]["verdict"] == "works-with-less"
    hers = Api(server, value)
    assert hers.put(f"/v2/sources/{kept['id']}", {"name": "site"}).status == 200
    refused = hers.put(f"/v2/sources/{closed['id']}", {"name": "mine"})
    assert (refused.status, refused.json()["details"]["required"]) == (403, "sources.edit")
    assert hers.get(f"/v2/sources/{closed['id']}").status == 200
    assert hers.delete(f"/v2/sources/{closed['id']}").status == 403


def test_members_alone_see_what_the_baseline_shows(server, admin):
    value = legacy_value()
    document = {"members": [{"email": GRACE, "role": "connections-admin"}],
                "tokens": [personal(value, "read-write")]}
    review, deployed = deploy(admin, document, mode="members")
    place = review["members"][0]["workspaces"][0]
    lost = {row["right"] for row in place["loses"]}
    assert {"sources.edit", "transformations.connect"} <= lost and not place["gains"]
    assert review["tokens"][0]["verdict"] == "works-with-less"
    assert may(admin, member_of(admin)) == PII
    api = Api(server, value)
    assert api.get("/v2/sources").status == 200
    assert api.post("/v2/sources", {"name": "x", "type": "Javascript"}).status == 403
    grace = enter(server, deployed)
    assert grace.get("/v2/members").status == 403


def test_nothing_holds_before_it_is_deployed(server, admin):
    value = legacy_value()
    document = {"members": [{"email": GRACE, "role": "org-admin"}],
                "tokens": [personal(value, "read-write")]}
    assert admin.get(IMPORT).json() == {"import": None}
    assert stage(admin, document, dryRun=True)["id"] is None
    assert admin.get(IMPORT).json() == {"import": None}
    review = stage(admin, document)
    assert (review["mode"], review["stagedBy"]) == (WITH_POLICIES, pintle.EMAIL)
    assert admin.get(IMPORT).json() == {"import": review}
    assert Api(server, value).get("/v2/workspace").status == 401
    assert len(admin.all_of("/v2/members", "members")) == 1
    assert admin.delete(IMPORT).status == admin.delete(IMPORT).status == 204
    answer = admin.post(f"{IMPORT}/deploy", {"id": review["id"]})
    assert answer.status == 404
    newer = stage(admin, document)
    assert admin.post(f"{IMPORT}/deploy", {"id": review["id"]}).status == 409
    assert admin.post(f"{IMPORT}/deploy", {"id": newer["id"]}).status == 200
    assert admin.get(IMPORT).json() == {"import": None}
    assert Api(server, value).get("/v2/workspace").status == 200


def test_a_member_without_a_password_enters_by_a_link_that_works_once(server, admin):
    _, deployed = deploy(admin, {"members": [{"email": GRACE, "role": "read-write"}]})
    grace = enter(server, deployed)
    assert grace.post("/v2/sources", {"name": "web", "type": "Javascript"}).status == 200
    again = Api(server).post("/v2/password-resets/accept",
                             {"token": links_of(deployed)[GRACE], "password": pintle.PASSWORD})
    assert again.status == 401


def test_who_is_here_already_only_gains(server, admin):
    grace = join(server, admin)
    give(admin, f"members/{grace.id}", policy("trackingPlans.edit"))
    document = {"members": [{"email": GRACE.upper(), "role": "connections-viewer"},
                            {"email": pintle.EMAIL, "role": "read-only"}]}
    review, deployed = deploy(admin, document)
    assert [one["isNew"] for one in review["members"]] == [False, False]
    assert review["members"][1]["roleAfter"] == "Admin"
    assert deployed["setupLinks"] == []
    assert may(admin, member_of(admin)) == PII | {"trackingPlans.edit"}
    assert grace.get("/v2/sources").status == 200  # still signed in


def test_a_member_belongs_to_the_workspaces_that_are_named(admin):
    other = admin.made(admin.post("/v2/workspaces", {"name": "Staging",
                                                     "environment": "DEVELOPMENT"}), "workspace")
    document = {"workspaces": [{"id": "2Legacy", "name": "Staging"}],
                "members": [{"email": GRACE, "workspaces": [
                    {"workspaceId": "2Legacy", "role": "read-write"}]}]}
    review, _ = deploy(admin, document)
    assert [row["workspaceName"] for row in review["members"][0]["workspaces"]] == ["Staging"]
    places = member_of(admin)["policies"]
    assert [place["workspaceId"] for place in places] == [other["id"]]


def test_service_tokens_keep_what_they_could_do(server, admin, api):
    editor, viewer, okta = legacy_value(), legacy_value(), legacy_value()
    of_workspace = {"level": "workspace", "workspaceId": "Production"}
    document = {"tokens": [
        {**of_workspace, "name": "ci", "role": "editor", "transformationEdit": False,
         "value": editor},
        {**of_workspace, "name": "reader", "policy": {}, "valueSha256": sha256(viewer)},
        {"name": "okta", "level": "organization", "value": okta}]}
    review, _ = deploy(admin, document, mode="members")
    assert [row["verdict"] for row in review["tokens"]] == ["works-with-less", "works", "works"]
    assert review["tokens"][0]["loses"] == [{"right": "transformations.connect",
                                             "isPartial": False}]
    source = api.create_source()
    assert Api(server, editor).put(f"/v2/sources/{source['id']}", {"name": "b"}).status == 200
    assert Api(server, viewer).put(f"/v2/sources/{source['id']}", {"name": "c"}).status == 403
    assert Api(server, viewer).get("/v2/sources").status == 200
    assert Api(server, okta).get("/v2/audit-logs").status == 200
    assert Api(server, okta).get("/v2/sources").status == 401
    inventory = {row["name"]: row for row in admin.all_of("/v2/access-tokens", "data")}
    assert all(inventory[name]["isImported"] for name in ("ci", "reader", "okta"))
    assert inventory["ci"]["lastFour"] == editor[-4:] and inventory["reader"]["lastFour"] == "????"
    assert not inventory["tests"]["isImported"]
