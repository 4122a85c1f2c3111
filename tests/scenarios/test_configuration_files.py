# SPDX-License-Identifier: Apache-2.0
"""`pintle config export|apply`: a workspace as a file, and a file as a workspace."""
import json
import os

import pytest

from harness import server as pintle
from harness.api import sign_in
from harness.until import PATIENCE_S

SECRETS = {"HOOK_HEADERS_TO": "Bearer s3cr3t", "WAREHOUSE_PASSWORD": "pa55word"}
SITE = {"name": "Site", "type": "Javascript", "writeKey": "writeKeyOfTheOldSite"}


def config(server, *words, code=0, settings=None):
    done = pintle.run("config", *words, "--data", server.data, settings=settings)
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


def written(tmp_path, document, name="file.json"):
    path = tmp_path / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


def applied(server, path, *words, **options):
    return config(server, "apply", path, "--yes", *words, **options)


def until_asked(command):
    """Reads what the command prints until it asks."""
    text = ""
    while "Change it so?" not in text:
        part = command.stdout.read(1)
        assert part, text + command.stderr.read()
        text += part


def fill(api):
    source = api.create_source("Site")
    hook = api.create_webhook("https://example.com", "Hook",
                              {"headers": [{"from": "Authorization", "to": "Bearer s3cr3t"}]})
    api.connect(source, hook)
    api.post("/v2/accounts", {"name": "Warehouse", "accountDefinitionName": "SOURCE_POSTGRES",
                              "options": {"host": "db", "dbname": "shop", "user": "reader"},
                              "secret": {"password": "pa55word"}})
    return source, hook


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_a_workspace_goes_into_a_second_one(server, api, tmp_path, monkeypatch, is_running):
    fill(api)
    sign_in(server).post("/v2/workspaces", {"name": "Second"})
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    if not is_running:
        server.stop()
    text = config(server, "export", "--workspace", "Production")
    assert not any(secret in text for secret in SECRETS.values())
    assert all(f"#   {name}\n" in text for name in SECRETS), text
    assert text == config(server, "export", "--workspace", "Production")
    path = written(tmp_path, text, "production.yaml")
    assert applied(server, path, "--workspace", "Production") == "nothing to change\n"
    first = applied(server, path, "--workspace", "Second")
    assert "Done: 4 created, 0 changed, 0 deleted." in first and "note:" in first
    assert "(secret set)" in first and "s3cr3t" not in first
    assert applied(server, path, "--workspace", "Second") == "nothing to change\n"
    second = config(server, "export", "--workspace", "Second", "--format", "json")
    assert [len(json.loads(second)[kind]) for kind in
            ("sources", "destinations", "connections", "accounts")] == [1, 1, 1, 1]
    monkeypatch.setenv("HOOK_HEADERS_TO", "Bearer other")
    changed = applied(server, path, "--workspace", "Second")
    assert "config.headers: (secret changed)" in changed and "other" not in changed


def test_ids_and_write_keys_are_kept(server, api, tmp_path):
    made = {**SITE, "id": "2AbcDefGhiJklMnoPqrStuVwxYz"}
    applied(server, written(tmp_path, {"sources": [made]}))
    stored = api.get(f"/v2/sources/{made['id']}").json()["source"]
    assert stored["writeKey"] == SITE["writeKey"]
    changed = applied(server, written(tmp_path, {"sources": [{**made, "name": "Shop"}]}))
    assert '    name: "Site" -> "Shop"\n' in changed
    assert api.get(f"/v2/sources/{made['id']}").json()["source"]["name"] == "Shop"


def rules_of(api):
    return api.get("/v2/workspace/settings").json()["settings"]


def test_what_a_workspace_wants_of_its_events_goes_along(server, api, tmp_path):
    """The rules may name sources that the same file makes."""
    wanted = {"version": 1, "sources": [SITE, {"name": "App", "type": "Android"}],
              "workspace": {"eventBlocking": {"events": {"track": ["Mouse moved"]}},
                            "deduplication": {"enabled": True, "windowSeconds": 60,
                                              "sourceIds": ["App"]}}}
    sign_in(server).post("/v2/workspaces", {"name": "Second"})
    path = written(tmp_path, wanted)
    told = applied(server, path, "--workspace", "Production")
    assert "~ workspace" in told and '    eventBlocking: {"events":{"track":[]}} -> ' in told
    [app] = [source["id"] for source in api.get("/v2/sources").json()["sources"]
             if source["name"] == "App"]
    assert rules_of(api) == {
        "eventBlocking": {"events": {"track": ["Mouse moved"]}},
        "deduplication": {"enabled": True, "windowSeconds": 60, "sourceIds": [app]}}
    assert applied(server, path, "--workspace", "Production") == "nothing to change\n"
    copy = written(tmp_path, config(server, "export", "--workspace", "Production"), "copy.yaml")
    applied(server, copy, "--workspace", "Second")
    assert applied(server, copy, "--workspace", "Second") == "nothing to change\n"
    second = json.loads(config(server, "export", "--workspace", "Second", "--format", "json"))
    [twin] = second["workspace"]["deduplication"]["sourceIds"]
    assert twin in [source["id"] for source in second["sources"]] and twin != app


