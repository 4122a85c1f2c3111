# SPDX-License-Identifier: Apache-2.0
"""What scenarios ask for by name: a server that is set up, an API client, a webhook, a line."""
from dataclasses import dataclass

import pytest

from harness import audited, server as pintle
from harness.api import Api
from harness.certificates import make_certificate
from harness.gateway import Gate
from harness.receiver import Receiver
from harness.sender import Sender
from harness.server import BINARY, Server

# Of what a whole run has done.
LAST_TESTS = {"test_every_operation_was_exercised",
              "test_no_seeded_secret_was_found_in_the_whole_run"}


def pytest_configure():
    assert BINARY.exists(), f"{BINARY} is missing: run scripts/build"


def pytest_collection_modifyitems(config, items):
    """What is said of the run as a whole comes last, and only when everything else runs too."""
    last = [item for item in items if item.name in LAST_TESTS]
    partly = config.getoption("keyword") or config.args != config.getini("testpaths")
    items[:] = [item for item in items if item not in last] + ([] if partly else last)
    config.hook.pytest_deselected(items=last if partly else [])


def serve(directory):
    servers = []

    def make(data=None, is_set_up=True, start=True, **settings):
        server = Server(data or directory / f"data{len(servers)}", **settings)
        servers.append(server)
        if is_set_up and not server.data.exists():
            pintle.setup(server.data)
        return server.start() if start else server

    yield make
    for server in servers:
        server.end()
    for server in servers:
        audited.check(server.data / "pintle.db")


@pytest.fixture
def make_server(tmp_path):
    """Starts servers with settings of their own; all are ended, and must end well."""
    yield from serve(tmp_path)


@pytest.fixture(scope="module")
def make_server_once(tmp_path_factory):
    """The same for what several tests of a file ask and none of them changes for the others."""
    yield from serve(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def server(make_server):
    return make_server()


@pytest.fixture
def token(server):
    return pintle.token_create(server.data)


@pytest.fixture
def api(server, token):
    return Api(server, token)


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@dataclass
class Line:
    """A source connected to a webhook, and whoever sends to it."""

    server: Server
    api: Api
    source: dict
    destination: dict
    connection: dict
    receiver: Receiver
    sender: Sender


def make_line(server, receiver, **config):
    api = Api(server, pintle.token_create(server.data))
    source = api.create_source()
    destination = api.create_webhook(receiver.url, config=config)
    connection = api.connect(source, destination)
    return Line(server, api, source, destination, connection, receiver,
                Sender(server, source["writeKey"]))


@pytest.fixture
def line(server, receiver):
    return make_line(server, receiver)


@pytest.fixture
def line_of(receiver):
    """A line on a server with settings of its own."""
    return lambda server, **config: make_line(server, receiver, **config)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """(certificate, key): files that a server may have for this machine's names."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module", params=["http", "https"])
def scheme(request):
    return request.param


@pytest.fixture(scope="session")
def both_schemes(certificate):
    """Settings of a server that speaks TLS on a second port."""
    return {"listen_tls": "127.0.0.1:0", "tls_certificate_file": certificate[0],
            "tls_key_file": certificate[1]}


@pytest.fixture(scope="module")
def gate_line(make_server_once, both_schemes):
    receiver = Receiver()
    yield make_line(make_server_once(**both_schemes), receiver)
    receiver.close()


@pytest.fixture(scope="module")
def gate(gate_line, scheme, certificate):
    """A line for a table of rows none of which disturbs another; every row goes over HTTP and
    over TLS."""
    return Gate(gate_line, scheme, certificate[0])


@pytest.fixture
def gate_of(line_of, make_server, both_schemes, scheme, certificate):
    """The same on a server with settings of its own."""
    return lambda **settings: Gate(line_of(make_server(**both_schemes, **settings)), scheme,
                                   certificate[0])
