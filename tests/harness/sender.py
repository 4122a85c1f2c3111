# SPDX-License-Identifier: Apache-2.0
"""Sends events as an SDK does, byte for byte where a scenario wants that."""
import gzip
import json
import uuid

from .api import basic
from .wire import exchange


class Sender:
    def __init__(self, server, write_key):
        self.server = server
        self.write_key = write_key

    def post(self, path, body, headers=None, auth=True, compress=False):
        """body: a value to send as JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": basic(self.write_key)} if auth else {}
        if compress:
            raw = gzip.compress(raw)
            sent["Content-Encoding"] = "gzip"
        return exchange("POST", self.server.url + path, raw, {**sent, **(headers or {})})

    def track(self, user="ada", event="Opened", **more):
        """Sends one event that must be accepted; its messageId."""
        message_id = more.pop("messageId", None) or str(uuid.uuid4())
        body = {"userId": user, "event": event, "messageId": message_id, **more}
        answer = self.post("/v1/track", body)
        assert (answer.status, answer.body) == (200, b"ok"), answer
        return message_id

    def batch(self, events, **options):
        return self.post("/v1/batch", {"batch": events}, **options)
