# SPDX-License-Identifier: Apache-2.0
"""Asks one operation of the API as anybody: fills in ids of things that exist, keeps one
connection, and makes again what a call has used up."""
import http.client
import json
import re
from datetime import datetime, timezone
from functools import cached_property
from urllib.parse import quote, urlencode, urlsplit

from .api import Api
from .contract import CONTRACT
from .people import accept, invite
from .seeded import SEEDED
from .until import PATIENCE_S
from .wire import Answer

# A body that no operation accepts.
STRANGE = {"nobody has heard of this": 1}


class Things:
    """Ids by the word in front of them in a path; made when they are first asked for."""

    def __init__(self, people, makers, session=None, workspace=None):
        self.people, self.makers, self.made = people, makers, {}
        self.workspace = workspace or people.home
        session = session or people.admin
        self.api = Api(people.server, headers={**session.headers,
                                               "X-Workspace-Id": self.workspace})

    def forget(self):
        self.made.clear()

    def id_of(self, word, caller=None):
        is_own = self.makers.get(word, {}).get("of") == "caller" and caller
        owner = caller.session if is_own else None
        if word == "session":
            return self.session_of(owner or self.api)
        key = (word, id(owner) if owner else None)
        if key not in self.made:
            self.made[key] = self.make(word, owner)
        return self.made[key]

    def make(self, word, owner=None):
        if word == "workspaces":
            return self.workspace
        if word == "members":
            return self.make_member()
        assert word in self.makers, f"access/operations.yaml says under `things:` no way to " \
                                    f"make one of {word}"
        maker = self.makers[word]
        session = owner or self.api
        body = self.fill(maker["body"], owner=owner)
        ask, target = (session.put, "put") if "put" in maker else (session.post, "post")
        answer = ask(self.with_ids(maker[target]), body)
        assert answer.status in (200, 201), f"{word}: {answer}"
        made = answer.json()
        for key in maker["id"].split("."):
            made = made[int(key) if isinstance(made, list) else key]
        for target in maker.get("then", []):
            target = self.with_ids(target.format(id=made))
            sent = {"policy": {}} if "policies" in target else None
            answer = self.api.put(target, sent)
            assert answer.status in (200, 204), f"{target}: {answer}"
        return made

    def with_ids(self, target):
        return re.sub(r"\$([\w-]+)", lambda found: self.id_of(found[1]), target)

    def session_of(self, owner):
        listed = owner.get("/v2/session/all").json().get("sessions", [])  # he may have none
        return next((session["id"] for session in listed if session["isCurrent"]), "0" * 32)

    def make_member(self):
        token = invite(self.api, self.people.unique(), workspaceIds=[self.workspace])
        answer = accept(self.people.server, token)
        assert answer.status == 201, answer
        return answer.json()["user"]["id"]

    def fill(self, value, caller=None, owner=None):
        """The value with each "$word" replaced."""
        if isinstance(value, dict):
            return {key: self.fill(item, caller, owner) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item, caller, owner) for item in value]
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        if value == "$unique":
            return self.people.unique()
        if value == "$today":
            return datetime.now(timezone.utc).date().isoformat()
        if value == "$self":
            return caller.user or "0" * 27
        if value == "$workspaces" and owner is not None:
            return owner.headers["X-Workspace-Id"]
        if value.endswith("!"):
            return self.make(value[1:-1])
        return self.id_of(value[1:], caller)


class Asker:
    """One operation. names_home: whether its calls name something of the home workspace."""

    def __init__(self, people, things, operation, row):
        self.people, self.things, self.operation, self.row = people, things, operation, row
        self.words = [(word if name == "id" else name.removesuffix("Id") + "s", name)
                      for word, name in re.findall(r"/([\w-]+)/\{(\w+)\}", operation.path)]
        texts = json.dumps([row.body, row.query])
        own = [word for word, _ in self.words if things.makers.get(word, {}).get("of") == "caller"]
        self.names_home = (bool(self.words) and not own and row.about != "self") or (
            bool(re.search(r"\$(?!unique|self|today)", texts)))
        self.connection = None
        self.seen = set()

    @cached_property
    def answer_to_nobody(self):
        return self.ask(self.people.callers[0])

    def target(self, caller):
        path = self.operation.path
        for word, name in self.words:
            found = caller.user or "0" * 27 if self.row.about == "self" else (
                self.things.id_of(word, caller))
            path = path.replace("{%s}" % name, quote(found, safe=""))
        return path + self.query_text(self.row.query, caller)

    def query_text(self, query, caller):
        return "?" + urlencode(self.things.fill(query, caller)) if query else ""

    def ask(self, caller):
        target = self.target(caller)
        method = self.operation.method.upper()
        body = None
        if "requestBody" in self.operation.body:
            wish = STRANGE if self.row.body is None else self.things.fill(self.row.body, caller)
            body = json.dumps(wish).encode()
        answer = self.exchange(method, target, body, caller.headers)
        self.check(method, target, body, answer)
        if answer.status < 300:
            if self.row.spends and self.row.api not in ("open", "write-key"):
                caller.renew()
            if method != "GET":
                self.things.forget()
        return answer

    def check(self, method, target, body, answer):
        """Each status once: long lists are slow to hold against their schema."""
        if answer.status in self.seen or answer.status == 200 and self.is_stream or (
                self.row.api == "local"):
            return
        self.seen.add(answer.status)
        CONTRACT.check(method, target, body, answer, counts=False)

    @property
    def is_stream(self):
        return self.operation.body.get("x-stream", False)

    def exchange(self, method, target, body, headers):
        self.people.confirm()
        parts = urlsplit(self.people.server.url)
        if not self.connection:
            self.connection = http.client.HTTPConnection(parts.hostname, parts.port,
                                                         timeout=PATIENCE_S)
        sent = dict(headers)
        if body is not None:
            sent["Content-Type"] = "application/json"
        self.connection.request(method, target, body=body, headers=sent)
        response = self.connection.getresponse()
        is_endless = self.is_stream and response.status == 200
        answer = Answer(response.status, response.headers, b"" if is_endless else response.read())
        SEEDED.add_exchange(self.people.server.url, None, headers, answer)
        if is_endless or response.will_close:
            self.connection.close()
            self.connection = None
        return answer

