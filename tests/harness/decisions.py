# SPDX-License-Identifier: Apache-2.0
"""What each caller should be told, by the rules of access/operations.yaml: a second evaluator,
written from the documents and not from the program."""
from dataclasses import dataclass, field

import yaml

from .callers import ABROAD, HOME
from .server import ROOT

TABLE = ROOT / "tests/access/operations.yaml"
APIS = {"workspace", "admin-here", "organization", "usage", "members", "tokens", "baseline",
        "settings", "own", "token", "signed", "open", "write-key", "local"}
SERVED, AS_NOBODY, ABSENT = "served", "as nobody", "absent"
EITHER = "403 or 404"


@dataclass
class Row:
    operation: str
    api: str
    effect: str = "read"
    needs: list = field(default_factory=list)
    body: dict = None
    query: dict = field(default_factory=dict)
    about: str = ""
    spends: bool = False
    names: list = field(default_factory=list)
    served: list = field(default_factory=list)
    later: str = ""

    def __post_init__(self):
        assert self.api in APIS, f"{self.operation}: there is no api {self.api!r}"
        assert self.effect in ("read", "write"), f"{self.operation}: effect {self.effect!r}"


def read_table():
    """The rows by operation, and the things."""
    table = yaml.safe_load(TABLE.read_text())
    rows = {name: Row(name, **row) for name, row in table["operations"].items()}
    return rows, table["things"]


def in_workspace(row, caller):
    if caller.kind == "organization":
        return 401
    if caller.is_read_only and row.effect == "write":
        return 403
    if row.api == "admin-here":
        return SERVED if caller.is_admin and not caller.is_narrowed else 403
    wanted = set(row.needs)
    if caller.is_read_only and any(not right.startswith("pii.") for right in wanted):
        return 403
    return SERVED if wanted <= caller.rights else 403


def of_organization(row, caller):
    if caller.kind == "organization":
        return SERVED
    if caller.kind == "session":
        return SERVED if caller.is_admin else 403
    is_old_admin = caller.kind == "legacy" and caller.is_admin
    return SERVED if is_old_admin and row.api == "organization" else 401


def by_grant(row, caller):
    if caller.kind == "organization":
        return SERVED if f"manage_{row.api}" in caller.grants else 403
    return SERVED if caller.kind == "session" and caller.is_admin else 403


def of_baseline(row, caller):
    if caller.kind == "organization":
        return SERVED if "manage_members" in caller.grants else 403
    return SERVED if caller.kind == "session" else 403


def of_settings(row, caller):
    return SERVED if caller.kind == "session" and caller.is_admin else 403


def of_own(row, caller):
    return SERVED if caller.kind == "session" else 403


def of_token(row, caller):
    return 403 if caller.kind == "session" else SERVED


def of_signed(row, caller):
    return 403 if caller.is_read_only and row.effect == "write" else SERVED


BY_API = {"workspace": in_workspace, "admin-here": in_workspace, "organization": of_organization,
          "usage": of_organization, "members": by_grant, "tokens": by_grant,
          "baseline": of_baseline, "settings": of_settings, "own": of_own, "token": of_token,
          "signed": of_signed}


def is_foreign(row, caller, names_home):
    """Whether what the call names is out of the caller's sight."""
    if not names_home or caller.place == HOME or row.later:  # nothing is there at all
        return False
    if caller.place == ABROAD or row.api in ("workspace", "admin-here"):
        return True
    # Admins see every workspace of their organisation, others only those they belong to.
    is_person = caller.kind == "session"
    return row.api in ("own", "baseline", "settings") and is_person and not caller.is_admin


def expected(row, caller, names_home):
    """One of the words above, or the status of the refusal. names_home: whether the call names
    something by its id that belongs to the home workspace or organisation."""
    if row.api in ("open", "write-key"):
        return AS_NOBODY
    if row.api == "local":
        return ABSENT
    if caller.kind == "nobody":
        return 401
    told = BY_API[row.api](row, caller)
    if not is_foreign(row, caller, names_home):
        return told
    # What is not there is told before what is not allowed, but only to the kind of caller that
    # there is something for. Outside of workspaces either may come first: neither says whether
    # there is such a thing.
    if told == 401 or row.api in ("settings", "own") and caller.kind != "session":
        return told
    is_free = told == 403 and row.api in ("members", "tokens", "baseline")
    return EITHER if is_free else 404
