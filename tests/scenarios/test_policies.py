# SPDX-License-Identifier: Apache-2.0
"""What members may do in a workspace, and who decides it."""
from harness.api import sign_in
from harness.people import give, join, make_group, policy, workspace_of


def test_policies_are_written_read_and_taken_back(server):
    admin = sign_in(server)
    grace, here = join(server, admin), workspace_of(admin)
    group = make_group(admin, "Analysts")
    for holder in (f"groups/{group['id']}", f"members/{grace.id}"):
        target = f"/v2/{holder}/workspace-policies/{here}"
        wish = policy("destinations.edit", "destinations.connect", "pii.sourceLiveEvents")
        given = give(admin, holder, wish)
        assert given == wish
        assert admin.get(target).json()["policy"] == given
        shown = admin.get("/v2/" + holder).json()
        assert list(shown.values())[0]["policies"] == [{"workspaceId": here,
                                                        "workspaceName": "Production"}]
        assert admin.delete(target).status == 204
        assert admin.get(target).status == 404
        assert admin.delete(target).status == 404
        for unknown in (f"/v2/{holder}/workspace-policies/{'0' * 27}",
                        f"/v2/{holder[:-27]}{'0' * 27}/workspace-policies/{here}"):
            assert admin.get(unknown).status == 404
            assert admin.put(unknown, {"policy": {}}).status == 404


def test_the_baseline_is_full_pii_until_it_is_written(server):
    admin = sign_in(server)
    grace = join(server, admin)
    target = f"/v2/workspaces/{workspace_of(admin)}/baseline-policy"
    first = admin.get(target).json()["policy"]
    assert first["resources"] == {} and len(first["pii"]) == 11 and all(first["pii"].values())
    assert grace.get(target).json()["policy"] == first
    assert grace.put(target, {"policy": {}}).status == 403
    wish = policy("sources.edit")
    assert admin.put(target, {"policy": wish}).json()["policy"] == wish
    assert grace.get(target).json()["policy"] == wish
    assert admin.get(f"/v2/workspaces/{'0' * 27}/baseline-policy").status == 404


def test_bad_policies_are_refused_by_name(server, api):
    admin = sign_in(server)
    grace = join(server, admin)
    source = api.create_source()
    target = f"/v2/members/{grace.id}/workspace-policies/{workspace_of(admin)}"
    listed = policy("sources.edit", ids=[source["id"]])
    assert admin.put(target, {"policy": listed}).json()["policy"] == listed
    for bad, place in [({"resources": {"spoons": {}}}, "policy.resources.spoons"),
                       ({"resources": {"sources": {"own": {}}}}, "policy.resources.sources.own"),
                       ({"pii": {"sourceLiveEvents": 1}}, "policy.pii.sourceLiveEvents"),
                       (policy("sources.edit", ids=["0" * 27]),
                        "policy.resources.sources.edit.ids")]:
        refused = admin.put(target, {"policy": bad})
        assert refused.status == 400, bad
        assert list(refused.json()["details"])[0].startswith(place), refused
    assert admin.get(target).json()["policy"] == listed


def test_a_policy_can_be_edited_though_something_it_names_was_deleted(server, api):
    admin = sign_in(server)
    grace = join(server, admin)
    gone, stays = api.create_source(name="gone"), api.create_source(name="stays")
    one, other = policy("sources.edit", ids=[gone["id"]]), policy("sources.createDelete")
    for target in (f"/v2/members/{grace.id}/workspace-policies/{workspace_of(admin)}",
                   f"/v2/workspaces/{workspace_of(admin)}/baseline-policy"):
        assert admin.put(target, {"policy": one}).status == 200
    assert api.delete(f"/v2/sources/{gone['id']}").status == 204
    read = admin.get(target).json()["policy"]
    read["resources"]["sources"]["edit"]["ids"].append(stays["id"])
    kept = policy("sources.edit", ids=[stays["id"]])
    assert admin.put(target, {"policy": read}).json()["policy"] == kept
    assert admin.get(target).json()["policy"] == kept
    again = admin.put(target, {"policy": read})  # it is in there no more
    assert again.status == 400 and "policy.resources.sources.edit.ids" in again.json()["details"]
    target = f"/v2/members/{grace.id}/workspace-policies/{workspace_of(admin)}"
    read = admin.get(target).json()["policy"]
    read["resources"]["sources"].update(other["resources"]["sources"])
    assert admin.put(target, {"policy": read}).json()["policy"] == other


def asked(session, **question):
    answer = session.post("/v2/access/simulate", question)
    assert answer.status == 200, answer
    return answer.json()


