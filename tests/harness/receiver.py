# SPDX-License-Identifier: Apache-2.0
"""A webhook's other end: records requests and answers as the scenario says."""
import json
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .until import PATIENCE_S


@dataclass
class Received:
    method: str
    path: str
    headers: "http.client.HTTPMessage"
    body: bytes
    at: float
    status: int = 0  # what was answered

    @property
    def event(self):
        return json.loads(self.body)


class QuietServer(ThreadingHTTPServer):
    """Whose clients may go at any time."""

    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):  # a killed server's last words
            super().handle_error(request, client_address)


class Receiver:
    """answer(received) → status; each request is recorded once its answer is decided."""

    def __init__(self, port=0):
        self.received = []
        self.answer = lambda received: 200
        self._news = threading.Condition()
        self._http = QuietServer(("127.0.0.1", port), self._handler())
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                received = Received(self.command, self.path, self.headers,
                                    self.rfile.read(length), time.monotonic())
                status = receiver.take(received)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        return Handler

    def take(self, received):
        received.status = self.answer(received)
        with self._news:
            self.received.append(received)
            self._news.notify_all()
        return received.status

    def snapshot(self):
        with self._news:
            return list(self.received)

    def accepted(self):
        """Requests that were answered with success, in order of arrival."""
        return [r for r in self.snapshot() if 200 <= r.status < 300]

    def wait(self, count, timeout=PATIENCE_S):
        """The first `count` requests, waiting for them."""
        with self._news:
            self._news.wait_for(lambda: len(self.received) >= count, timeout)
        got = self.snapshot()
        assert len(got) >= count, f"{len(got)} of {count} requests came"
        return got[:count]

    def wait_until(self, is_enough, timeout=PATIENCE_S):
        """Waits until is_enough(requests) is true."""
        with self._news:
            fine = self._news.wait_for(lambda: is_enough(self.received), timeout)
        assert fine, f"not within {timeout} s; {len(self.snapshot())} requests came"
        return self.snapshot()

    def wait_accepted_ids(self, ids, timeout=PATIENCE_S):
        """Waits until an accepted request has come for each messageId."""
        wanted, left, looked_at = set(ids), set(ids), 0

        def are_there():  # each request is looked at once: there may be many thousands
            nonlocal looked_at
            fresh = self.received[looked_at:]
            looked_at += len(fresh)
            left.difference_update(r.event.get("messageId") for r in fresh
                                   if 200 <= r.status < 300)
            return not left
        with self._news:
            self._news.wait_for(are_there, timeout)
        assert not left, f"{len(left)} of {len(wanted)} events never came, e.g. {sorted(left)[:3]}"

    def close(self):
        self._http.shutdown()
        self._http.server_close()
