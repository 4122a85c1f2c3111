# SPDX-License-Identifier: Apache-2.0
"""What an organisation may rule about tokens, and what it may switch off."""
import datetime

import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.people import give, join, policy, workspace_of

PERSONAL, SERVICE = "/v2/personal-access-tokens", "/v2/service-access-tokens"


@pytest.fixture
def admin(server):
    return sign_in(server)


def rule(admin, **settings):
    answer = admin.put("/v2/organization", {"settings": settings})
    assert answer.status == 200, answer
    return answer.json()["organization"]["settings"]


def in_days(days):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def personal(session, workspace=None, scope="read-write", **more):
    return session.post(PERSONAL, {"name": "p", "scope": scope,
                                   "workspaceId": workspace or workspace_of(session), **more})


def service(session, **more):
    return session.post(SERVICE, {"name": "s", "level": "workspace",
                                  "workspaceId": workspace_of(session), **more})


def reads(server, value):
    return Api(server, value).get("/v2/workspace").status


@pytest.mark.parametrize("make,setting", [(personal, "maxPersonalTokenDays"),
                                          (service, "maxServiceTokenDays")],
                         ids=["personal", "service"])
def test_a_longest_life_binds_new_tokens(server, admin, make, setting):
    old = make(admin).json()["token"]
    rule(admin, **{setting: 30})
    for wish in ({}, {"expiresAt": in_days(31)}):
        refused = make(admin, **wish)
        assert refused.status == 400 and "30 days" in refused.json()["details"]["expiresAt"]
    made = make(admin, expiresAt=in_days(29))
    assert made.status == 201 and reads(server, made.json()["token"]) == 200
    assert reads(server, old) == 200
    rule(admin, **{setting: 0})
    assert make(admin).status == 201


@pytest.mark.parametrize("make,setting", [(personal, "personalTokens"),
                                          (service, "serviceTokens")],
                         ids=["personal", "service"])
def test_a_forbidden_kind_stops_at_once_and_comes_back(server, admin, make, setting):
    value = make(admin).json()["token"]
    rule(admin, **{setting: False})
    refused = make(admin)
    assert refused.status == 403
    assert refused.json()["error"].startswith("Feature is not enabled for your account: ")
    assert reads(server, value) == 401
    rule(admin, **{setting: True})
    assert reads(server, value) == 200 and make(admin).status == 201


def test_tokens_may_be_forbidden_to_rotate_themselves(server, admin):
    made = personal(admin).json()
    rule(admin, selfRotation=False)
    itself = Api(server, made["token"])
    assert itself.post("/v2/token/rotate", {}).status == 403
    assert reads(server, made["token"]) == 200
    assert admin.post(f"{PERSONAL}/{made['id']}/rotate", {}).status == 201


def test_who_may_make_personal_tokens_is_ruled(server, admin):
    editor, viewer = (join(server, admin, f"{name}@example.com") for name in ("ed", "vi"))
    here = workspace_of(admin)
    give(admin, f"members/{editor.id}", policy("sources.edit"))
    give(admin, f"members/{viewer.id}", {})
    people = {"admin": admin, "editor": editor, "viewer": viewer}
    for value, may in (("everyone", {"admin", "editor", "viewer"}),
                       ("editors", {"admin", "editor"}), ("admins", {"admin"}),
                       ("nobody", set())):
        assert rule(admin, patCreation=value)["patCreation"] == value
        made = {name: personal(who, here, "read-only").status for name, who in people.items()}
        assert made == {name: 201 if name in may else 403 for name in people}, value
    assert pintle.token_create(server.data)  # whoever owns the machine is not bound


def suppress(api, user):
    return api.post("/v2/regulations", {"regulationType": "suppress", "users": [{"userId": user}]})


def tell(admin, token_id):
    return admin.post("/v2/access/simulate", {"tokenId": token_id, "right": "sources.read",
                                              "effect": "write"}).json()


def test_strict_effects_ask_for_the_edit_right_where_a_call_has_an_effect(server, admin):
    made = service(admin, policy=policy("destinations.edit")).json()
    reader, editor = Api(server, made["token"]), Api(server, service(
        admin, policy=policy("sources.edit")).json()["token"])
    kept = suppress(reader, "ada")
    assert kept.status == 201 and tell(admin, made["id"])["allowed"]
    rule(admin, strictEffects=True)
    cancel = f"/v2/regulations/{kept.json()[0]['id']}"
    for refused in (suppress(reader, "bob"), reader.delete(cancel)):
        assert refused.status == 403 and refused.json()["details"] == {"required": "sources.edit"}
    assert tell(admin, made["id"])["required"] == "sources.edit"
    assert reader.get("/v2/regulations").status == 200
    assert (suppress(editor, "bob").status, editor.delete(cancel).status) == (201, 204)
    rule(admin, strictEffects=False)
    assert suppress(reader, "cy").status == 201


def test_a_read_only_token_has_no_effect_however_strict(server, admin):
    api = Api(server, personal(admin, scope="read-only").json()["token"])
    for is_strict in (False, True):
        rule(admin, strictEffects=is_strict)
        assert suppress(api, "ada").status == 403
        assert api.get("/v2/regulations").status == 200



@pytest.mark.parametrize("name,call", [
    ("GROUPS", lambda it: it.get("/v2/groups")),
    ("CUSTOM_BASELINE_POLICY", lambda it: it.put(
        f"/v2/workspaces/{workspace_of(it)}/baseline-policy", {"policy": {}})),
    ("AUDIT_LOGS", lambda it: it.get("/v2/audit-logs")),
    ("INVITATIONS", lambda it: it.post("/v2/invitations", {"email": "new@example.com"})),
    ("GRANULAR_PERMISSIONS", lambda it: it.put(
        f"/v2/workspaces/{workspace_of(it)}/baseline-policy",
        {"policy": policy("sources.edit", ids=[it.source])})),
])
def test_what_is_switched_off_says_so_until_it_is_on_again(server, admin, name, call):
    admin.source = admin.create_source()["id"]
    assert call(admin).status in (200, 201)
    assert rule(admin, featuresOff=[name])["featuresOff"] == [name]
    refused = call(admin)
    assert refused.status == 403
    assert refused.json()["error"] == f"Feature is not enabled for your account: {name}"
    assert rule(admin, featuresOff=[])["featuresOff"] == []
    assert call(admin).status in (200, 201, 409)


def test_unknown_features_are_refused_by_name(admin):
    for wrong in (["SPOONS"], "GROUPS", [1], ["GROUPS", "NONE"]):
        answer = admin.put("/v2/organization", {"settings": {"featuresOff": wrong}})
        assert answer.status == 400 and "settings.featuresOff" in answer.json()["details"], wrong
    assert "SPOONS" in admin.put("/v2/organization", {"settings": {"featuresOff": ["SPOONS"]}}
                                 ).json()["details"]["settings.featuresOff"]
    assert rule(admin)["featuresOff"] == []
