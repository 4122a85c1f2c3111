# SPDX-License-Identifier: Apache-2.0
"""People come, change their roles and go; workspaces are made for them."""
from harness import server as pintle
from harness.api import Api, sign_in
from harness.people import PASSWORD, accept, invite, join, workspace_of


def made_token(session, name="mine", scope="read-write"):
    return session.made(session.post("/v2/personal-access-tokens", {
        "name": name, "scope": scope, "workspaceId": workspace_of(session)}), "token")


def test_a_colleague_is_invited_and_joins(server):
    admin = sign_in(server)
    answer = admin.post("/v2/invitations", {"email": "grace@example.com"})
    invitation, link = answer.json()["invitation"], answer.json()["link"]
    assert "/invitation#token=" in link and link.startswith("http")
    assert admin.get("/v2/invitations").json()["invitations"] == [invitation]
    assert invitation["role"] == "Member"
    token = link.split("#token=")[1]
    joined = accept(server, token, name="Grace Hopper")
    assert joined.status == 201 and joined.json()["user"]["role"] == "Member"
    assert accept(server, token).status == 401  # once
    assert admin.get("/v2/invitations").json()["invitations"] == []
    listed = admin.get("/v2/members").json()["members"]
    assert [(m["email"], m["role"], m["name"]) for m in listed] == [
        (pintle.EMAIL, "Admin", ""), ("grace@example.com", "Member", "Grace Hopper")]
    grace = sign_in(server, "grace@example.com", PASSWORD)
    assert grace.get("/v2/sources").status == 200
    assert grace.post("/v2/sources", {"name": "n", "type": "Node"}).status == 403


def test_invitations_can_be_cancelled_and_replaced(server):
    admin = sign_in(server)
    first = invite(admin, "grace@example.com")
    second = invite(admin, "Grace@Example.com", role="Admin")
    assert accept(server, first).status == 401
    kept = admin.get("/v2/invitations").json()["invitations"]
    assert [i["role"] for i in kept] == ["Admin"]
    assert admin.delete(f"/v2/invitations/{kept[0]['id']}").status == 204
    assert admin.delete(f"/v2/invitations/{kept[0]['id']}").status == 404
    assert accept(server, second).status == 401
    assert accept(server, "0" * 43).status == 401
    again = admin.post("/v2/invitations", {"email": pintle.EMAIL})
    assert (again.status, again.json()["code"]) == (409, "CONFLICT")
    for body, field in [({}, "email"), ({"email": "nobody"}, "email"),
                        ({"email": "a@b", "role": "Owner"}, "role")]:
        refused = admin.post("/v2/invitations", body)
        assert refused.status == 400 and list(refused.json()["details"]) == [field], body
    weak = accept(server, invite(admin, "a@example.com"), password="short")
    assert weak.status == 400 and list(weak.json()["details"]) == ["password"]


def test_only_admins_manage_members(server):
    admin = sign_in(server)
    grace = join(server, admin)
    other = admin.get("/v2/members").json()["members"][0]["id"]
    for refused in (grace.get("/v2/members"), grace.get(f"/v2/members/{other}"),
                    grace.put(f"/v2/members/{grace.id}", {"role": "Admin"}),
                    grace.delete(f"/v2/members/{other}"), grace.get("/v2/invitations"),
                    grace.post("/v2/invitations", {"email": "x@example.com"}),
                    grace.put("/v2/organization", {"name": "Mine"}),
                    grace.post("/v2/workspaces", {"name": "Mine"}),
                    grace.put(f"/v2/workspaces/{workspace_of(grace)}", {"name": "Mine"})):
        assert (refused.status, refused.json()["code"]) == (403, "FORBIDDEN"), refused
    assert grace.get(f"/v2/members/{grace.id}").json()["member"]["email"] == "grace@example.com"
    assert admin.get("/v2/members/" + "0" * 27).status == 404
    api = Api(server, pintle.token_create(server.data))  # not even an Admin's token
    assert api.get("/v2/members").status == 403
    assert api.post("/v2/invitations", {"email": "x@example.com"}).status == 403


