# SPDX-License-Identifier: Apache-2.0
"""Settings of every kind of destination: what is missing, wrong, unknown or too long is named."""
import json

import pytest

from harness.api import sign_in
from harness.server import ROOT

FILES = sorted((ROOT / "catalogue/destinations").glob("*.json"))
COMMON = json.loads((ROOT / "catalogue/common.json").read_text())["settings"]
DYNAMIC = "{{ context.value || none }}"  # is taken wherever one value is expected
WRONG = {"string": 7, "secret": 7, "url": "not an address", "boolean": "maybe", "integer": "many",
         "choice": "none of them", "object": [], "pairs": {"from": "a"}, "list": {"a": 1}}


@pytest.fixture
def admin(server):
    """Not a token, whose requests would be too many."""
    return sign_in(server)


def definitions():
    return [json.loads(path.read_text()) for path in FILES]


def good(item):
    return {setting["name"]: DYNAMIC for setting in item["settings"] if setting.get("required")}


def always(item):
    """Settings that matter whatever the others say."""
    return [setting for setting in item["settings"] + COMMON if "when" not in setting]


def refused(api, item, config, name):
    answer = api.post("/v2/destinations", {"name": "x", "type": item["name"], "config": config})
    assert answer.status == 400, (item["name"], config, answer)
    named = [field.removeprefix("config.").split(".")[0] for field in answer.json()["details"]]
    assert named == [name], (item["name"], config, answer)


def test_a_required_setting_that_is_missing_is_named(admin):
    for item in definitions():
        for setting in always(item):
            config = good(item)
            if setting.get("required") and "default" not in setting and len(config) > 1:
                refused(admin, item, {**config, setting["name"]: None}, setting["name"])


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_a_setting_of_the_wrong_type_is_named(admin, kind):
    for item in definitions():
        for setting in [one for one in always(item) if one["type"] == kind][:2]:
            refused(admin, item, {**good(item), setting["name"]: WRONG[kind]}, setting["name"])


def test_a_setting_that_is_too_long_is_named(admin):
    for item in definitions():
        for setting in always(item)[:12]:
            most, kind = setting.get("maxLength"), setting["type"]
            long = {"string": "x" * ((most or 1024) + 1), "secret": "x" * ((most or 1024) + 1),
                    "url": "https://x.example/" + "x" * (most or 1024),
                    "list": ["x"] * ((most or 100) + 1)}.get(kind)
            if long:
                refused(admin, item, {**good(item), setting["name"]: long}, setting["name"])


def test_an_unknown_setting_is_kept_unless_delivery_depends_on_it(api):
    for item in definitions():
        config = {**good(item), "notKnownHere": [1]}
        if item.get("unknownSettings") == "refuse":
            refused(api, item, config, "notKnownHere")
            continue
        made = api.post("/v2/destinations", {"name": item["name"], "type": item["name"],
                                             "config": config})
        assert made.status in (200, 201), (item["name"], made)
        assert made.json()["destination"]["config"] == config
