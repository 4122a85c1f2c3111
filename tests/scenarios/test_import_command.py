# SPDX-License-Identifier: Apache-2.0
"""`pintle import access`, beside a running server and without one."""
import json

import pytest
from jsonschema import Draft202012Validator

from harness import server as pintle
from harness.api import Api, sign_in
from harness.migration import IMPORT, legacy_value, personal, run_import, sha256

GRACE = "grace@example.com"


def document_of(value, scope="read-write"):
    return {"members": [{"email": GRACE, "role": "connections-editor"}],
            "tokens": [personal(value, scope)]}


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_a_file_is_reviewed_staged_and_deployed(server, is_running):
    value = legacy_value()
    if not is_running:
        server.stop()
    tried = run_import(server.data, "--dry-run", document=document_of(value))
    assert tried.returncode == 0, tried.stderr
    assert "grace@example.com: new, Member" in tried.stdout
    assert "works with less" in tried.stdout and "transformations.connect" in tried.stdout
    assert run_import(server.data).returncode == 1  # nothing is staged
    staged = run_import(server.data, document=document_of(value))
    assert "cannot be undone" in staged.stdout
    assert run_import(server.data).stdout == staged.stdout
    done = run_import(server.data, "--deploy")
    assert done.returncode == 0 and "Deployed: 1 members, 1 tokens." in done.stdout, done.stderr
    assert f"{GRACE}\t" in done.stdout and "#token=" in done.stdout and value not in done.stdout
    if not is_running:
        server.start()
    assert Api(server, value).get("/v2/workspace").status == 200


def test_what_is_staged_can_be_thrown_away(server):
    assert run_import(server.data, document=document_of(legacy_value())).returncode == 0
    admin = sign_in(server)
    assert admin.get(IMPORT).json()["import"]["stagedBy"] is None
    assert run_import(server.data, "--reset").returncode == 0
    assert admin.get(IMPORT).json() == {"import": None}
    assert run_import(server.data).returncode == 1


def test_a_file_with_values_must_be_private(server):
    document = {"tokens": [{"name": "okta", "level": "organization", "value": legacy_value()}]}
    refused = run_import(server.data, document=document, mode=0o644)
    assert refused.returncode == 1 and "chmod 600" in refused.stderr
    assert document["tokens"][0]["value"] not in refused.stderr
    assert run_import(server.data, document=document, mode=0o600).returncode == 0
    digest = sha256(document["tokens"][0].pop("value"))
    document["tokens"][0]["valueSha256"] = digest
    assert run_import(server.data, document=document, mode=0o644).returncode == 0


@pytest.mark.parametrize("document, place", [
    ({"members": [{"email": GRACE, "role": "king"}]}, "members[0].role"),
    ({"members": [{"email": "nobody", "role": "admin"}]}, "members[0].email"),
    ({"members": [{"email": GRACE, "workspaces": [{"workspaceId": "Nowhere",
                                                   "role": "read-only"}]}]},
     "members[0].workspaces[0].workspaceId"),
    ({"workspaces": [{"id": "x", "name": "Nowhere"}],
      "members": [{"email": GRACE, "role": "admin"}]}, "workspaces[0].name"),
    ({"members": [{"email": GRACE, "role": "admin"}],
      "restrictions": [{"workspaceId": "Production", "resource": "source", "id": "none",
                        "allowed": []}]}, "restrictions[0].id"),
    ({"tokens": [personal("x" * 27, "admin", owner="else@example.com")]}, "tokens[0].owner"),
    ({"tokens": [{"name": "a", "level": "workspace", "workspaceId": "Production",
                  "policy": {"resources": {"sources": {"edit": {"ids": ["none"]}}}},
                  "valueSha256": "0" * 64}]}, "tokens[0].policy.resources.sources.edit.ids"),
    ({"tokens": [{"name": "a", "level": "workspace", "workspaceId": "Production",
                  "policy": {"resources": {"planes": {}}},
                  "valueSha256": "0" * 64}]}, "tokens[0].policy.resources.planes"),
])
def test_each_mistake_is_told_with_its_place(server, document, place):
    done = run_import(server.data, document=document)
    assert done.returncode == 1 and f"{place}:" in done.stderr, done.stderr
    assert run_import(server.data).returncode == 1  # nothing was staged


def test_files_that_are_none_are_told(server, tmp_path):
    missing = pintle.run("import", "access", tmp_path / "none", "--data", server.data)
    assert missing.returncode == 1 and "none" in missing.stderr
    (tmp_path / "bad.json").write_text('{"members": [}')
    garbled = pintle.run("import", "access", tmp_path / "bad.json", "--data", server.data)
    assert garbled.returncode == 1 and "line 1" in garbled.stderr
    (tmp_path / "big.json").write_text('"' + "x" * (5 << 20) + '"')
    assert pintle.run("import", "access", tmp_path / "big.json", "--data",
                      server.data).returncode == 1
    assert pintle.run("import", "access", "a", "b", "--data", server.data).returncode == 2


def test_the_example_can_be_imported(server):
    example = pintle.run("import", "access", "--example")
    document = json.loads(example.stdout)
    schema = json.loads((pintle.ROOT / "docs/access-import.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)
    done = run_import(server.data, "--deploy", document=document)
    assert done.returncode == 0, done.stderr
    assert len([line for line in done.stdout.splitlines() if "#token=" in line]) == 3
