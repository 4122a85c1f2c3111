# SPDX-License-Identifier: Apache-2.0
"""A balancer between a client and servers, which notes what the client sends."""
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler

from .receiver import QuietServer
from .wire import exchange

OWN = {"connection", "content-length", "keep-alive", "transfer-encoding"}  # of each connection


def unpacked(headers, body):
    return json.loads(gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body)


class Relay:
    """Everything goes to `server`, but the first posts to another: a list, one for each."""

    def __init__(self, server, first=()):
        self.server = server
        self.posts = []  # (path, headers, body, status) of what has been answered
        self._first = list(first)
        self._lock = threading.Lock()
        self._http = QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def _handler(self):
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = relay.pass_on(self.command, self.path, self.headers, body)
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in OWN:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_OPTIONS = handle_any

            def log_message(self, *_):
                pass

        return Handler

    def pass_on(self, method, path, headers, body):
        with self._lock:
            server = self._first.pop(0) if method == "POST" and self._first else self.server
        kept = {name: value for name, value in headers.items() if name.lower() not in OWN}
        answer = exchange(method, server.url + path, body if method == "POST" else None, kept)
        if method == "POST":
            with self._lock:
                self.posts.append((path, headers, body, answer.status))
        return answer

    def statuses(self):
        with self._lock:
            return [status for *_, status in self.posts]

    def events(self):
        """The events that were taken, as the client sent them: lists of copies by messageId, as it
        sends again what it was not answered in time."""
        with self._lock:
            taken = [post for post in self.posts if post[3] == 200]
        events = {}
        for path, headers, body, _ in taken:
            sent = unpacked(headers, body)
            kind = path.split("?")[0].split("/")[-1]
            for event in sent["batch"] if kind == "batch" else [{**sent, "type": kind}]:
                events.setdefault(event["messageId"], []).append(event)
        return events

    def close(self):
        self._http.shutdown()
        self._http.server_close()
