# SPDX-License-Identifier: Apache-2.0
"""docs/gateway.md against what it is about: the routes, their texts, the settings."""
import re

from harness.gateway import INGEST
from harness.server import ROOT

PAGE = (ROOT / "docs/gateway.md").read_text()
SETTINGS = (ROOT / "docs/settings.md").read_text()


def words(text):
    return set(re.findall(r"`([^`\n]+)`", text))


def test_the_page_has_every_route_and_no_other():
    paths = {op.path for op in INGEST.operations}
    told = {path for word in words(PAGE.split("## What happens")[0])
            for path in re.findall(r"^(?:GET |POST )?(/[\w./-]+)$", word)}
    assert told - {"/docs"} == paths


def test_the_page_has_every_text_of_a_refusal_and_no_other():
    texts = {example["value"] for response in INGEST.document["components"]["responses"].values()
             for body in response["content"].values()
             for example in body.get("examples", {}).values()}
    table = PAGE.split("## Refusals")[1].split("## Limits")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| \d", line)]
    told = {word for row in rows for word in words(row.split("|")[2])}
    assert len(rows) > 10 and told == texts


def test_settings_of_the_page_exist():
    named = {word for word in words(PAGE) if word.startswith("--")}
    assert len(named) > 5
    assert {name for name in named if f"`{name}`" not in SETTINGS} == set()


def test_links_of_the_page_lead_to_files():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
