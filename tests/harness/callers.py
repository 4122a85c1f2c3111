# SPDX-License-Identifier: Apache-2.0
"""Everybody who may call: people of two organisations and two workspaces with every kind of
token, for asking each operation as each of them."""
import sqlite3
import time
from dataclasses import dataclass, field

from . import server as pintle
from .api import Api, sign_in
from .people import give, join, workspace_of

# The rows of RudderStack's tables of resources and of raw customer data: what each can be given.
ALL_ACTIONS = ("edit", "connect", "createDelete")
RIGHTS = [
    f"{resource}.{action}"
    for resource in ("sources", "destinations", "retlTables", "sqlModels", "audiences",
                     "transformations", "trackingPlans", "profiles")
    for action in ALL_ACTIONS
] + [
    f"{resource}.edit"
    for resource in ("transformationLibraries", "dataCatalog", "alertOverrides", "warehouseSyncs",
                     "botManagement", "credentials")
]
PII = ["pii." + view for view in (
    "sourceLiveEvents", "destinationLiveEvents", "destinationFailureSamples",
    "destinationDataAccess", "tableLiveEvents", "audienceLiveEvents", "sqlModelLiveEvents",
    "retlSyncFailureSamples", "transformationLiveEvents", "transformationFailureSamples",
    "trackingPlanViolations")]
EVERYTHING = frozenset(RIGHTS + PII)
EDITING = frozenset(right for right in RIGHTS if not right.endswith(".createDelete"))
NOTHING = frozenset()

# The first row of each table becomes another organisation's when this is set; users keep the
# password.
ABROAD_ROWS = {
    "organizations": "id = 'Z' || substr(id, 2), name = 'Abroad'",
    "workspaces": "id = 'Z' || substr(id, 2), name = 'Abroad',"
                  " organization_id = 'Z' || substr(organization_id, 2)",
    "users": "id = 'Z' || substr(id, 2), email = 'eve@example.com',"
             " email_folded = 'eve@example.com'",
    "members": "user_id = 'Z' || substr(user_id, 2),"
               " organization_id = 'Z' || substr(organization_id, 2)",
}

CONFIRM_AFTER_S = 240
HOME, ELSEWHERE, ABROAD = "home", "other workspace", "other organisation"


def policy_of(rights):
    made = {"resources": {}, "pii": {}}
    for right in rights:
        kind, action = right.split(".")
        if kind == "pii":
            made["pii"][action] = True
        else:
            made["resources"].setdefault(kind, {})[action] = {"all": True, "includeFuture": True}
    return made


