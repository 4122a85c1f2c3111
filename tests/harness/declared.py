# SPDX-License-Identifier: Apache-2.0
"""Sources, destinations and so on kept as code: the requests that such tools send, in their order.

Two kinds of tools are followed here, where the tools themselves cannot be run: those that keep
ids in a state of their own (Terraform and OpenTofu), and those that find their resources by the
external ids they gave them (rudder-cli). Both compare what they read with what was written, and
plan a change for every difference. A wanted resource is (kind, body); a value "@key" in a body
stands for the id of the resource wanted as `key`.
"""
from dataclasses import dataclass

from .api import Api


@dataclass(frozen=True)
class Kind:
    path: str
    many: str  # the member that holds a list
    one: str = ""  # the member that holds one; none: it is the answer
    unread: tuple = ()  # what is written and never read back
    fixed: tuple = ()  # what only a create may name


KINDS = {
    "source": Kind("/v2/sources", "sources", "source"),
    "destination": Kind("/v2/destinations", "destinations", "destination", fixed=("externalId",)),
    "connection": Kind("/v2/connections", "connections", "connection", fixed=("externalId",)),
    "account": Kind("/v2/accounts", "data", unread=("secret", "accountDefinitionName"),
                    fixed=("externalId", "accountDefinitionName")),
    "stream": Kind("/v2/event-stream-sources", "data", fixed=("externalId", "type")),
}

# Those that have external ids, in order of creation.
NAMED = ["account", "stream", "destination", "connection"]


class Tool:
    agent = ""

    def __init__(self, api):
        # They send this with every request, also with those that have no body.
        self.api = Api(api.server, headers={**api.headers, "User-Agent": self.agent,
                                            "Content-Type": "application/json"})
        self.ids = {}  # of what it manages, by key; in the order of creation

    def resolve(self, body):
        return {name: self.ids[value[1:]] if isinstance(value, str) and value.startswith("@")
                else value for name, value in body.items()}

    def made(self, kind, answer):
        assert answer.status in (200, 201), answer
        return answer.json()[kind.one] if kind.one else answer.json()

    def read(self, kind, ident):
        """None: it is not there any more."""
        answer = self.api.get(f"{kind.path}/{ident}")
        return None if answer.status == 404 else self.made(kind, answer)

    def create(self, key, kind, body):
        self.ids[key] = self.made(kind, self.api.post(kind.path, self.resolve(body)))["id"]

    def update(self, key, kind, body):
        changed = {name: value for name, value in self.resolve(body).items()
                   if name not in kind.fixed}
        self.made(kind, self.api.put(f"{kind.path}/{self.ids[key]}", changed))

    def delete(self, key, kind):
        answer = self.api.delete(f"{kind.path}/{self.ids.pop(key)}")
        assert answer.status in (200, 204), answer

    def differences(self, kind, body, row):
        """What the tool would change: the members that do not read as they were written."""
        return sorted(name for name, value in self.resolve(body).items()
                      if name not in kind.unread and row.get(name) != value)


class StateTool(Tool):
    """Terraform's way: ids in a state; a read after every write, and of everything to plan. What
    is gone is taken out of the state and made again."""
    agent = "terraform-provider-rudderstack/4.8.0"

    def __init__(self, api):
        super().__init__(api)
        self.kinds = {}

    def plan(self, wanted):
        """{key: "create", "delete" or the names of the members to change}, of what differs."""
        plan = {key: "delete" for key in self.ids if key not in wanted}
        for key, (kind, body) in wanted.items():
            row = self.read(KINDS[kind], self.ids[key]) if key in self.ids else None
            if not row:
                self.ids.pop(key, None)
                plan[key] = "create"
            elif names := self.differences(KINDS[kind], body, row):
                plan[key] = names
        return plan

    def apply(self, wanted):
        plan = self.plan(wanted)
        for key in reversed([key for key in self.ids if plan.get(key) == "delete"]):
            self.delete(key, self.kinds[key])
        for key in (key for key in wanted if key in plan):
            kind, body = KINDS[wanted[key][0]], wanted[key][1]
            (self.create if plan[key] == "create" else self.update)(key, kind, body)
            self.kinds[key] = kind
            row = self.read(kind, self.ids[key])
            assert not self.differences(kind, body, row), (key, body, row)
            assert row["createdAt"] and row["updatedAt"]
        return plan

    def adopt(self, key, kind, ident):
        """Takes over what exists, by its id (`terraform import`)."""
        self.ids[key], self.kinds[key] = self.read(KINDS[kind], ident)["id"], KINDS[kind]


class NamingTool(Tool):
    """rudder-cli's way: everything with an external id is its own, and nothing else is."""
    agent = "rudder-cli/0.24.0"

    def look(self):
        """What `apply` asks before anything else: the workspace (`workspace info`), then its own
        of every kind, also of those that there are none of here."""
        workspace = self.api.get("/v2/workspace").json()["workspace"]
        assert all(workspace[name] for name in ("id", "name", "environment", "status", "region"))
        for kind in ("categories", "events", "properties", "custom-types"):
            empty = self.api.get(f"/v2/catalog/{kind}?hasExternalId=true").json()
            assert (empty["data"], empty["total"]) == ([], 0) and empty["pageSize"] >= 1
            assert self.api.get(f"/v2/catalog/{kind}?hasExternalId=true&page=1").json() == empty
        for target, key in (("/v2/catalog/tracking-plans?hasExternalId=true", "trackingPlans"),
                            ("/v2/retl-sources?", "data"),
                            ("/v2/retl-sources?sourceType=model&hasExternalId=true", "data"),
                            ("/v2/retl-connections?hasExternalId=true&page=1&pageSize=100", "data"),
                            ("/transformations", "transformations"), ("/libraries", "libraries"),
                            ("/v2/data-graphs?page=1&pageSize=100&hasExternalId=true", "data")):
            answer = self.api.get(target)
            assert answer.status == 200 and answer.json()[key] == [], answer
        return workspace

    def publish(self):
        """The end of an `apply`."""
        answer = self.api.post("/transformations/publish", {"transformations": [], "libraries": []})
        assert answer.json()["published"] is True

    def managed(self):
        """{external id: (kind, row)}"""
        return {row["externalId"]: (name, row) for name in NAMED for row in self.api.all_of(
            f"{KINDS[name].path}?hasExternalId=true", KINDS[name].many)}

    def plan(self, wanted):
        found = self.managed()
        self.ids = {key: row["id"] for key, (_, row) in found.items()}
        plan = {key: "delete" for key in found if key not in wanted}
        for key, (kind, body) in wanted.items():
            if key not in found:
                plan[key] = "create"
            elif names := self.differences(KINDS[kind], body, found[key][1]):
                plan[key] = names
        return plan

    def apply(self, wanted):
        self.look()
        plan, found = self.plan(wanted), self.managed()
        ended = [key for key in plan if plan[key] == "delete"]
        for key in sorted(ended, key=lambda key: NAMED.index(found[key][0]), reverse=True):
            self.delete(key, KINDS[found[key][0]])
        for key in (key for key in wanted if key in plan):
            kind, body = KINDS[wanted[key][0]], wanted[key][1]
            if plan[key] == "create":
                self.create(key, kind, {**body, "externalId": key})
            else:
                self.update(key, kind, body)
        self.publish()
        return plan

    def adopt(self, key, kind, ident):
        """Makes what exists its own (`rudder-cli import`)."""
        answer = self.api.put(f"{KINDS[kind].path}/{ident}/external-id", {"externalId": key})
        assert answer.status in (200, 204), answer
