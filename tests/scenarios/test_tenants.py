# SPDX-License-Identifier: Apache-2.0
"""What belongs to another workspace or organisation is told from what does not exist by nothing:
wherever the API takes an id, both get the same answer."""
import copy
import json
import re

import pytest

from harness.api import Api
from harness.asking import Asker, Things
from harness.callers import ABROAD, ELSEWHERE, People
from harness.contract import CONTRACT
from harness.decisions import TABLE, read_table

ROWS, MAKERS = read_table()
MARK = "markofothers"
UNKNOWN = "0" * 27


class Marked(Things):
    """Things of others, by whose names a leak would be noticed."""

    def fill(self, value, caller=None, owner=None):
        filled = super().fill(value, caller, owner)
        return MARK + filled if value == "$unique" else filled


@pytest.fixture(scope="module")
def people(make_server_once):
    server = make_server_once(start=False, token_requests_per_s=0, unknown_tokens_per_s=0)
    return People(server).start()


def id_members(schema):
    """Members of a body that take ids, also below others."""
    if not isinstance(schema, dict):
        return set()
    while "$ref" in schema:
        schema = CONTRACT.look_up(schema["$ref"].removeprefix("#"))
    parts = schema.get("allOf", []) + schema.get("oneOf", []) + schema.get("anyOf", [])
    found = {name for part in parts for name in id_members(part)}
    for name, inner in schema.get("properties", {}).items():
        if re.search(r"^id$|Ids?$", name) and name != "externalId":
            found.add(name)
        found |= id_members(inner)
    return found


def places_for_ids(operation):
    parameters = [CONTRACT.look_up(p["$ref"][1:]) if "$ref" in p else p
                  for p in operation.body.get("parameters", [])]
    found = {p["name"] for p in parameters
             if p["in"] == "query" and re.search(r"(?<!xternal)(_id|Id|owner)$", p["name"])}
    content = operation.body.get("requestBody", {}).get("content", {})
    return found | id_members(content.get("application/json", {}).get("schema", {}))


def test_every_place_for_an_id_is_tried():
    for operation in CONTRACT.operations:
        row = ROWS.get(operation.id)
        if not row or not operation.is_remote:
            continue  # the decision matrix says so
        named = json.dumps(row.names)
        for name in places_for_ids(operation):
            assert f'"{name}"' in named, (
                f"{TABLE.name}: give the line {operation.id} a `names:` entry with {name}")


def slots(value, path=()):
    """Where in a body or query the "$words" stand."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()
    for key, item in items:
        if isinstance(item, str) and re.fullmatch(r"\$[\w-]+!?", item) and (
                item not in ("$unique", "$today")):
            yield (*path, key), item.strip("$!")
        yield from slots(item, (*path, key))


def with_id(value, path, found):
    changed = at = copy.deepcopy(value)
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = found
    return changed


class Tenant(Asker):
    """Asks one operation with everything its own but one id."""

    def variants(self, is_of_others):
        """For each place that takes an id: how to ask with another one there."""
        for word, name in self.words:
            if self.row.about != "self" and is_of_others(word):
                body = self.row.names[0].get("body", {}) if self.row.names else {}
                yield word, lambda found, name=name, body=body: self.asked({name: found}, body)
        for entry in self.row.names:
            for path, word in slots(entry):
                if is_of_others(word):
                    yield word, lambda found, entry=entry, path=path: self.asked(
                        {}, **with_id(entry, path, found))

    def asked(self, path_ids, body=None, query=None):
        path = self.operation.path
        for word, name in self.words:
            own = self.caller.user if self.row.about == "self" else None
            path = path.replace("{%s}" % name, path_ids.get(name) or own or
                                self.things.id_of(word, self.caller))
        has_body = "requestBody" in self.operation.body
        sent = json.dumps(self.things.fill(body or {}, self.caller)).encode() if has_body else None
        return self.exchange(self.operation.method.upper(),
                             path + self.query_text(query or self.row.query, self.caller),
                             sent, self.caller.headers)


def comparable(answer, found):
    if answer.status < 300 and found not in answer.text and "Id" in answer.text:
        return answer.status  # what was sent there counted for nothing, and times differ
    kept = {name.lower(): value for name, value in answer.headers.items()
            if name.lower() not in ("date", "x-request-id")}
    return answer.status, answer.text.replace(found, "THE ID"), kept


def differences(tenant, others, is_of_others):
    for word, ask in tenant.variants(is_of_others):
        theirs, nobodys = others.id_of(word), UNKNOWN
        one, two = ask(theirs), ask(nobodys)
        what = f"{tenant.operation.id:28} {tenant.caller.name:32} {word}"
        if comparable(one, theirs) != comparable(two, nobodys):
            yield f"{what}: theirs {one}, nobody's {two}"
        if MARK in one.text:
            yield f"{what}: names what belongs to others: {one}"
        if one.status >= 500:
            yield f"{what}: {one}"


HOME_CALLERS = ("session of admin", "PAT read-write of admin", "SAT with everything",
                "organisation SAT manage_members + manage_tokens", "session of viewer")


def all_differences(people, names, own, others, is_of_others):
    callers = [caller for caller in people.callers if caller.name in names]
    assert len(callers) == len(names)
    for operation in CONTRACT.operations:
        row = ROWS.get(operation.id)
        if not row or row.api in ("open", "local", "write-key") or row.spends:
            continue
        for caller in callers:
            tenant = Tenant(people, own, operation, row)
            tenant.caller = caller
            yield from differences(tenant, others, lambda word: is_of_others(word, row))


def test_another_organisation_is_as_if_it_were_not(people):
    others = Marked(people, MAKERS, people.eve, people.abroad)
    wrong = list(all_differences(people, HOME_CALLERS, Things(people, MAKERS), others,
                                 lambda word, row: True))
    assert not wrong, "\n".join(wrong)
    ours = Api(people.server, headers=people.admin.headers).all_of("/v2/audit-logs", "data")
    assert {entry["organizationId"] for entry in ours} == {people.organization}
    assert len(ours) > 100 and MARK not in json.dumps(ours) and MARK not in people.server.log


def test_another_workspace_is_as_if_it_were_not(people):
    names = ("PAT read-write of admin", "SAT with everything", "session of editor")
    others = Marked(people, MAKERS, people.admin, people.elsewhere)
    in_workspaces = {word for word, maker in MAKERS.items()
                     for operation in CONTRACT.operations
                     if (operation.path, operation.method) == (maker.get("post"), "post")
                     and ROWS[operation.id].api == "workspace"}
    assert {"sources", "destinations", "connections"} <= in_workspaces
    wrong = list(all_differences(
        people, names, Things(people, MAKERS), others,
        lambda word, row: row.api == "workspace" and word in in_workspaces))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("place", [ELSEWHERE, ABROAD])
def test_a_session_cannot_name_a_workspace_it_is_not_in(people, place):
    name = {ELSEWHERE: "session of outsider", ABROAD: "session of admin abroad"}[place]
    caller = next(caller for caller in people.callers if caller.name == name)
    for target in ("/v2/sources", "/v2/workspace", "/v2/destinations", "/v2/connections"):
        answers = [Api(people.server, headers=caller.headers).get(
            target, headers={"X-Workspace-Id": named}) for named in (people.home, UNKNOWN)]
        assert [answer.status for answer in answers] == [404, 404]
        assert answers[0].body == answers[1].body
