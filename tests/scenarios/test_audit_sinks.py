# SPDX-License-Identifier: Apache-2.0
"""The audit log's copies: syslog and webhooks get every entry, and the signed heads."""
import json
import re
import socket
import ssl
import threading
from contextlib import suppress

from harness import server as pintle
from harness.api import Api
from harness.certificates import make_certificate
from harness.receiver import Receiver
from harness.until import PATIENCE_S, until


def make_sources(server, *names):
    api = Api(server, pintle.token_create(server.data))
    for name in names:
        api.create_source(name)


def entries_of(lines):
    return [json.loads(line) for line in lines]


def seqs_of(entries):
    return [entry["seq"] for entry in entries if "seq" in entry]


def head_of(entries):
    return ([""] + [entry["auditHead"] for entry in entries if "auditHead" in entry])[-1]


class Syslog(threading.Thread):
    """Takes octet-counted messages (RFC 6587), one connection after the other; with the files of a
    certificate and its key in TLS (RFC 5425)."""

    def __init__(self, certificate=None):
        super().__init__(daemon=True)
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*certificate)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.messages = []
        self.start()

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            with connection, suppress(OSError):
                self.read(connection)

    def read(self, connection):
        if self.tls:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection, connection.makefile("rb") as stream:
            while count := b"".join(iter(lambda: stream.read(1).strip(), b"")):
                self.messages.append(stream.read(int(count)).decode())

    def entries(self):
        return entries_of(message.split(" - ", 1)[1] for message in list(self.messages))


def test_a_webhook_gets_every_entry_at_least_once(make_server, tmp_path):
    (tmp_path / "token").write_text("s3same\n")
    receiver = Receiver()
    receiver.answer = lambda received: 200 if len(receiver.received) >= 2 else 503
    server = make_server(audit_sink=receiver.url, audit_sink_token_file=tmp_path / "token")
    make_sources(server, "web", "app")

    def accepted():
        return entries_of(line for request in receiver.accepted()
                          for line in request.body.splitlines())
    until(lambda: list(dict.fromkeys(seqs_of(accepted()))) == [1, 2, 3, 4])
    request = receiver.accepted()[0]
    assert request.headers["Authorization"] == "Bearer s3same"
    assert request.headers["Content-Type"] == "application/x-ndjson"
    server.wait_for_line("answered with 503")
    assert "/hook" not in server.log
    server.kill()
    server.start()  # its head vouches for what was sent before
    until(lambda: head_of(accepted()).startswith("4:"))
    server.stop()
    done = pintle.run("audit", "verify", "--data", server.data, "--head", head_of(accepted()))
    assert done.returncode == 0 and "known head, 4" in done.stdout, done
    receiver.close()


def test_a_webhook_may_go_only_where_destinations_may(make_server):
    receiver = Receiver()
    server = make_server(audit_sink=receiver.url, egress_allow="")
    make_sources(server, "web")
    server.wait_for_line("the audit log cannot be copied")
    assert receiver.snapshot() == []
    receiver.close()


def test_syslog_gets_every_entry_over_tcp(make_server):
    syslog = Syslog()
    server = make_server(audit_sink=f"syslog+tcp://127.0.0.1:{syslog.port}")
    make_sources(server, "web")
    until(lambda: seqs_of(syslog.entries()) == [1, 2, 3])
    assert re.match(r"<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ pintle \d+ entry - \{",
                    syslog.messages[0])


def test_syslog_gets_every_entry_in_tls(make_server, certificate):
    by_address, by_name = Syslog(certificate), Syslog(certificate)
    server = make_server(audit_sink=f"syslog+tls://127.0.0.1:{by_address.port} "
                                    f"syslog+tls://localhost:{by_name.port}",
                         audit_sink_ca_file=certificate[0])
    make_sources(server, "web", "app")
    for syslog in (by_address, by_name):
        until(lambda: list(dict.fromkeys(seqs_of(syslog.entries()))) == [1, 2, 3, 4])
        assert syslog.messages[0].startswith("<110>1 ")


def test_syslog_in_tls_that_is_not_who_it_should_be_gets_nothing(make_server, tmp_path,
                                                                 certificate):
    other = make_certificate(tmp_path / "other", names="DNS:other.example")
    syslog = Syslog(other)
    strange = "not believed: self.signed certificate"
    for host, file, why in [("127.0.0.1", certificate[0], strange),
                            ("127.0.0.1", "", strange),  # the system's
                            ("127.0.0.1", other[0], "not believed: IP address mismatch"),
                            ("localhost", other[0], "not believed: hostname mismatch")]:
        server = make_server(audit_sink=f"syslog+tls://{host}:{syslog.port}",
                             audit_sink_ca_file=file)
        make_sources(server, "web")
        server.wait_for_line("the audit log cannot be copied.*" + why)
    assert syslog.messages == []


def test_a_file_without_certificates_is_refused_at_the_start(tmp_path, certificate):
    for file in (tmp_path / "none", certificate[1]):
        done = pintle.run("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                          settings={"audit_sink": "syslog+tls://localhost",
                                    "audit_sink_ca_file": file})
        assert done.returncode == 1 and "audit_sink_ca_file: must be a file" in done.stderr, done


def test_syslog_gets_every_entry_as_datagrams(make_server, tmp_path):
    sockets = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
               socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
    sockets[0].bind(str(tmp_path / "log"))
    sockets[1].bind(("127.0.0.1", 0))
    port = sockets[1].getsockname()[1]
    server = make_server(audit_sink=f"syslog:{tmp_path}/log syslog+udp://127.0.0.1:{port}")
    make_sources(server, "web")
    for end in sockets:
        end.settimeout(PATIENCE_S)
        seqs = []
        while len(seqs) < 3:
            seqs += seqs_of(entries_of([end.recv(65536).decode().split(" - ", 1)[1]]))
        assert seqs == [1, 2, 3]
        end.close()


def test_a_sink_that_is_none_is_refused_at_the_start(tmp_path):
    for sink in ("ftp://x", "file:", "syslog:log", "syslog+tcp://", "syslog+udp://h:0",
                 "syslog+tls://h:65536",
                 "http://example.com/", "https://me:secret@example.com/"):
        done = pintle.run("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                          settings={"audit_sink": sink})
        assert done.returncode == 1 and "audit_sink" in done.stderr, (sink, done)
