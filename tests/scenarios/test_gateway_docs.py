# SPDX-License-Identifier: Apache-2.0
"""docs/gateway.md against what it is about: the routes, their texts, the settings; and the texts
against the tables that hold the gateway to them."""
import re
from pathlib import Path

from harness.gateway import INGEST, NO_EVENT, NO_IDS, TOO_BIG
from harness.server import ROOT

PAGE = (ROOT / "docs/gateway.md").read_text()
SETTINGS = (ROOT / "docs/settings.md").read_text()


TEXTS = {example["value"] for response in INGEST.document["components"]["responses"].values()
         for body in response["content"].values()
         for example in body.get("examples", {}).values()}
# What only a disk can bring about is told by unit tests.
OF_THE_DISK = {"gateway timeout", "service unavailable"}


def words(text):
    return set(re.findall(r"`([^`\n]+)`", text))


def test_the_page_has_every_route_and_no_other():
    paths = {op.path for op in INGEST.operations}
    told = {path for word in words(PAGE.split("## What happens")[0])
            for path in re.findall(r"^(?:GET |POST )?(/[\w./-]+)$", word)}
    assert told - {"/docs"} == paths


def test_the_page_has_every_text_of_a_refusal_and_no_other():
    table = PAGE.split("## Refusals")[1].split("## Limits")[0]
    rows = [line for line in table.splitlines() if re.match(r"\| \d", line)]
    told = {word for row in rows for word in words(row.split("|")[2])}
    assert len(rows) > 10 and told == TEXTS


def test_every_text_of_a_refusal_stands_in_a_table_of_requests():
    names = {NO_EVENT: "NO_EVENT", NO_IDS: "NO_IDS", TOO_BIG: "TOO_BIG"}
    here = Path(__file__)
    tables = "".join(file.read_text() for file in here.parent.glob("test_gateway_*.py")
                     if file != here)
    assert {text for text in TEXTS - OF_THE_DISK
            if f'"{text}"' not in tables and f"{names.get(text, text)})" not in tables} == set()
    unit = (ROOT / "src/gateway/gateway_test.c").read_text()
    assert {text for text in OF_THE_DISK if text not in unit} == set()


def test_phones_find_their_two_texts_in_no_other():
    for words_of_it in ("invalid write key", NO_IDS.lower()):
        assert [text for text in TEXTS if words_of_it in text.lower()] == (
            [text for text in TEXTS if text.lower() == words_of_it])


def test_settings_of_the_page_exist():
    named = {word for word in words(PAGE) if word.startswith("--")}
    assert len(named) > 5
    assert {name for name in named if f"`{name}`" not in SETTINGS} == set()


def test_links_of_the_page_lead_to_files():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
