# SPDX-License-Identifier: Apache-2.0
"""The pages and files for whoever watches a server name what the server really gives."""
import json
import re

import yaml

from harness import server as pintle
from harness.server import ROOT
from harness.wire import exchange

DOCS = ROOT / "docs"
WATCHED = ("pintle_gateway_", "pintle_journal_", "pintle_delivery_")


def exposed(server):
    """Metric → its label values, as /metrics gives them."""
    names = {}
    for line in exchange("GET", server.url + "/metrics").body.decode().splitlines():
        if found := re.match(r'(\w+)(?:\{\w+="(\w+)"\})? -?\d+$', line):
            names.setdefault(found.group(1), set()).add(found.group(2))
    return names


def rules():
    groups = yaml.safe_load((DOCS / "monitoring/alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels():
    board = json.loads((DOCS / "monitoring/grafana.json").read_text())
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_the_metrics_page_is_what_the_program_says(server):
    page = (DOCS / "metrics.md").read_text()
    assert page == pintle.run("metrics", "--markdown").stdout
    assert set(re.findall(r"^\| `(\w+)`", page, re.M)) == set(exposed(server))


def test_alerts_and_panels_ask_for_metrics_that_there_are(server):
    known = exposed(server)
    asked = [rule["expr"] for rule in rules()]
    asked += [target["expr"] for panel in panels() for target in panel["targets"]]
    for expression in asked:
        names = re.findall(r"pintle_\w+", expression)
        assert set(names) <= set(known), expression
        for words in re.findall(r'status=~?"([^"]+)"', expression):
            assert set(words.split("|")) <= known[names[0]], expression
        assert expression.count("(") == expression.count(")"), expression


def test_the_dashboard_shows_all_of_gateway_journal_and_delivery(server):
    shown = set(re.findall(r"pintle_\w+", json.dumps(panels())))
    assert {name for name in exposed(server) if name.startswith(WATCHED)} <= shown
    places = [tuple(panel["gridPos"][side] for side in "xy") for panel in panels()]
    assert len(places) == len(set(places))


def test_every_alert_says_what_to_do():
    page = (DOCS / "monitoring.md").read_text()
    assert re.findall(r"^\| `(Pintle\w+)`", page, re.M) == [rule["alert"] for rule in rules()]
    for rule in rules():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"] and rule["annotations"]["description"]
