# SPDX-License-Identifier: Apache-2.0
"""The management API as a program uses it (with a token) and as the dashboard does (a session)."""
import base64
import json
import re
from urllib.parse import quote

from .contract import CONTRACT
from .server import EMAIL, PASSWORD
from .wire import exchange


class Api:
    """Every exchange is held against the contract. `url` is asked anew, since servers restart."""

    def __init__(self, server, token=None, headers=None):
        self.server = server
        self.headers = dict(headers or {})
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, target, body=None, headers=None):
        """body: a value to send as JSON, or bytes as they are."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**self.headers, **(headers or {})}
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = exchange(method, self.server.url + target, raw, sent)
        CONTRACT.check(method, target, raw, answer)
        return answer

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def post(self, target, body=None, **options):
        return self.call("POST", target, body, **options)

    def put(self, target, body, **options):
        return self.call("PUT", target, body, **options)

    def delete(self, target, **options):
        return self.call("DELETE", target, **options)

    def made(self, answer, key):
        assert answer.status in (200, 201), answer
        return answer.json()[key]

    def create_source(self, name="web", type="Javascript", **more):
        body = {"name": name, "type": type, "enabled": True, "config": {}, **more}
        return self.made(self.post("/v2/sources", body), "source")

    def create_webhook(self, url, name="hook", config=None, **more):
        body = {"name": name, "type": "WEBHOOK", "enabled": True, **more,
                "config": {"webhookUrl": url, "webhookMethod": "POST", **(config or {})}}
        return self.made(self.post("/v2/destinations", body), "destination")

    def connect(self, source, destination, **more):
        body = {"sourceId": source["id"], "destinationId": destination["id"], **more}
        return self.made(self.post("/v2/connections", body), "connection")

    def all_of(self, target, key):
        """Walks a paged list by its next links."""
        items = []
        while target:
            page = self.get(target).json()
            items += page[key]
            target = page["paging"].get("next")
        return items


def basic(user, password=""):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def sign_in(server, email=EMAIL, password=PASSWORD):
    """A signed-in session, as a browser keeps it: cookie, CSRF token, workspace."""
    anonymous = Api(server)
    answer = anonymous.post("/v2/session", {"email": email, "password": password})
    assert answer.status == 200, answer
    cookie = answer.headers["Set-Cookie"]
    session = answer.json()
    api = Api(server, headers={"Cookie": re.match(r"[^;]+", cookie).group(),
                               "X-CSRF-Token": session["csrfToken"],
                               "X-Workspace-Id": session["workspaces"][0]["id"]})
    api.session, api.set_cookie, api.password = session, cookie, password
    return api


def setup_token(server):
    """The last part of the one-time link that the first start prints."""
    return server.wait_for_line(r"/setup#(?:token=)?(\S+)").group(1)


__all__ = ["Api", "basic", "quote", "setup_token", "sign_in"]
