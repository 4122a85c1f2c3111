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
