# SPDX-License-Identifier: Apache-2.0
"""Usage reports: what was acknowledged is counted, once."""
from datetime import datetime, timedelta, timezone

import pytest

from harness.api import Api, sign_in
from harness.people import join, workspace_of

METRICS = "/v2/organizations/usage/event-metrics"


@pytest.fixture
def admin(line):
    return sign_in(line.server)


def days_ago(days):
    return (datetime.now(timezone.utc).date() - timedelta(days=days)).isoformat()


def reporter(admin):
    answer = admin.post("/v2/service-access-tokens", {"name": "usage", "level": "organization"})
    return Api(admin.server, answer.json()["token"])


def report(api, granularity="day", start=1, more=""):
    answer = api.get(f"{METRICS}?granularity={granularity}&start={days_ago(start)}{more}")
    assert answer.status == 200, answer
    return answer.json()["data"]


def total(*args, **wishes):
    return sum(row["count"] for row in report(*args, **wishes))


def test_what_was_acknowledged_is_in_the_next_report(line, admin):
    api = reporter(admin)
    assert report(api) == []
    line.sender.track()
    line.sender.batch([{"type": "track", "event": "Opened", "userId": "ada"}] * 20)
    row = report(api)[0]
    assert (row["sourceId"], row["sourceName"]) == (line.source["id"], line.source["name"])
    assert (row["workspaceId"], row["product"]) == (workspace_of(admin), "eventStream")
    for granularity in ("day", "week", "month"):
        assert total(api, granularity) == 21
    assert total(admin) == 21


def test_counts_survive_kills_and_restarts(line, admin):
    api = reporter(admin)
    for sent in (1, 2, 3):
        line.sender.track()
        if sent == 2:
            assert total(api) == 2
        line.server.kill()
        line.server.start()
    assert total(api) == 3
    line.server.stop()
    line.server.start()
    assert total(api, "month") == 3


def test_a_deleted_source_stays_in_reports(line, admin):
    line.sender.track()
    api = reporter(admin)
    assert line.api.delete(f"/v2/connections/{line.connection['id']}").status == 204
    assert line.api.delete(f"/v2/sources/{line.source['id']}").status == 204
    assert total(api, more=f"&source_id={line.source['id']}") == 1
    assert total(api, more=f"&workspace_id={workspace_of(admin)}") == 1
    assert total(api, more="&source_id=" + "0" * 27) == 0


def test_admins_and_organisation_tokens_may_ask(line, admin):
    target = f"{METRICS}?granularity=day&start={days_ago(0)}"
    service = admin.post("/v2/service-access-tokens", {
        "name": "ci", "level": "workspace", "workspaceId": workspace_of(admin)}).json()
    for api in (line.api, Api(line.server, service["token"])):
        answer = api.get(target)
        assert answer.status == 401
        assert answer.json()["error"] == "This endpoint requires an organization-level access token"
    assert Api(line.server).get(target).status == 401
    assert join(line.server, admin).get(target).status == 403


def test_a_report_goes_back_only_so_far(admin):
    api = reporter(admin)
    for granularity, days in (("day", 90), ("week", 364), ("month", 1096)):
        assert report(api, granularity, start=days - 1) == []
        answer = api.get(f"{METRICS}?granularity={granularity}&start={days_ago(days + 2)}")
        assert answer.status == 400
        assert answer.json()["details"]["start"].startswith("must not be more than")
