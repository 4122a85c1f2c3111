# SPDX-License-Identifier: Apache-2.0
"""Colleagues: invited, joined and signed in."""
from .api import Api, sign_in

PASSWORD = "a passphrase of their own"


def invite(admin, email, **more):
    """The token behind the # of the link."""
    answer = admin.post("/v2/invitations", {"email": email, **more})
    assert answer.status == 201, answer
    return answer.json()["link"].split("#token=")[1]


def accept(server, token, password=PASSWORD, **more):
    return Api(server).post("/v2/invitations/accept",
                            {"token": token, "password": password, **more})


def join(server, admin, email="grace@example.com", **more):
    """A new member's session; `id` is his."""
    answer = accept(server, invite(admin, email, **more))
    assert answer.status == 201, answer
    session = sign_in(server, email, PASSWORD)
    session.id = answer.json()["user"]["id"]
    return session


def make_group(admin, name, *members):
    group = admin.made(admin.post("/v2/groups", {"name": name}), "group")
    for member in members:
        assert admin.put(f"/v2/groups/{group['id']}/members/{member.id}", None).status == 204
    return group


def workspace_of(session):
    return session.headers["X-Workspace-Id"]


def give(admin, holder, policy, workspace=None):
    """holder: "members/ID" or "groups/ID"."""
    target = f"/v2/{holder}/workspace-policies/{workspace or workspace_of(admin)}"
    answer = admin.put(target, {"policy": policy})
    assert answer.status == 200, answer
    return answer.json()["policy"]


def policy(*rights, ids=None):
    """policy("sources.edit", "pii.sourceLiveEvents"): of all, or of the ids."""
    made = {"resources": {}, "pii": {}}
    for right in rights:
        kind, action = right.split(".")
        if kind == "pii":
            made["pii"][action] = True
        else:
            grant = {"ids": ids} if ids else {"all": True, "includeFuture": True}
            made["resources"].setdefault(kind, {})[action] = grant
    return made
