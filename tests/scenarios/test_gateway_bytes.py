# SPDX-License-Identifier: Apache-2.0
"""Requests byte for byte, as old, careful and clever clients write them, and as smugglers do. What
can be read in one way only is taken, and the connection stays; the rest is refused and ends it."""
from contextlib import suppress
from dataclasses import dataclass

import pytest

from harness.api import basic
from harness.gateway import table
from harness.wire import Peer

BODY = '{"userId":"ada"}'
PIECES = '9\r\n{"userId"\r\n7\r\n:"ada"}\r\n0\r\n'
CHUNKED = "Transfer-Encoding: chunked"


@dataclass
class Bytes:
    """One row: the header's lines, without what BASE has, and the answer."""

    says: str
    lines: "tuple | list" = ()
    first: str = "POST /v1/track HTTP/1.1"
    body: str = BODY
    status: int = 200
    text: str = "ok"
    base: tuple = ("Host: h", "Authorization: KEY", "Content-Length: 16")

    def bytes(self, gate):
        lines = [self.first, *self.base, *self.lines, "", self.body]
        return "\r\n".join(lines).replace("KEY", basic(gate.key)).encode("latin-1")


def track(says, first, status=200, text="ok"):
    return Bytes(says, first=first, status=status, text=text)


def pieces(says, *lines, body=PIECES + "\r\n", status=200, text="ok"):
    return Bytes(says, [CHUNKED, *lines], body=body, status=status, text=text,
                 base=("Host: h", "Authorization: KEY"))


TAKEN = [
    Bytes("as everybody writes it"),
    Bytes("names in small letters", base=("host: h", "authorization: KEY", "content-length: 16")),
    Bytes("names in capitals", base=("HOST: h", "AUTHORIZATION: KEY", "CONTENT-LENGTH: 16")),
    Bytes("no blank after the colon", base=("Host:h", "Authorization:KEY", "Content-Length:16")),
    Bytes("blanks around values", base=("Host: h ", "Authorization: KEY \t",
                                        "Content-Length:  16")),
    Bytes("a Host that is empty", base=("Host:", "Authorization: KEY", "Content-Length: 16")),
    track("the whole address, as proxies are asked", "POST http://h/v1/track HTTP/1.1"),
    track("the whole address of somebody else", "POST https://other.example/v1/track HTTP/1.1"),
    track("an empty query", "POST /v1/track? HTTP/1.1"),
    track("a query as long as a header may be", f"POST /v1/track?{'q' * 60_000} HTTP/1.1"),
    track("an empty line first", "\r\nPOST /v1/track HTTP/1.1"),
    Bytes("HTTP/1.0 that wants to stay", ["Connection: keep-alive"],
          first="POST /v1/track HTTP/1.0"),
    Bytes("HTTP/1.0 has no word to go on", ["Connection: Keep-Alive", "Expect: 100-continue"],
          first="POST /v1/track HTTP/1.0"),
    Bytes("a client that waits for the word to go on", ["Expect: 100-continue"]),
    Bytes("an offer to go on in HTTP/2", ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                                          "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"]),
    Bytes("an offer to go on as WebSocket", ["Connection: Upgrade", "Upgrade: websocket"]),
    Bytes("many lines", [f"X-{number}: y" for number in range(95)]),
    Bytes("bytes that are not ASCII in a value", ["X-Name: caf\xe9"]),
    pieces("pieces"),
    pieces("pieces and lines behind them", "Trailer: X", body=PIECES + "X: y\r\n\r\n"),
    pieces("pieces whose lengths have zeros before them", body=PIECES.replace("9\r", "0009\r") +
           "\r\n"),
    *[track(f"a method that HTTP does not have: {first}", f"{first} HTTP/1.1", 405, "")
      for first in ("SEND /v1/track", "post /v1/track", "PROPFIND /v1/webhook", "GET_PARAMETER /",
                    "SEND /v1/nothing")],
    Bytes("no length is an empty body", base=("Host: h", "Authorization: KEY"), body="", status=400,
          text="invalid json\n"),
    Bytes("a key behind the body is none", [CHUNKED], body=PIECES + "Authorization: KEY\r\n\r\n",
          base=("Host: h",), status=401, text="failed to read writekey from header\n"),
]

ENDED = [
    Bytes("HTTP/1.0", first="POST /v1/track HTTP/1.0"),
    Bytes("HTTP/1.0 without a Host", first="POST /v1/track HTTP/1.0",
          base=("Authorization: KEY", "Content-Length: 16")),
    Bytes("a client that goes", ["Connection: close"]),
    Bytes("a client that goes, among other words", ["Connection: TE, Close"]),
]


