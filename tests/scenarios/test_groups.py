# SPDX-License-Identifier: Apache-2.0
"""Groups: made, filled, emptied, ended."""
from harness.api import sign_in
from harness.people import accept, invite, join, make_group


def test_a_group_lives_and_dies(server):
    admin = sign_in(server)
    made = admin.post("/v2/groups", {"name": "Analysts", "description": "They look"})
    assert made.status == 201
    group = made.json()["group"]
    assert (group["memberCount"], group["members"], group["policies"]) == (0, [], [])
    assert admin.post("/v2/groups", {"name": "Analysts"}).status == 409
    one = f"/v2/groups/{group['id']}"
    changed = admin.put(one, {"description": "They look closely"}).json()["group"]
    assert (changed["name"], changed["description"]) == ("Analysts", "They look closely")
    other = make_group(admin, "Builders")
    taken = admin.put(one, {"name": "Builders"})
    assert (taken.status, list(taken.json()["details"])) == (409, ["name"])
    listed = admin.all_of("/v2/groups?pageSize=1", "groups")
    assert [g["name"] for g in listed] == ["Analysts", "Builders"]
    assert admin.delete(one).status == 204
    assert admin.get(one).status == 404
    assert [g["id"] for g in admin.get("/v2/groups").json()["groups"]] == [other["id"]]
    for body, field in [({}, "name"), ({"name": ""}, "name"),
                        ({"name": "n", "description": 1}, "description")]:
        refused = admin.post("/v2/groups", body)
        assert refused.status == 400 and list(refused.json()["details"]) == [field], body


def test_members_come_and_go(server):
    admin = sign_in(server)
    grace = join(server, admin)
    group = make_group(admin, "Analysts", grace)
    one = f"/v2/groups/{group['id']}"
    assert admin.put(f"{one}/members/{grace.id}", None).status == 204  # again is fine
    shown = admin.get(one).json()["group"]
    assert [m["email"] for m in shown["members"]] == ["grace@example.com"]
    member = admin.get(f"/v2/members/{grace.id}").json()["member"]
    assert member["groups"] == [{"id": group["id"], "name": "Analysts"}]
    for target in (f"{one}/members/{'0' * 27}", f"/v2/groups/{'0' * 27}/members/{grace.id}"):
        assert admin.put(target, None).status == 404
        assert admin.delete(target).status == 404
    assert admin.delete(f"{one}/members/{grace.id}").status == 204
    assert admin.delete(f"{one}/members/{grace.id}").status == 404
    assert admin.get(one).json()["group"]["memberCount"] == 0


def test_people_are_invited_into_groups_and_workspaces(server):
    admin = sign_in(server)
    group = make_group(admin, "Analysts")
    trial = admin.made(admin.post("/v2/workspaces", {"name": "Trial"}), "workspace")
    token = invite(admin, "grace@example.com", groupIds=[group["id"]],
                   workspaceIds=[trial["id"]])
    shown = admin.get("/v2/invitations").json()["invitations"][0]
    assert shown["groups"] == [{"id": group["id"], "name": "Analysts"}]
    assert shown["workspaces"] == [{"id": trial["id"], "name": "Trial"}]
    user = accept(server, token).json()["user"]
    member = admin.get(f"/v2/members/{user['id']}").json()["member"]
    assert [g["name"] for g in member["groups"]] == ["Analysts"]
    assert [p["workspaceName"] for p in member["policies"]] == ["Trial"]
    for field in ("groupIds", "workspaceIds"):
        refused = admin.post("/v2/invitations", {"email": "a@b", field: ["0" * 27]})
        assert (refused.status, list(refused.json()["details"])) == (400, [field + "[0]"])


def test_only_admins_see_and_change_groups(server):
    admin = sign_in(server)
    grace = join(server, admin)
    group = make_group(admin, "Analysts")
    one = f"/v2/groups/{group['id']}"
    for refused in (grace.get("/v2/groups"), grace.get(one), grace.put(one, {"name": "n"}),
                    grace.delete(one), grace.post("/v2/groups", {"name": "n"}),
                    grace.put(f"{one}/members/{grace.id}", None)):
        assert (refused.status, refused.json()["code"]) == (403, "FORBIDDEN"), refused
    assert grace.get("/v2/groups/" + "0" * 27).status == 404
