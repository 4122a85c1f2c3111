# SPDX-License-Identifier: Apache-2.0
"""What load balancers and people ask before they send anything."""
from datetime import datetime, timezone

import pytest

from harness.until import PATIENCE_S


def test_health_says_what_rudder_server_says(gate):
    answer = gate.exchange("GET", "/health")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    told = answer.json()
    assert list(told) == ["appType", "server", "db", "acceptingEvents", "routingEvents", "mode",
                          "backendConfigMode", "lastSync", "lastRegulationSync"]
    assert {name: told[name] for name in ("appType", "server", "db", "acceptingEvents",
                                          "routingEvents", "mode", "backendConfigMode")} == {
        "appType": "EMBEDDED", "server": "UP", "db": "UP", "acceptingEvents": "TRUE",
        "routingEvents": "TRUE", "mode": "NORMAL", "backendConfigMode": "API"}
    for name in ("lastSync", "lastRegulationSync"):  # the configuration is never behind
        age = datetime.now(timezone.utc) - datetime.fromisoformat(told[name])
        assert abs(age.total_seconds()) < PATIENCE_S


def test_health_needs_no_key_and_does_not_mind_a_query(gate):
    assert gate.exchange("GET", "/health?probe=1").json()["server"] == "UP"


def test_ready_and_metrics_are_for_operators(gate):
    assert gate.exchange("GET", "/ready").json() == {"status": "ready"}
    metrics = gate.exchange("GET", "/metrics")
    assert metrics.status == 200 and b"# HELP pintle_" in metrics.body


@pytest.mark.parametrize("method", ["PUT", "BREW"])
@pytest.mark.parametrize("path", ["/ready", "/metrics", "/v2/sources"])
def test_operators_are_refused_in_json_as_everywhere_in_the_api(gate, method, path):
    answer = gate.exchange(method, path)
    told = answer.json()
    assert (answer.status, told["code"], told["details"]) == (405, "METHOD_NOT_ALLOWED", {})
    assert told["error"] and told["message"] and "GET" in answer.headers["Allow"]