@pytest.mark.parametrize(("workspace", "field"), [
    ({"deduplication": {"enabled": True, "sourceIds": ["nobody's"]}},
     "workspace.deduplication.sourceIds"),
    ({"deduplication": {"windowSeconds": 0}}, "workspace.deduplication.windowSeconds"),
    ({"eventBlocking": {"events": {"page": ["Home"]}}}, "workspace.eventBlocking.events.page"),
])
def test_bad_rules_are_named_and_nothing_is_applied(server, api, tmp_path, workspace, field):
    before = rules_of(api)
    path = written(tmp_path, {"sources": [SITE], "workspace": workspace})
    assert field in applied(server, path, code=1)
    assert rules_of(api) == before and api.get("/v2/sources").json()["sources"] == []


def test_rules_that_name_a_source_that_is_gone_stay_as_they_are(server, api, tmp_path):
    source = api.create_source("Site")
    rules = {"deduplication": {"enabled": True, "sourceIds": [source["id"]]}}
    assert sign_in(server).put("/v2/workspace/settings", rules).status == 200
    assert api.delete(f"/v2/sources/{source['id']}").status == 204
    path = written(tmp_path, config(server, "export"), "file.yaml")
    assert applied(server, path) == "nothing to change\n"


def test_one_bad_resource_and_nothing_has_happened(server, api, tmp_path):
    text = ('sources:\n  - name: Site\n    type: Javascript\ndestinations:\n'
            '  - name: Hook\n    type: WEBHOOK\n    config:\n      webhookUrl: "no url"\n')
    refused = applied(server, written(tmp_path, text, "bad.yaml"), code=1)
    assert "bad.yaml, line 8: destinations[0].config.webhookUrl" in refused
    assert api.get("/v2/sources").json()["sources"] == []


def test_a_dry_run_changes_nothing(server, api, tmp_path):
    path = written(tmp_path, {"sources": [SITE]})
    assert '+ source "Site"' in config(server, "apply", path, "--dry-run")
    assert "--yes" in config(server, "apply", path, code=1)
    assert api.get("/v2/sources").json()["sources"] == []


def test_a_reference_that_leads_nowhere_is_named(server, tmp_path):
    secret = tmp_path / "secret"
    account = "accounts:\n  - name: A\n    accountDefinitionName: SOURCE_POSTGRES\n    secret:\n"
    missing = written(tmp_path, account + "      password: {env: NOT_THERE}\n", "a.yaml")
    assert "a.yaml, line 5: accounts[0].secret.password: there is no environment variable " \
           "NOT_THERE" in applied(server, missing, code=1)
    from_file = written(tmp_path, f"{account}      password: {{file: '{secret}'}}\n", "a.yaml")
    assert "cannot be read" in applied(server, from_file, code=1)
    secret.write_text("pa55word\n")
    assert "pa55word" not in applied(server, from_file)
    assert applied(server, from_file) == "nothing to change\n"


def test_only_prune_deletes(server, api, tmp_path):
    source, hook = fill(api)
    path = written(tmp_path, {"sources": [], "connections": []})
    assert applied(server, path) == "nothing to change\n"
    gone = applied(server, path, "--prune")
    assert f"- source \"Site\" ({source['id']})" in gone and "2 deleted" in gone
    assert api.get("/v2/sources").json()["sources"] == []
    assert api.get(f"/v2/destinations/{hook['id']}").status == 200  # its list was not given


