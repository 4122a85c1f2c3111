# SPDX-License-Identifier: Apache-2.0
"""Every operation of the API as every caller, held against access/operations.yaml."""
import copy
import json

import pytest

from harness.asking import Asker, Things
from harness.callers import PII, RIGHTS, People
from harness.contract import CONTRACT
from harness.decisions import (
    ABSENT, AS_NOBODY, BY_API, EITHER, SERVED, TABLE, Row, expected, read_table)

ROWS, THINGS = read_table()


@pytest.fixture(scope="module")
def people(make_server_once):
    server = make_server_once(start=False, token_requests_per_s=0, unknown_tokens_per_s=0)
    return People(server).start()


def line_for(operation):
    return (f"{TABLE.relative_to(TABLE.parents[2])}: under `operations:` add the line\n"
            f"  {operation.id}: {{ api: ?, needs: [?] }}\n"
            f"for {operation.method.upper()} {operation.path}; the head of the file says how.")


def gaps(operations, rows):
    for operation in operations:
        if operation.id not in rows:
            yield line_for(operation)
        if not operation.body.get("x-permission"):
            yield f"{operation.id} declares no x-permission"
        if operation.body.get("x-effect") not in ("read", "write"):
            yield f"{operation.id} declares no x-effect"
    for gone in sorted(set(rows) - {operation.id for operation in operations}):
        yield f"{TABLE.name} has a line for {gone}, which there is no longer"


def test_every_operation_has_a_line_and_a_permission():
    found = list(gaps(CONTRACT.operations, ROWS))
    assert not found, "\n".join(found)


def test_an_operation_that_declares_nothing_is_noticed():
    first, *others = CONTRACT.operations
    for key in ("x-permission", "x-effect"):
        bare = copy.copy(first)
        bare.body = {name: value for name, value in first.body.items() if name != key}
        assert list(gaps([bare, *others], ROWS)) == [f"{first.id} declares no {key}"]
    rows = {name: row for name, row in ROWS.items() if name != first.id}
    assert list(gaps(CONTRACT.operations, rows)) == [line_for(first)]
    assert len(list(gaps(others, ROWS))) == 1


COLUMNS = {
    "no token", "garbled", "unknown", "expired", "revoked", "not yet valid", "of somebody removed",
    "legacy Admin PAT of admin", "legacy Admin PAT of demoted",
    "organisation SAT without grants", "organisation SAT manage_members",
    "organisation SAT manage_tokens", "organisation SAT manage_members + manage_tokens",
    "PAT of admin elsewhere", "SAT elsewhere", "session of outsider",
    "PAT of admin abroad", "SAT abroad", "organisation SAT abroad", "session of admin abroad",
    "SAT with nothing", "SAT with everything",
    *(f"SAT {word} {right}" for word in ("with", "without") for right in RIGHTS + PII),
    *(f"PAT {kind} of {who}" for kind in ("read-only", "read-write", "with policy")
      for who in ("admin", "editor", "viewer")),
    *(f"session of {who}" for who in ("admin", "editor", "viewer")),
}


def test_nobody_who_might_call_is_left_out(people):
    assert COLUMNS <= {caller.name for caller in people.callers}


def is_told_later(answer):
    return "Feature is not enabled" in answer.text


def is_as(wanted, operation, answer):
    if ROWS[operation.id].later and wanted in (SERVED, 403):
        return answer.status == 403 and is_told_later(answer) == (wanted == SERVED)
    if wanted == SERVED:  # what was asked for may still be wrong or in the way
        return answer.status in ROWS[operation.id].served or answer.status in (
            (200,) if operation.method == "get" else (200, 201, 202, 204, 400, 409))
    return answer.status in {ABSENT: (404, 405), EITHER: (403, 404)}.get(wanted, (wanted,))


def differences(people, operation):
    row = ROWS[operation.id]
    asker = Asker(people, Things(people, THINGS), operation, row)
    for caller in people.callers:
        answer = asker.ask(caller)
        wanted = expected(row, caller, asker.names_home)
        if wanted == AS_NOBODY:
            first = asker.answer_to_nobody
            is_right = (answer.status, answer.body) == (first.status, first.body)
        else:
            is_right = is_as(wanted, operation, answer)
        if not is_right:
            yield f"{operation.id:28} {caller.name:42} {wanted} expected, not {answer}"
        yield from wrong_words(row, operation, caller, answer)


def wrong_words(row, operation, caller, answer):
    """What a refusal has to say besides its status."""
    if answer.status == 401 and row.api in BY_API:
        told = answer.json()
        is_general = told["error"] == "Unauthorized" and told["code"] == "UNAUTHORIZED"
        is_level = told["error"].startswith("This endpoint requires a")
        if not (is_general if caller.kind == "nobody" else is_level):
            yield f"{operation.id:28} {caller.name:42} 401 with another text: {answer}"
    later = f"Feature is not enabled for your account: {row.later}"
    if is_told_later(answer) and (not row.later or answer.json()["error"] != later):
        yield f"{operation.id:28} {caller.name:42} another feature than {row.later}: {answer}"
    elif answer.status == 403 and row.needs and caller.kind != "nobody" and (
            not is_told_later(answer)):
        required = json.loads(answer.body)["details"].get("required")
        kinds = {right.split(".")[0] for right in row.needs} | {"connections"}
        if not required or required.split(".")[0] not in kinds:
            yield f"{operation.id:28} {caller.name:42} 403 without the right that lacks: {answer}"


def test_a_decision_that_differs_is_noticed(people, monkeypatch):
    listing = next(operation for operation in CONTRACT.operations if operation.id == "listSources")
    monkeypatch.setitem(ROWS, "listSources", Row("listSources", "settings"))
    assert any("PAT read-only of viewer" in line for line in differences(people, listing))


def test_every_operation_decides_as_the_table_says(people):
    wrong = [line for operation in CONTRACT.operations if operation.id in ROWS
             for line in differences(people, operation)]
    calls = len(people.callers) * len(CONTRACT.operations)
    assert not wrong, f"{len(wrong)} of {calls} decisions differ:\n" + "\n".join(wrong)
    print(f"{len(CONTRACT.operations)} operations as {len(people.callers)} callers: {calls} "
          "decisions as the table has them")
