# SPDX-License-Identifier: Apache-2.0
"""The order of one user's events: what was answered goes before what was sent after it, whichever
way either came, and what comes together keeps the order in which it stands."""
import json

import pytest

from harness.api import basic
from harness.wire import Peer, dial

COUNT = 120
TURN = 12  # connections that take turns: each HTTP thread has some of them


def request(line, body, path="/v1/track"):
    text = json.dumps(body)
    return (f"POST {path} HTTP/1.1\r\nHost: h\r\nAuthorization: {basic(line.source['writeKey'])}"
            f"\r\nContent-Length: {len(text)}\r\n\r\n{text}").encode()


def event(number, **more):
    return {"type": "track", "userId": "ada", "event": "E", "messageId": f"m-{number}",
            "n": number, **more}


def check_order(line, count=COUNT):
    line.receiver.wait_accepted_ids([f"m-{number}" for number in range(count)])
    assert [received.event["n"] for received in line.receiver.accepted()] == list(range(count))


def taken(peer, count=1):
    for _ in range(count):
        answer, _ = peer.answer()
        assert (answer.status, answer.body) == (200, b"ok")


def test_requests_of_one_connection_that_come_together(line):
    with dial(line.server.url) as connection:
        connection.sendall(b"".join(request(line, event(number)) for number in range(COUNT)))
        taken(Peer(connection), COUNT)
    check_order(line)


def test_a_request_on_another_connection_after_the_answer(make_server, line_of):
    line = line_of(make_server(http_threads=4))
    connections = [dial(line.server.url) for _ in range(TURN)]
    peers = [Peer(connection) for connection in connections]
    for number in range(COUNT):
        connections[number % TURN].sendall(request(line, event(number)))
        taken(peers[number % TURN])
    for connection in connections:
        connection.close()
    check_order(line)


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/import"])
def test_events_of_one_request(line, path):
    halves = [[event(number) for number in numbers] for numbers in
              (range(COUNT // 2), range(COUNT // 2, COUNT))]
    with dial(line.server.url) as connection:
        connection.sendall(b"".join(request(line, {"batch": half}, path) for half in halves))
        taken(Peer(connection), 2)
    check_order(line)


def message(line, number, size):
    """Each has another origin than the one before, and so a record of its own."""
    return {"properties": {"requestType": "track", "routingKey": "ada", "workspaceID": "w",
                           "sourceID": line.source["id"], "requestIP": f"192.0.2.{number % 7}",
                           "receivedAt": "2026-01-02T03:04:05.678Z"},
            "payload": event(number, rudderId="r", request_ip="192.0.2.1", p="x" * size,
                             receivedAt="2026-01-02T03:04:05.678Z")}


# Large records have a lane of their own in the journal.
@pytest.mark.parametrize("sizes, together", [([1], COUNT), ([900_000, 1, 1], 6)],
                         ids=["small", "small behind large ones"])
def test_messages_of_another_gateway(make_server, line_of, sizes, together):
    line = line_of(make_server(internal_endpoints="true"))
    messages = [message(line, number, sizes[number % len(sizes)]) for number in range(COUNT)]
    with dial(line.server.url) as connection:
        peer = Peer(connection)
        for at in range(0, COUNT, together):
            connection.sendall(request(line, messages[at:at + together], "/internal/v1/batch"))
            taken(peer)
    check_order(line)
