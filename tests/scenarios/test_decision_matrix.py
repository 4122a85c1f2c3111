# SPDX-License-Identifier: Apache-2.0
"""Every operation of the API as every caller, held against access/operations.yaml."""
import json

import pytest

from harness.asking import Asker, Things
from harness.callers import People
from harness.contract import CONTRACT
from harness.decisions import (
    ABSENT, AS_NOBODY, BY_API, EITHER, SERVED, TABLE, expected, read_table)

ROWS, THINGS = read_table()


@pytest.fixture(scope="module")
def people(make_server_once):
    server = make_server_once(start=False, token_requests_per_s=0, unknown_tokens_per_s=0)
    return People(server).start()


def line_for(operation):
    return (f"{TABLE.relative_to(TABLE.parents[2])}: under `operations:` add the line\n"
            f"  {operation.id}: {{ api: ?, needs: [?] }}\n"
            f"for {operation.method.upper()} {operation.path}; the head of the file says how.")


def test_every_operation_has_a_line_and_a_permission():
    for operation in CONTRACT.operations:
        assert operation.id in ROWS, line_for(operation)
        assert operation.body.get("x-permission"), f"{operation.id} declares no x-permission"
        assert operation.body.get("x-effect") in ("read", "write"), operation.id
    gone = set(ROWS) - {operation.id for operation in CONTRACT.operations}
    assert not gone, f"{TABLE.name} has lines for what there is no longer: {sorted(gone)}"


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


def test_every_operation_decides_as_the_table_says(people):
    wrong = [line for operation in CONTRACT.operations if operation.id in ROWS
             for line in differences(people, operation)]
    calls = len(people.callers) * len(CONTRACT.operations)
    assert not wrong, f"{len(wrong)} of {calls} decisions differ:\n" + "\n".join(wrong)
    print(f"{len(CONTRACT.operations)} operations as {len(people.callers)} callers: {calls} "
          "decisions as the table has them")
