# SPDX-License-Identifier: Apache-2.0
"""Each alert rule is asked by Prometheus' own tool: it fires when it should, and alone."""
import subprocess

import yaml

from harness.server import ROOT

RULES = ROOT / "docs/monitoring/alerts.yml"
PROMTOOL = ROOT / ".deps/promtool"  # scripts/setup --tests puts it there

# Alert → the minute it is looked at, and series as promtool writes them, one sample a minute:
# "5x9" stays 5 for nine more minutes, "0+2x9" grows by 2 in each.
CASES = {
    "PintleDown": (5, {"up": "0x10"}),
    "PintleRefusesEvents": (20, {'pintle_gateway_requests_total{status="2xx"}': "0+1000x20",
                                 'pintle_gateway_requests_total{status="5xx"}': "0+20x20"}),
    "PintleManyBadRequests": (40, {'pintle_gateway_requests_total{status="2xx"}': "0+70x40",
                                   'pintle_gateway_requests_total{status="4xx"}': "0+30x40"}),
    "PintleNothingArrives": (1500, {"pintle_gateway_events_total": "0+9x120 1080x1400"}),
    "PintleCertificateExpires": (120, {"pintle_tls_certificate_not_after_seconds": "86400x120"}),
    "PintleDiskIsSlow": (15, {"pintle_gateway_waiting_requests": "150x15"}),
    "PintleBudgetNearlyUsed": (25, {'pintle_budget_used_bytes{budget="bodies"}': "95x25",
                                    'pintle_budget_limit_bytes{budget="bodies"}': "100x25"}),
    "PintleRestarts": (9, {"pintle_start_time_seconds": "1 1 2 2 3 3 4 4 5 5"}),
    "PintleJournalFull": (5, {"pintle_journal_full": "1x5"}),
    "PintleDiskDoesNotAnswer": (3, {"pintle_journal_disk_silent_seconds": "0 0 15 75"}),
    "PintleCursorsUnwritten": (3, {"pintle_journal_cursors_unwritten_seconds": "0 1 30 90"}),
    "PintleJournalNearLimit": (25, {"pintle_journal_disk_bytes": "81x25",
                                    "pintle_journal_limit_bytes": "100x25"}),
    "PintleJournalWillReachLimit": (120, {"pintle_journal_disk_bytes": "60+0.05x120",
                                          "pintle_journal_limit_bytes": "100x120"}),
    "PintleJournalDamaged": (5, {"pintle_journal_damaged_records_total": "0 0 1 1 1 1"}),
    "PintleEventsLost": (5, {"pintle_delivery_lost_records_total": "0 0 7 7 7 7"}),
    "PintleDeadLetters": (40, {"pintle_delivery_dead_events_total": "0+1x40"}),
    "PintleDestinationsFail": (40, {'pintle_delivery_attempts_total{status="2xx"}': "0+4x40",
                                    'pintle_delivery_attempts_total{status="5xx"}': "0+6x40"}),
    "PintleDeliveryStands": (40, {"pintle_delivery_delivered_events_total": "9x40",
                                  "pintle_delivery_parked_events": "3x40"}),
}

# A server at work: near each border, on the right side of it.
WELL = (200, {
    "up": "1x200", "pintle_gateway_events_total": "0+1000x200",
    'pintle_gateway_requests_total{status="2xx"}': "0+1000x200",
    'pintle_gateway_requests_total{status="4xx"}': "0+240x200",
    'pintle_gateway_requests_total{status="5xx"}': "0+9x200",
    "pintle_tls_certificate_not_after_seconds": "1400000x200",
    "pintle_gateway_waiting_requests": "99x200", "pintle_start_time_seconds": "0x200",
    'pintle_budget_used_bytes{budget="bodies"}': "85x200",
    'pintle_budget_limit_bytes{budget="bodies"}': "100x200",
    'pintle_budget_used_bytes{budget="none"}': "5x200",
    'pintle_budget_limit_bytes{budget="none"}': "0x200", "pintle_journal_full": "0x200",
    "pintle_journal_disk_silent_seconds": "9x200",
    "pintle_journal_cursors_unwritten_seconds": "59x200",
    "pintle_journal_disk_bytes": "80x200", "pintle_journal_limit_bytes": "100x200",
    "pintle_journal_damaged_records_total": "1x200",
    "pintle_delivery_lost_records_total": "7x200", "pintle_delivery_dead_events_total": "3x200",
    'pintle_delivery_attempts_total{status="2xx"}': "0+6x200",
    'pintle_delivery_attempts_total{status="5xx"}': "0+5x200",
    "pintle_delivery_delivered_events_total": "0+6x200", "pintle_delivery_parked_events": "3x200",
})


def labelled(series):
    where = 'job="pintle", instance="here"'
    return series.replace("{", "{" + where + ", ") if "{" in series else series + "{" + where + "}"


def case(look_at, series, fires):
    expected = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in fires]
    return {"interval": "1m",
            "input_series": [{"series": labelled(name), "values": values}
                             for name, values in series.items()],
            "promql_expr_test": [{"expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                                  "eval_time": f"{look_at}m", "exp_samples": expected}]}


def test_each_alert_has_a_case():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    assert [rule["alert"] for group in groups for rule in group["rules"]] == list(CASES)


def test_each_alert_fires_when_it_should_and_alone(tmp_path):
    tests = [case(*one, fires=[name]) for name, one in CASES.items()] + [case(*WELL, fires=[])]
    asked = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "cases.yml").write_text(yaml.safe_dump(asked))
    done = subprocess.run([PROMTOOL, "test", "rules", tmp_path / "cases.yml"], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
