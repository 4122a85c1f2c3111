# SPDX-License-Identifier: Apache-2.0
"""Holds what a server wrote into its audit log against x-audit-log of api/openapi.yaml."""
import sqlite3
from contextlib import closing

from .contract import CONTRACT

KNOWN = {(name, action) for name, row in CONTRACT.document["x-audit-log"].items()
         for action in row["actions"]}


def written(database):
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        return set(opened.execute("SELECT DISTINCT target_type, action FROM audit"))


def check(database):
    """A database that a scenario has damaged, or never made, tells nothing."""
    try:
        unknown = written(database) - KNOWN
    except sqlite3.Error:
        return
    assert not unknown, f"x-audit-log of api/openapi.yaml does not have {sorted(unknown)}"