def test_a_file_of_rudder_server_is_taken(server, api, tmp_path):
    hook = {"id": "2AbcDefGhiJklMnoPqrStuVwxYy", "name": "Hook", "enabled": True,
            "destinationDefinition": {"name": "WEBHOOK", "displayName": "Webhook"},
            "config": {"webhookUrl": "https://example.com", "webhookMethod": "POST"},
            "transformations": [{"versionId": "v"}]}
    site = {"id": "2AbcDefGhiJklMnoPqrStuVwxYz", "name": "Site", "writeKey": "key1",
            "enabled": True, "config": {}, "sourceDefinition": {"name": "Javascript"}}
    shop = {**site, "id": "2AbcDefGhiJklMnoPqrStuVwxYx", "name": "Shop", "writeKey": "key2"}
    document = {"workspaceId": "w", "libraries": [{"versionId": "l"}],
                "settings": {"eventAuditEnabled": True, "eventBlocking": {
                    "events": {"track": ["Mouse moved"], "page": ["Home"]}}},
                "sources": [{**site, "destinations": [hook]}, {**shop, "destinations": [hook]}]}
    done = applied(server, written(tmp_path, document, "workspaceConfig.json"))
    assert "not taken: destination Hook: transformations\n" in done
    assert "not taken: workspace: libraries\n" in done and "Done: 5 created, 1 changed" in done
    assert "not taken: settings: eventAuditEnabled\n" in done
    assert "not taken: settings.eventBlocking.events: page\n" in done
    assert rules_of(api)["eventBlocking"] == {"events": {"track": ["Mouse moved"]}}
    keys = [source["writeKey"] for source in api.get("/v2/sources").json()["sources"]]
    assert sorted(keys) == ["key1", "key2"]
    assert len(api.get("/v2/connections").json()["connections"]) == 2


def test_names_can_be_swapped_and_left_to_others(server, api, tmp_path):
    first, second = api.create_source("First"), api.create_source("Second")
    hook = api.create_webhook("https://example.com", "Hook")
    new = {"name": "Hook", "type": "WEBHOOK", "config": {"webhookUrl": "https://example.org"}}
    path = written(tmp_path, {
        "sources": [{"id": first["id"], "name": "Second"}, {"id": second["id"], "name": "First"}],
        "destinations": [new, {"id": hook["id"], "name": "Old hook"}]})
    done = applied(server, path)
    assert '    name: "First" -> "Second"\n' in done and "1 created, 3 changed" in done
    names = {one["id"]: one["name"] for one in api.get("/v2/sources").json()["sources"]}
    assert names == {first["id"]: "Second", second["id"]: "First"}
    assert api.get(f"/v2/destinations/{hook['id']}").json()["destination"]["name"] == "Old hook"
    assert applied(server, path) == "nothing to change\n"
    twice = written(tmp_path, {"sources": [{"id": first["id"], "name": "X"}, {"name": "X"}]})
    assert "sources[1]: is another one with the same name" in applied(server, twice, code=1)
    assert "Second" in api.get(f"/v2/sources/{first['id']}").text


def test_what_others_change_before_the_yes_is_noticed(server, api, tmp_path):
    hook = api.create_webhook("https://example.com", "Hook",
                              {"headers": [{"from": "Authorization", "to": "first"}]})
    path = written(tmp_path, {"sources": [SITE]})
    keyboard, terminal = os.openpty()
    with pintle.start("config", "apply", path, "--data", server.data, stdin=terminal) as command:
        until_asked(command)
        api.put(f"/v2/destinations/{hook['id']}", {"config": {
            "webhookUrl": "https://example.com",
            "headers": [{"from": "Authorization", "to": "second"}]}})
        os.write(keyboard, b"yes\n")
        _, errors = command.communicate(timeout=PATIENCE_S)
    os.close(keyboard)
    os.close(terminal)
    assert command.returncode == 1 and "changed by somebody else" in errors, errors
    assert api.get("/v2/sources").json()["sources"] == []
    assert "1 created" in applied(server, path)


def test_a_plan_over_the_api_holds_while_nothing_changes(api):
    document = {"version": 1, "sources": [SITE]}
    plan = api.post("/v2/configuration?dryRun=true", document).json()
    api.create_source("Another")
    refused = api.post(f"/v2/configuration?state={plan['state']}", document)
    assert refused.status == 412 and "Nothing was applied" in refused.json()["message"]
    plan = api.post("/v2/configuration?dryRun=true", document).json()
    assert api.post(f"/v2/configuration?state={plan['state']}", document).status == 200


def test_what_is_applied_over_the_api_is_audited(server, api):
    admin = sign_in(server)
    document = {"version": 1, "workspace": {"environment": "DEVELOPMENT"}, "sources": [SITE]}
    plan = admin.post("/v2/configuration?dryRun=true", document).json()
    assert (plan["isApplied"], plan["created"], plan["updated"]) == (False, 1, 1)
    assert admin.post("/v2/configuration", document).json()["isApplied"] is True
    again = admin.post("/v2/configuration", document).json()
    assert (again["changes"], again["created"]) == ([], 0)
    assert api.get("/v2/configuration").json()["sources"][0]["name"] == "Site"
    assert api.get("/v2/configuration?workspaceId=other").status == 404
    entries = admin.get("/v2/audit-logs").json()
    assert '"applied"' in json.dumps(entries) and '"configuration"' in json.dumps(entries)
