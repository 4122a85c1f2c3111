# SPDX-License-Identifier: Apache-2.0
"""A mail server that keeps what it gets and answers as the scenario says."""
import base64
import email
import email.policy
import socketserver
import ssl
import threading
from dataclasses import dataclass

from .until import PATIENCE_S


@dataclass
class Letter:
    sender: str
    to: list
    login: str  # "user:password"; empty: nobody signed in
    is_encrypted: bool
    raw: bytes

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self):
        return self.message["Subject"]

    @property
    def text(self):
        return self.message.get_content()

    @property
    def link(self):
        """The path behind the link in the text, with its token."""
        return next(word for word in self.text.split() if "#token=" in word)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class MailServer:
    """answer(to) → "250 ok" or what it says to RCPT; STARTTLS with a certificate only."""

    def __init__(self, certificate=None):
        self.letters = []
        self.tries = 0
        self.answer = lambda to: "250 ok"
        self._context = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*certificate)
        self._news = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _handler(self):
        mail = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    Session(mail, self.request).run()
                except OSError:
                    pass  # the other side has gone

        return Handler

    @property
    def context(self):
        return self._context

    def take(self, letter):
        with self._news:
            self.letters.append(letter)
            self._news.notify_all()

    def count_try(self):
        with self._news:
            self.tries += 1
            self._news.notify_all()

    def wait(self, count=1, timeout=PATIENCE_S):
        """The first letters, waiting for them."""
        with self._news:
            self._news.wait_for(lambda: len(self.letters) >= count, timeout)
            assert len(self.letters) >= count, f"{len(self.letters)} of {count} letters came"
            return list(self.letters)

    def wait_tries(self, count, timeout=PATIENCE_S):
        with self._news:
            assert self._news.wait_for(lambda: self.tries >= count, timeout), self.tries

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Session:
    """One client's conversation."""

    def __init__(self, mail, connection):
        self.mail, self.connection = mail, connection
        self.stream = connection.makefile("rb")
        self.login, self.sender, self.to = "", "", []
        self.is_encrypted = False

    def say(self, text):
        self.connection.sendall(text.encode() + b"\r\n")

    def run(self):
        self.say("220 mail.example.com ESMTP")
        while line := self.stream.readline().decode().strip():
            word = line.split(" ")[0].split(":")[0].upper()
            getattr(self, f"on_{word.lower()}", self.on_other)(line)
            if word == "QUIT":
                break

    def on_ehlo(self, _line):
        offers = ["mail.example.com", "AUTH PLAIN"]
        if self.mail.context and not self.is_encrypted:
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def on_starttls(self, _line):
        self.say("220 go ahead")
        self.connection = self.mail.context.wrap_socket(self.connection, server_side=True)
        self.stream = self.connection.makefile("rb")
        self.is_encrypted = True

    def on_auth(self, line):
        if line.count(" ") < 2:
            self.say("334 ")
            line += " " + self.stream.readline().decode().strip()
        _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        self.login = f"{user}:{password}"
        self.say("235 welcome")

    def on_mail(self, line):
        self.mail.count_try()
        self.sender = line.split("<")[1].split(">")[0]
        self.say("250 ok")

    def on_rcpt(self, line):
        to = line.split("<")[1].split(">")[0]
        self.to.append(to)
        self.say(self.mail.answer(to))

    def on_data(self, _line):
        self.say("354 go ahead")
        lines = iter(self.stream.readline, b".\r\n")
        raw = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
        self.mail.take(Letter(self.sender, self.to, self.login, self.is_encrypted, raw))
        self.to = []
        self.say("250 taken")

    def on_quit(self, _line):
        self.say("221 bye")

    def on_other(self, _line):
        self.say("502 what")
