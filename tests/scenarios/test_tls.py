# SPDX-License-Identifier: Apache-2.0
"""TLS in the process, without a proxy in front."""
import json
import os
import signal
import ssl
import subprocess
from urllib.parse import urlsplit

import pytest

from conftest import make_line
from harness import server as pintle
from harness.api import Api, basic
from harness.certificates import make_certificate
from harness.until import PATIENCE_S
from harness.wire import connect, exchange

WITHOUT_TLS = {"listen_tls": "", "tls_certificate_file": "", "tls_key_file": ""}
EVENT = json.dumps({"userId": "ada", "event": "Opened"}).encode()


@pytest.fixture
def make_secure(make_server, tmp_path):
    """A server with TLS; `trust` is the file of its certificate."""
    def make(days=30, **settings):
        certificate, key = make_certificate(tmp_path / "tls", days=days)
        server = make_server(listen_tls="127.0.0.1:0", tls_certificate_file=certificate,
                             tls_key_file=key, **settings)
        server.trust, server.key = certificate, key
        return server

    return make


def shown_certificate(server):
    parts = urlsplit(server.tls_url)
    return ssl.get_server_certificate((parts.hostname, parts.port))


def metric(server, text):
    lines = exchange("GET", server.url + "/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(text + " ")).split()[-1])


def test_events_arrive_over_tls_and_over_http(make_secure, receiver):
    server = make_secure()
    line = make_line(server, receiver)
    headers = {"Authorization": basic(line.source["writeKey"])}
    connection = connect(server.tls_url, server.trust)
    for _ in range(3):  # on one connection
        connection.request("POST", "/v1/track", EVENT, headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"ok")
    assert connection.sock.version() == "TLSv1.3"
    connection.close()
    line.sender.track()
    assert len(receiver.wait(4)) == 4
    assert metric(server, 'pintle_tls_handshakes_total{outcome="full"}') == 1


def test_the_node_sdk_sends_over_tls(make_secure, receiver):
    server = make_secure()
    line = make_line(server, receiver)
    url = server.tls_url.replace("127.0.0.1", "localhost")
    done = subprocess.run(["node", "node.mjs", "@rudderstack/rudder-sdk-node", url,
                           line.source["writeKey"]],
                          cwd=pintle.ROOT / "tests/sdk", capture_output=True, text=True,
                          timeout=3 * PATIENCE_S,
                          env={**os.environ, "NODE_EXTRA_CA_CERTS": server.trust}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    kinds = sorted(request.event["type"] for request in receiver.wait(6))
    assert kinds == ["alias", "group", "identify", "page", "screen", "track"]


def test_a_new_certificate_is_taken_without_a_restart(make_secure, tmp_path):
    server = make_secure()
    before = shown_certificate(server)
    connection = connect(server.tls_url, server.trust)
    connection.request("GET", "/health")
    assert connection.getresponse().read()
    make_certificate(tmp_path / "tls", days=60)
    assert shown_certificate(server) == before  # until it is told
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_line("certificate loaded.*\n(.*\n)*.*certificate loaded")
    assert shown_certificate(server) == server.trust.read_text() != before
    connection.request("GET", "/health")  # what was open stays open
    assert connection.getresponse().status == 200
    connection.close()


def test_a_bad_certificate_leaves_the_old_one(make_secure):
    server = make_secure()
    before = shown_certificate(server)
    server.key.write_text("half of a key")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_line("level=error .*old one stays.*tls_key_file")
    assert shown_certificate(server) == before


def test_a_server_without_tls_survives_the_reload(server):
    server.process.send_signal(signal.SIGHUP)
    server.wait_for_line("nothing to read again")
    assert exchange("GET", server.url + "/health").status == 200


def test_a_certificate_that_expires_soon_is_told(make_secure):
    server = make_secure(days=3)
    server.wait_for_line("level=warn .*expires soon")
    days = metric(server, "pintle_tls_certificate_not_after_seconds") / 86400
    assert 2 < days - metric(server, "pintle_start_time_seconds") / 86400 < 4


@pytest.mark.parametrize("changes, named", [
    ({"tls_key_file": ""}, "tls_key_file: is needed"),
    ({"tls_certificate_file": "/nowhere/c.pem"}, "/nowhere/c.pem: No such file"),
    ({"tls_key_file": pintle.BINARY}, "tls_key_file"),
    ({"tls_min_version": "1.1"}, "tls_min_version: must be 1.2 or 1.3"),
    ({**WITHOUT_TLS, "tls_min_version": "9.9"}, "tls_min_version: must be 1.2 or 1.3"),
    ({**WITHOUT_TLS, "tls_min_version": ""}, "tls_min_version: must be 1.2 or 1.3"),
    ({"listen_tls": ""}, "tls_certificate_file: is for listen_tls"),
    ({"listen_tls": "here"}, "listen_tls: \"here\" is not an address")])
def test_settings_that_do_not_fit_are_named(make_server, tmp_path, changes, named):
    server = make_server(start=False)
    certificate, key = make_certificate(tmp_path)
    settings = {"listen_tls": "127.0.0.1:0", "tls_certificate_file": certificate,
                "tls_key_file": key, **changes}
    done = pintle.run("serve", "--data", server.data, "--listen", "127.0.0.1:0",
                      settings=settings)
    assert done.returncode == 1 and named in done.stderr, done


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_version_may_be_set_before_tls_is(make_server, version):
    server = make_server(tls_min_version=version)
    assert exchange("GET", server.url + "/health").status == 200


def test_http_on_the_port_of_tls_is_told_so(make_secure):
    server = make_secure()
    answer = exchange("GET", server.tls_url.replace("https:", "http:") + "/health")
    assert (answer.status, answer.text) == (400, "This port speaks TLS: use https://\n")
    assert metric(server, 'pintle_tls_handshakes_total{outcome="plain_http"}') == 1


def test_old_versions_are_not_spoken(make_secure):
    server = make_secure(tls_min_version="1.3")
    old = ssl.create_default_context(cafile=server.trust)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    connection = connect(server.tls_url, server.trust)
    connection._context = old
    with pytest.raises(ssl.SSLError):
        connection.request("GET", "/health")
    assert exchange("GET", server.tls_url + "/health", trust=server.trust).status == 200


def test_commands_work_where_only_tls_is_served(make_server, tmp_path):
    certificate, key = make_certificate(tmp_path)
    server = make_server(start=False, listen_tls="127.0.0.1:0", tls_key_file=key,
                         tls_certificate_file=certificate)
    server.start(listen="")
    assert server.url.startswith("https://") and server.log.count("http://") == 0
    token = pintle.token_create(server.data)
    answer = exchange("GET", server.url + "/v2/workspace", trust=certificate,
                      headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200, answer


def test_browsers_are_told_to_stay_with_https(make_secure):
    server = make_secure(public_url="https://pintle.example.com")
    answer = exchange("GET", server.tls_url + "/", trust=server.trust)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in exchange("GET", server.url + "/").headers
    signed_in = Api(server).post("/v2/session", {"email": pintle.EMAIL,
                                                 "password": pintle.PASSWORD})
    assert "; Secure" in signed_in.headers["Set-Cookie"]


def test_browsers_are_told_nothing_where_no_name_is_settled(make_secure):
    server = make_secure()
    answer = exchange("GET", server.tls_url + "/", trust=server.trust)
    assert answer.status == 200 and "Strict-Transport-Security" not in answer.headers