def test_a_removed_member_leaves_no_key_behind(server):
    admin = sign_in(server)
    grace = join(server, admin)
    api = Api(server, made_token(grace, "deploy"))
    assert api.get("/v2/workspace").status == 200
    tokens = admin.get(f"/v2/members/{grace.id}").json()["member"]["personalAccessTokens"]
    assert [(t["name"], t["effectiveScope"]) for t in tokens] == [("deploy", "read-only")]
    assert admin.delete(f"/v2/members/{grace.id}").status == 204
    assert api.get("/v2/workspace").status == 401  # from the very next request on
    assert grace.get("/v2/session").status == 401
    assert Api(server).post("/v2/session", {"email": "grace@example.com",
                                            "password": PASSWORD}).status == 401
    assert admin.get(f"/v2/members/{grace.id}").status == 404
    again = join(server, admin)
    assert again.id == grace.id
    assert api.get("/v2/workspace").status == 401  # for ever
    assert again.get("/v2/personal-access-tokens").json()["data"] == []


def test_the_last_admin_stays(server):
    admin = sign_in(server)
    me = admin.session["user"]["id"]
    for refused in (admin.put(f"/v2/members/{me}", {"role": "Member"}),
                    admin.delete(f"/v2/members/{me}")):
        assert (refused.status, refused.json()["code"]) == (409, "CONFLICT")
    grace = join(server, admin)
    changed = admin.put(f"/v2/members/{grace.id}", {"role": "Admin"})
    assert changed.json()["member"]["role"] == "Admin"
    assert grace.get("/v2/session").status == 401  # a new role is a new session
    grace = sign_in(server, "grace@example.com", PASSWORD)
    assert grace.put(f"/v2/members/{me}", {"role": "Member"}).status == 200
    assert sign_in(server).get("/v2/members").status == 403
    assert grace.post("/v2/workspaces", {"name": "Hers"}).status == 201


def test_a_second_workspace(server, api):
    admin = sign_in(server)
    made = admin.made(admin.post("/v2/workspaces", {"name": "Staging",
                                                    "environment": "DEVELOPMENT"}), "workspace")
    assert admin.post("/v2/workspaces", {"name": "Staging"}).status == 409
    renamed = admin.put(f"/v2/workspaces/{made['id']}", {"name": "Trial"}).json()["workspace"]
    assert (renamed["name"], renamed["environment"]) == ("Trial", "DEVELOPMENT")
    assert admin.get(f"/v2/workspaces/{made['id']}").json()["workspace"] == renamed
    assert admin.get("/v2/workspaces/" + "0" * 27).status == 404
    listed = admin.all_of("/v2/workspaces?pageSize=1", "workspaces")
    assert [w["name"] for w in listed] == ["Production", "Trial"]
    for body, field in [({"name": ""}, "name"), ({"name": "x", "environment": "TEST"},
                                                 "environment")]:
        refused = admin.post("/v2/workspaces", body)
        assert refused.status == 400 and list(refused.json()["details"]) == [field]
    source = api.create_source()
    there = {"X-Workspace-Id": made["id"]}  # switching is naming another one
    assert admin.get("/v2/sources", headers=there).json()["sources"] == []
    assert admin.get(f"/v2/sources/{source['id']}", headers=there).status == 404


def test_the_organization_has_a_name(server):
    admin = sign_in(server)
    assert admin.get("/v2/organization").json()["organization"]["name"] == "Analytical Engines"
    changed = admin.put("/v2/organization", {"name": "Engines"}).json()["organization"]
    assert changed["name"] == "Engines"
    assert admin.get("/v2/session").json()["organization"]["name"] == "Engines"


def test_the_organization_has_settings(server):
    admin = sign_in(server)
    before = admin.get("/v2/organization").json()["organization"]["settings"]
    assert before["patCreation"] == "everyone" and before["baselinePii"] is True
    wish = {"patCreation": "admins", "baselinePii": False, "maxPersonalTokenDays": 30}
    answer = admin.put("/v2/organization", {"settings": wish})
    assert answer.json()["organization"]["settings"] == {**before, **wish}
    assert admin.get("/v2/organization").json() == answer.json()
    baseline = admin.get(f"/v2/workspaces/{workspace_of(admin)}/baseline-policy").json()["policy"]
    assert baseline == {"resources": {}, "pii": {}}
    for name, value in [("patCreation", "me"), ("baselinePii", 1), ("auditDays", 3651),
                        ("maxServiceTokenDays", -1), ("spoons", True)]:
        refused = admin.put("/v2/organization", {"settings": {name: value}})
        assert (refused.status, list(refused.json()["details"])) == (400, ["settings." + name])
