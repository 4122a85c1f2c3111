# SPDX-License-Identifier: Apache-2.0
"""What organisation-level tokens are for: SCIM, the audit log, and usage; and who else may."""
import pytest

from harness import server as pintle
from harness.api import Api, sign_in
from harness.migration import deploy, legacy_value, personal
from harness.people import join, workspace_of

AUDIT = "/v2/audit-logs"
USERS = "/scim/v2/Users"
SCIM_ERROR = ["urn:ietf:params:scim:api:messages:2.0:Error"]
LATER = "Feature is not enabled for your account: SCIM"
LEVEL = "This endpoint requires an organization-level access token"


@pytest.fixture
def admin(server):
    return sign_in(server)


def service(admin, **wishes):
    answer = admin.post("/v2/service-access-tokens", {"name": "okta", **wishes})
    assert answer.status == 201, answer
    return Api(admin.server, answer.json()["token"])


def scim(api, path=USERS, method="GET", body=None):
    answer = api.call(method, path, body)
    assert answer.headers["Content-Type"] == "application/scim+json"
    told = answer.json()
    assert (told["schemas"], told["status"]) == (SCIM_ERROR, str(answer.status))
    return answer.status, told["detail"]


def test_an_organisation_token_is_told_that_scim_comes_later(admin):
    okta = service(admin, level="organization")
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "g@example.com"}
    for kind in ("Users", "Groups"):
        assert scim(okta, f"/scim/v2/{kind}?filter=userName%20eq%20%22g%22") == (403, LATER)
        assert scim(okta, f"/scim/v2/{kind}", "POST", user) == (403, LATER)
        for method, body in (("GET", None), ("PUT", user), ("PATCH", user), ("DELETE", None)):
            assert scim(okta, f"/scim/v2/{kind}/x", method, body) == (403, LATER)
    for path in ("ServiceProviderConfig", "ResourceTypes", "Schemas"):
        assert scim(okta, f"/scim/v2/{path}") == (403, LATER)
    assert scim(okta, "/scim/v2/Elsewhere")[0] == 404
    assert scim(okta, "/scim/v2/Schemas", "POST", {})[0] == 405


def test_scim_refuses_tokens_of_workspaces_and_strangers(server, admin):
    workspace = service(admin, level="workspace", workspaceId=workspace_of(admin))
    assert scim(workspace) == (401, LEVEL)
    assert scim(Api(server, pintle.token_create(server.data))) == (401, LEVEL)
    nobody = scim(Api(server))
    assert nobody[0] == 401
    assert scim(Api(server, "ptl_sat_" + "0" * 49)) == nobody


def test_a_legacy_admin_token_opens_scim_while_its_owner_is_an_admin(server, admin):
    value, grace = legacy_value(), "grace@example.com"
    deploy(admin, {"members": [{"email": grace, "role": "org-admin"}],
                   "tokens": [personal(value, "admin")]})
    old = Api(server, value)
    assert (old.get(AUDIT).status, scim(old)) == (200, (403, LATER))
    owner = [one for one in admin.all_of("/v2/members", "members") if one["email"] == grace][0]
    assert admin.put(f"/v2/members/{owner['id']}", {"role": "Member"}).status == 200
    assert (old.get(AUDIT).status, scim(old)) == (401, (401, LEVEL))


def test_of_people_only_admins_may(server, admin):
    assert scim(admin) == (403, LATER)
    status, detail = scim(join(server, admin))
    assert status == 403 and detail != LATER