def bad(says, *lines, status=400, text="Bad Request\n", **more):
    return Bytes(says, lines, status=status, text=text, **more)


UNSURE = ("Host: h", "Authorization: KEY")  # about the length
REFUSED = [
    bad("a second Host", "Host: i"),
    bad("the length twice", "Content-Length: 16"),
    bad("two lengths", "Content-Length: 15"),
    bad("a list of lengths", "Content-Length: 16, 16", base=UNSURE),
    bad("a length with a sign", "Content-Length: +16", base=UNSURE),
    bad("a length below zero", "Content-Length: -16", base=UNSURE),
    bad("a length and pieces", CHUNKED),
    bad("pieces, said twice", CHUNKED, CHUNKED, base=UNSURE, body=PIECES + "\r\n"),
    bad("pieces in HTTP/1.0", CHUNKED, base=UNSURE, first="POST /v1/track HTTP/1.0",
        body=PIECES + "\r\n"),
    pieces("pieces with something behind a length", body=PIECES.replace("9\r", "9;a=b\r") + "\r\n",
           status=400, text="Bad Request\n"),
    pieces("pieces without a length", body="x\r\n", status=400, text="Bad Request\n"),
    bad("pieces of another coding", "Transfer-Encoding: gzip, chunked", base=UNSURE, status=501,
        text="Not Implemented\n", body=PIECES + "\r\n"),
    bad("a value that goes on in the next line", "X: a\r\n b"),
    bad("a blank before the colon", "X : a"),
    bad("a control character", "X: a\x01b"),
    bad("a NUL", "X: a\0b"),
    bad("a carriage return alone", "X: a\rb"),
    bad("a line feed alone", "X: a\nX: b"),
    bad("a place on the page", first="POST /v1/track#top HTTP/1.1"),
    bad("no path", first="POST v1/track HTTP/1.1"),
    bad("a method that is no word", first="PO@T /v1/track HTTP/1.1"),
    bad("a method beyond all", first=f"{'P' * 40} /v1/track HTTP/1.1", status=501,
        text="Not Implemented\n"),
    bad("another version", first="POST /v1/track HTTP/1.2"),
    bad("HTTP/2", first="PRI * HTTP/2.0", base=(), body="SM\r\n\r\n", status=505,
        text="HTTP Version Not Supported\n"),
    bad("a tunnel", first="CONNECT h:80 HTTP/1.1", status=501, text="Not Implemented\n"),
    bad("another expectation", "Expect: 200-ok", status=417, text="Expectation Failed\n"),
    bad("too long a line", first=f"POST /v1/track?{'q' * 66_000} HTTP/1.1", status=431,
        text="Request Header Fields Too Large\n"),
    bad("too many lines", *["X: y"] * 120, status=431, text="Request Header Fields Too Large\n"),
]


@table(TAKEN)
def test_what_has_one_meaning_is_taken_and_the_connection_stays(gate, case):
    with gate.dial() as connection:
        peer = Peer(connection)
        for row in (case, TAKEN[0]):
            connection.sendall(row.bytes(gate))
            answer, is_last = peer.answer()
            assert (answer.status, answer.body, is_last) == (row.status, row.text.encode(), False)


@table(ENDED + REFUSED)
def test_an_answer_may_be_the_last_and_nothing_behind_it_is_looked_at(gate, case):
    with gate.dial() as connection:
        with suppress(ConnectionError):  # it has not read all of it
            connection.sendall(case.bytes(gate) + TAKEN[0].bytes(gate))
        peer = Peer(connection)
        answer, is_last = peer.answer()
        assert (answer.status, answer.body, is_last) == (case.status, case.text.encode(), True)
        assert answer.headers["Connection"] == "close" and peer.rest() == b""


@pytest.mark.parametrize("words, status", [(b"HTTP/1.1 100 Continue\r\n\r\n", 200), (b"", 404)])
def test_who_waits_for_the_word_gets_it_or_the_refusal(gate, words, status):
    path = "/v1/track" if status == 200 else "/v1/nothing"
    asked = Bytes("", ["Expect: 100-continue"], first=f"POST {path} HTTP/1.1", body="")
    with gate.dial() as connection:
        connection.sendall(asked.bytes(gate))
        if words:
            assert connection.recv(len(words)) == words
            connection.sendall(BODY.encode())
        assert Peer(connection).answer()[0].status == status
