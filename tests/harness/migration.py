# SPDX-License-Identifier: Apache-2.0
"""Members and tokens as they come from RudderStack."""
import hashlib
import json
import secrets
import string

from . import server as pintle
from .api import Api, sign_in
from .people import PASSWORD

IMPORT = "/v2/access-import"
WITH_POLICIES = "members-with-policies"
ALPHABET = string.ascii_letters + string.digits


def legacy_value():
    """27 characters of base62, without a checksum."""
    return "".join(secrets.choice(ALPHABET) for _ in range(27))


def sha256(value):
    return hashlib.sha256(value.encode()).hexdigest()


def personal(value, scope, owner="grace@example.com", **more):
    return {"name": f"{scope} of {owner}", "owner": owner, "workspaceId": "Production",
            "scope": scope, "valueSha256": sha256(value), **more}


def stage(admin, document, mode=WITH_POLICIES, **more):
    answer = admin.put(IMPORT, {"mode": mode, "document": document, **more})
    assert answer.status == 200, answer
    return answer.json()["import"]


def deploy(admin, document, mode=WITH_POLICIES):
    review = stage(admin, document, mode)
    answer = admin.post(f"{IMPORT}/deploy", {"id": review["id"]})
    assert answer.status == 200, answer
    return review, answer.json()


def links_of(deployed):
    return {row["email"]: row["link"].split("#token=")[1] for row in deployed["setupLinks"]}


def enter(server, deployed, email="grace@example.com"):
    """By the link: the member chooses a password and signs in."""
    answer = Api(server).post("/v2/password-resets/accept",
                              {"token": links_of(deployed)[email], "password": PASSWORD})
    assert answer.status == 204, answer
    return sign_in(server, email, PASSWORD)


def run_import(data, *arguments, document=None, mode=0o600):
    """`pintle import access` with the document in a file."""
    if document is None:
        return pintle.run("import", "access", "--data", data, *arguments)
    path = data.parent / "import.json"
    path.write_text(json.dumps(document))
    path.chmod(mode)
    return pintle.run("import", "access", path, "--data", data, *arguments)
