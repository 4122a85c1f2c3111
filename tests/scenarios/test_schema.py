# SPDX-License-Identifier: Apache-2.0
"""Requests that schemathesis makes from the OpenAPI document: every answer is one that
the document has. PINTLE_SCHEMA_EXAMPLES: how many for each operation (the seed is fixed)."""
import os
import random

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from harness.asking import Asker, Things
from harness.callers import People
from harness.contract import CONTRACT
from harness.decisions import read_table
from harness.until import PATIENCE_S
from harness.wire import Answer

ROWS, MAKERS = read_table()
EXAMPLES = int(os.environ.get("PINTLE_SCHEMA_EXAMPLES", 4))
SCHEMA = schemathesis.openapi.from_dict(CONTRACT.document)
CREDENTIALS = {"authorization", "cookie", "x-csrf-token", "x-workspace-id"}
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def asked():
    """Not what is local, and not what ends the session that asks."""
    return [operation for operation in CONTRACT.operations
            if (row := ROWS.get(operation.id)) and row.api != "local" and not row.spends]


@pytest.fixture(scope="module")
def people(make_server_once):
    server = make_server_once(start=False, token_requests_per_s=0, unknown_tokens_per_s=0)
    return People(server).start()


class Prober(Asker):
    """Sends cases to one operation: mostly as an Admin, often with ids of things that there are."""

    def __init__(self, people, operation):
        super().__init__(people, Things(people, MAKERS), operation, ROWS[operation.id])
        name = "PAT read-write of admin" if self.row.api == "token" else "session of admin"
        self.caller = next(caller for caller in people.callers if caller.name == name)
        self.dice = random.Random(operation.id)

    def send(self, case):
        self.people.confirm()
        for word, name in self.words:
            if self.dice.random() < 0.6:
                case.path_parameters[name] = self.things.id_of(word, self.caller)
        sent = case.as_transport_kwargs(base_url=self.people.server.url)
        if self.dice.random() < 0.8:
            sent["cookies"] = {}
            kept = {name: value for name, value in sent["headers"].items()
                    if name.lower() not in CREDENTIALS}
            sent["headers"] = kept | self.caller.headers
        with requests.request(**sent, timeout=PATIENCE_S, allow_redirects=False,
                              stream=True) as response:
            is_endless = self.is_stream and response.status_code == 200
            body = b"" if is_endless else response.content
        answer = Answer(response.status_code, response.headers, body)
        target = response.request.path_url
        if b"Bad Request\n" != body and not is_endless:  # said before there is an operation
            self.hold(answer, target)
        if answer.status in (401, 403) and self.things.api.get("/v2/session").status != 200:
            raise AssertionError(f"{target} has ended the session")
        if answer.status < 300 and self.operation.method != "get":
            self.things.forget()

    def hold(self, answer, target):
        method = self.operation.method.upper()
        assert answer.status < 500, f"{method} {target}: {answer}"
        CONTRACT.check(method, target, None, answer, counts=False)


@pytest.mark.parametrize("operation", asked(), ids=lambda operation: operation.id)
def test_every_answer_is_a_documented_one(people, operation):
    prober = Prober(people, operation)
    described = SCHEMA[operation.path][operation.method.upper()]
    can_be_wrong = operation.body.get("parameters") or "requestBody" in operation.body
    for mode in MODES if can_be_wrong else MODES[:1]:
        @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
                  phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(described.as_strategy(generation_mode=mode))
        def probe(case):
            prober.send(case)

        probe()