def test_each_right_says_where_it_comes_from(server, api):
    admin = sign_in(server)
    grace, here, source = join(server, admin), workspace_of(admin), api.create_source()
    group = make_group(admin, "Analysts", grace)
    give(admin, f"groups/{group['id']}", policy("sources.edit", ids=[source["id"]]))
    give(admin, f"members/{grace.id}", policy("sources.createDelete"))
    target = f"/v2/members/{grace.id}/effective-policy?workspaceId={here}"
    told = grace.get(target).json()["effectivePolicy"]
    assert told == admin.get(target).json()["effectivePolicy"] and not told["isAdmin"]
    rights = {right["right"]: right for right in told["rights"]}
    assert rights["sources.edit"]["ids"] == [source["id"]]
    assert rights["sources.edit"]["from"] == [{"kind": "group", "id": group["id"],
                                               "name": "Analysts", "all": False,
                                               "ids": [source["id"]]}]
    assert [f["kind"] for f in rights["sources.createDelete"]["from"]] == ["member"]
    assert [f["kind"] for f in rights["pii.sourceLiveEvents"]["from"]] == ["baseline"]
    assert len(rights) == 13
    mine = admin.get(f"/v2/members/{admin.session['user']['id']}/effective-policy"
                     f"?workspaceId={here}").json()["effectivePolicy"]
    assert mine["isAdmin"] and {f["kind"] for r in mine["rights"] for f in r["from"]} == {
        "organizationRole"}
    assert grace.get(target.replace(grace.id, admin.session["user"]["id"])).status == 403
    assert admin.get(target.replace(here, "0" * 27)).status == 404
    assert admin.get(target.split("?")[0]).status == 400


def test_what_is_answered_is_what_is_done(server, api):
    admin = sign_in(server)
    grace, here = join(server, admin), workspace_of(admin)
    mine, other = api.create_source("mine"), api.create_source("other")
    give(admin, f"members/{grace.id}", policy("sources.edit", ids=[mine["id"]]))
    for source, status in ((mine, 200), (other, 403)):
        told = asked(admin, memberId=grace.id, workspaceId=here, right="sources.edit",
                     resourceIds=[source["id"]])
        assert told["allowed"] == (status == 200)
        done = grace.put(f"/v2/sources/{source['id']}", {"name": source["name"] + "!"})
        assert done.status == status
        if status == 403:
            assert told["required"] == done.json()["details"]["required"] == "sources.edit"
            assert told["rule"] == done.json()["message"]
        else:
            assert told["origin"] == {"kind": "member"}
    reading = grace.post("/v2/personal-access-tokens", {
        "name": "r", "scope": "read-only", "workspaceId": here}).json()
    told = asked(grace, tokenId=reading["id"], right="sources.edit", resourceIds=[mine["id"]])
    assert not told["allowed"] and "read-only" in told["rule"]
    assert grace.post("/v2/access/simulate", {
        "memberId": admin.session["user"]["id"], "workspaceId": here,
        "right": "sources.edit"}).status == 403
    for body, field in [({"right": "spoons.bend"}, "right"),
                        ({"right": "sources.edit", "effect": "none"}, "effect")]:
        refused = admin.post("/v2/access/simulate", body)
        assert refused.status == 400 and list(refused.json()["details"]) == [field], body


def test_who_is_not_of_a_workspace_does_not_see_it(server):
    admin = sign_in(server)
    grace = join(server, admin)
    trial = admin.made(admin.post("/v2/workspaces", {"name": "Trial"}), "workspace")
    there = {"X-Workspace-Id": trial["id"]}
    assert [w["name"] for w in grace.get("/v2/workspaces").json()["workspaces"]] == ["Production"]
    assert grace.get("/v2/sources", headers=there).status == 404
    for hidden in ("", "/baseline-policy"):
        assert grace.get(f"/v2/workspaces/{trial['id']}{hidden}").status == 404
    give(admin, f"members/{grace.id}", {}, trial["id"])
    assert grace.get("/v2/sources", headers=there).status == 200
    assert len(grace.get("/v2/session").json()["workspaces"]) == 2
    made = admin.post("/v2/sources", {"name": "n", "type": "Node"}, headers=there)
    source = made.json()["source"]
    for answer in (grace.get(f"/v2/sources/{source['id']}"),  # of the other workspace: 404 first
                   grace.put(f"/v2/sources/{source['id']}", {"name": "x"}),
                   grace.delete(f"/v2/sources/{source['id']}")):
        assert answer.status == 404
