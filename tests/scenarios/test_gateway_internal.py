# SPDX-License-Identifier: Apache-2.0
"""Routes for programs of one's own network: a source's id is enough, and a destination may be
named. They are there only by setting."""
import pytest

from conftest import make_line
from harness.gateway import NO_EVENT, Case, Gate, table
from harness.receiver import Receiver

EVENT = {"userId": "ada", "type": "identify", "traits": {"plan": "gold"}}
ON = {"internal_endpoints": "true"}


def retl(says, source, destination, status=200, text="ok", body=None):
    headers = {"X-Rudder-Source-Id": source, "X-Rudder-Destination-Id": destination}
    return Case(says, "POST /internal/v1/retl", body or {"batch": [EVENT]}, status, text,
                {name: value for name, value in headers.items() if value}, key=False)


def extract(says, source, body, status=200, text="ok"):
    return Case(says, "POST /internal/v1/extract", body, status, text,
                {"X-Rudder-Source-Id": source} if source else {}, key=False)


TABLE = [
    retl("a source and its destination", "SOURCE", "DESTINATION"),
    retl("a source and all of its destinations", "SOURCE", None),
    retl("a record needs no ids", "SOURCE", "DESTINATION", body={"batch": [{"type": "record"}]}),
    retl("no source", None, None, 401, "failed to read source id from header"),
    retl("a source nobody has", "nobody", None, 401, "invalid source id"),
    retl("a destination nobody has", "SOURCE", "nobody", 400, "invalid destination id"),
    retl("a destination of another source", "SOURCE", "STRANGER", 400, "invalid destination id"),
    retl("nothing in it", "SOURCE", None, 400, "empty batch payload", {"batch": []}),
    extract("an extract needs no ids", "SOURCE", {"properties": {"a": 1}}),
    extract("an extract without a source", None, {}, 401, "failed to read source id from header"),
    extract("an extract that is no event", "SOURCE", [], 400, NO_EVENT),
    Case("the audience list still wants a key", "POST /internal/v1/audiencelist", EVENT, 401,
         "failed to read writekey from header", key=False),
    Case("the audience list", "POST /internal/v1/audiencelist", EVENT),
]


@pytest.fixture(name="inside", scope="module")
def make_inside(make_server_once):
    receiver = Receiver()
    yield Gate(make_line(make_server_once(**ON), receiver))
    receiver.close()


@pytest.fixture(name="names", scope="module")
def make_names(inside):
    line = inside.line
    return {"SOURCE": line.source["id"], "DESTINATION": line.destination["id"],
            "STRANGER": line.api.create_webhook(line.receiver.url, name="stranger")["id"]}


@table(TABLE)
def test_an_internal_route(inside, names, case):
    case.headers = {name: names.get(value, value) for name, value in case.headers.items()}
    inside.hold(case)


def test_an_event_reaches_only_the_destination_that_is_named(inside, names):
    line, other = inside.line, Receiver()
    beside = line.api.create_webhook(other.url, name="beside")
    line.api.connect(line.source, beside)
    inside.delivered({**EVENT, "n": 1}, "/internal/v1/retl",
                     {"X-Rudder-Source-Id": names["SOURCE"],
                      "X-Rudder-Destination-Id": names["DESTINATION"]})
    inside.delivered({**EVENT, "n": 2})  # for both; of one user, so in order
    assert [received.event["n"] for received in other.wait(1)] == [2]
    other.close()


def test_what_is_disabled_is_not_found(make_server, line_of):
    line = line_of(make_server(**ON))
    gate, source, destination = Gate(line), line.source["id"], line.destination["id"]
    line.api.put(f"/v2/destinations/{destination}", {"enabled": False})
    gate.hold(retl("", source, destination, 404, "destination is disabled"))
    gate.hold(retl("", source, None))
    line.api.put(f"/v2/sources/{source}", {"enabled": False})
    gate.hold(retl("", source, destination, 404, "source is disabled"))


def test_a_destination_may_be_required(make_server, line_of):
    gate = Gate(line_of(make_server(require_destination_id="true", **ON)))
    source = gate.line.source["id"]
    gate.hold(retl("", source, None, 400, "failed to read destination id from header"))
    gate.hold(retl("", source, gate.line.destination["id"]))
    gate.hold(extract("", source, {"properties": {}}))  # which names none