@dataclass
class Caller:
    """kind: nobody, session, personal, legacy, workspace, organization."""

    name: str
    kind: str
    make: object  # gives the headers; again when a call has ended what it gave before
    place: str = HOME
    is_admin: bool = False
    is_read_only: bool = False
    is_narrowed: bool = False
    rights: frozenset = NOTHING
    grants: frozenset = NOTHING
    user: str = ""
    session: Api = None  # of the person behind it
    headers: dict = field(default_factory=dict)

    def renew(self):
        self.headers = self.make()
        return self


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class People:
    """Two organisations on one server. `start` leaves it running with everybody in it."""

    def __init__(self, server):
        self.server, self.callers, self.spares = server, [], {}
        self.count = 0
        self.confirm_at = time.monotonic() + CONFIRM_AFTER_S

    def unique(self):
        self.count += 1
        return f"n{self.count}@example.com"

    def confirm(self):
        """A password counts for ten minutes, and asking everybody everything may take longer."""
        if time.monotonic() < self.confirm_at:
            return
        self.confirm_at = time.monotonic() + CONFIRM_AFTER_S
        for session in [self.admin, self.eve] + [
                caller.session for caller in self.callers if caller.kind == "session"]:
            if session:
                answer = session.post("/v2/session/confirm", {"password": session.password})
                assert answer.status in (204, 401), answer  # some have been ended

    # --- Making the people

    def start(self):
        self.server.start()
        self.admin = sign_in(self.server)
        self.home = workspace_of(self.admin)
        self.organization = self.admin.get("/v2/organization").json()["organization"]["id"]
        self.elsewhere = self.admin.made(
            self.admin.post("/v2/workspaces", {"name": "Elsewhere"}), "workspace")["id"]
        self.write("/v2/workspaces/{}/baseline-policy", {"policy": {}})
        self.editor = self.person("ed@example.com", EDITING)
        self.viewer = self.person("vera@example.com", NOTHING)
        self.outsider = self.person("ora@example.com", EVERYTHING, self.elsewhere)
        self.demoted = join(self.server, self.admin, "dora@example.com", role="Admin")
        self.removed = self.person("remo@example.com", EVERYTHING)
        self.make_tokens_that_time_and_people_end()
        self.server.stop()
        self.change_the_store()
        self.server.start()
        assert self.admin.put(f"/v2/members/{self.demoted.id}", {"role": "Member"}).status == 200
        give(self.admin, f"members/{self.demoted.id}", policy_of(EVERYTHING), self.home)
        assert self.admin.delete(f"/v2/members/{self.removed.id}").status == 204
        self.go_abroad()
        self.add_everybody()
        return self

    def write(self, target, body, workspace=None):
        answer = self.admin.put(target.format(workspace or self.home), body)
        assert answer.status == 200, answer

    def person(self, email, rights, workspace=None):
        workspace = workspace or self.home
        person = join(self.server, self.admin, email, workspaceIds=[workspace])
        give(self.admin, f"members/{person.id}", policy_of(rights), workspace)
        return person

    def personal(self, session, workspace=None, **more):
        answer = session.post("/v2/personal-access-tokens", {
            "name": self.unique(), "workspaceId": workspace or self.home, "scope": "read-write",
            **more})
        assert answer.status == 201, answer
        return answer.json()["token"]

    def service(self, session=None, **more):
        answer = (session or self.admin).post("/v2/service-access-tokens",
                                              {"name": self.unique(), **more})
        assert answer.status == 201, answer
        return answer.json()["token"]

    def make_tokens_that_time_and_people_end(self):
        self.expired = self.personal(self.admin)
        self.not_yet = self.personal(self.admin)
        self.of_removed = self.personal(self.removed)
        self.revoked = self.personal(self.admin)
        assert Api(self.server, self.revoked).delete("/v2/token").status == 204
        for who, session in (("admin", self.admin), ("demoted", self.demoted)):
            self.spares[who] = [self.personal(session, name=f"legacy {who} {n}")
                                for n in range(6)]

    def change_the_store(self):
        """What only an import, the past or another organisation's setup could do."""
        with sqlite3.connect(self.server.data / "pintle.db") as store:
            store.execute("UPDATE personal_tokens SET kind = 'legacy-admin'"
                          " WHERE name LIKE 'legacy %'")
            store.execute("UPDATE personal_tokens SET not_before_ms = 4102444800000"
                          " WHERE last4 = ?", (self.not_yet[-4:],))
            store.execute("UPDATE personal_tokens SET expires_ms = 4102444800 WHERE last4 = ?",
                          (self.expired[-4:],))
            for table, to in ABROAD_ROWS.items():
                store.execute(f"CREATE TEMP TABLE copy AS SELECT * FROM main.{table}"
                              " ORDER BY rowid LIMIT 1")
                store.execute(f"UPDATE copy SET {to}")
                store.execute(f"INSERT INTO main.{table} SELECT * FROM copy")
                store.execute("DROP TABLE copy")
        store.close()

    def go_abroad(self):
        self.eve = sign_in(self.server, "eve@example.com")
        self.abroad = workspace_of(self.eve)
        assert self.abroad.startswith("Z")

    # --- The callers

    def add(self, name, kind, make, **more):
        self.callers.append(Caller(name, kind, make, **more).renew())

    def add_everybody(self):
        self.add_nobody()
        self.add_personal()
        self.add_sessions()
        self.add_service()
        self.add_strangers()

    def add_nobody(self):
        self.add("no token", "nobody", dict)
        for name, token in (("garbled", self.revoked[:-1] + "!"), ("unknown", "0" * 27),
                            ("expired", self.expired), ("revoked", self.revoked),
                            ("not yet valid", self.not_yet),
                            ("of somebody removed", self.of_removed)):
            self.add(name, "nobody", lambda token=token: bearer(token))
        self.add("session that never was", "nobody", lambda: {
            "Cookie": "pintle_session=" + "0" * 43, "X-CSRF-Token": "0" * 43,
            "X-Workspace-Id": self.home})

    def add_personal(self):
        for who, session, rights in (("admin", self.admin, EVERYTHING),
                                     ("editor", self.editor, EDITING),
                                     ("viewer", self.viewer, NOTHING)):
            for scope in ("read-only", "read-write"):
                self.add(f"PAT {scope} of {who}", "personal",
                         lambda session=session, scope=scope: bearer(
                             self.personal(session, scope=scope)),
                         is_admin=who == "admin", is_read_only=scope == "read-only",
                         rights=rights, session=session)
            narrow = frozenset(["sources.edit", "sources.createDelete", "pii.sourceLiveEvents"])
            self.add(f"PAT with policy of {who}", "personal",
                     lambda session=session, narrow=narrow: bearer(
                         self.personal(session, policy=policy_of(narrow))),
                     is_admin=who == "admin", is_narrowed=True, rights=rights & narrow,
                     session=session)
        for who in ("admin", "demoted"):
            self.add(f"legacy Admin PAT of {who}", "legacy",
                     lambda who=who: bearer(self.spares[who].pop()),
                     is_admin=who == "admin", rights=EVERYTHING)

    def add_sessions(self):
        for who, email, rights, place in (
                ("admin", pintle.EMAIL, EVERYTHING, HOME),
                ("editor", "ed@example.com", EDITING, HOME),
                ("viewer", "vera@example.com", NOTHING, HOME),
                ("outsider", "ora@example.com", EVERYTHING, ELSEWHERE)):
            workspace = self.home if place == HOME else self.elsewhere
            self.add_session(who, email, workspace, rights=rights, place=place,
                             is_admin=who == "admin")
        self.add_session("admin abroad", "eve@example.com", self.abroad, rights=EVERYTHING,
                         place=ABROAD, is_admin=True)

    def add_session(self, who, email, workspace, **more):
        def make():
            password = {} if email in (pintle.EMAIL, "eve@example.com") else {
                "password": "a passphrase of their own"}
            session = sign_in(self.server, email, **password)
            caller.session, caller.user = session, session.session["user"]["id"]
            return {**session.headers, "X-Workspace-Id": workspace}

        caller = Caller(f"session of {who}", "session", make, **more)
        self.callers.append(caller.renew())

    def add_service(self):
        sets = {"SAT with nothing": NOTHING, "SAT with everything": EVERYTHING}
        sets |= {f"SAT with {right}": frozenset([right]) for right in RIGHTS + PII}
        sets |= {f"SAT without {right}": EVERYTHING - {right} for right in RIGHTS + PII}
        for name, rights in sets.items():
            self.add(name, "workspace", lambda rights=rights: bearer(self.service(
                level="workspace", workspaceId=self.home, policy=policy_of(rights))),
                rights=rights)
        for grants in ((), ("manage_members",), ("manage_tokens",),
                       ("manage_members", "manage_tokens")):
            self.add("organisation SAT " + (" + ".join(grants) or "without grants"),
                     "organization", lambda grants=grants: bearer(self.service(
                         level="organization", grants=list(grants))), grants=frozenset(grants))

    def add_strangers(self):
        self.add("PAT of admin elsewhere", "personal",
                 lambda: bearer(self.personal(self.admin, self.elsewhere)),
                 place=ELSEWHERE, is_admin=True, rights=EVERYTHING)
        self.add("SAT elsewhere", "workspace", lambda: bearer(self.service(
            level="workspace", workspaceId=self.elsewhere, policy=policy_of(EVERYTHING))),
            place=ELSEWHERE, rights=EVERYTHING)
        self.add("PAT of admin abroad", "personal",
                 lambda: bearer(self.personal(self.eve, self.abroad)),
                 place=ABROAD, is_admin=True, rights=EVERYTHING)
        self.add("SAT abroad", "workspace", lambda: bearer(self.service(
            self.eve, level="workspace", workspaceId=self.abroad, policy=policy_of(EVERYTHING))),
            place=ABROAD, rights=EVERYTHING)
        self.add("organisation SAT abroad", "organization", lambda: bearer(self.service(
            self.eve, level="organization", grants=["manage_members", "manage_tokens"])),
            place=ABROAD, grants=frozenset(["manage_members", "manage_tokens"]))
