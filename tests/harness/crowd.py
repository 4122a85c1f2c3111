# SPDX-License-Identifier: Apache-2.0
"""Many connections at once from one thread, and what they cost the server."""
import re
import selectors
import socket
import ssl
import statistics
import time
from pathlib import Path
from urllib.parse import urlsplit

from .until import PATIENCE_S

MEGABYTE = 1 << 20


def memory(server, field="VmRSS"):
    """Bytes the server's process holds now (VmRSS) or held at most (VmHWM)."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) * 1024


def delays(sender, rounds=20):
    """Seconds that events of somebody else take."""
    def once():
        started = time.monotonic()
        sender.track()
        return time.monotonic() - started
    return [once() for _ in range(rounds)]


def dial_narrowly(url, trust):
    """A connection with TLS that takes little beyond what is read from it. (The kernel makes its
    buffers as large as segments promise, and those within a machine are of 64 KiB.)"""
    parts = urlsplit(url)
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
    one.settimeout(PATIENCE_S)
    one.connect((parts.hostname, parts.port))
    context = ssl.create_default_context(cafile=trust)
    return context.wrap_socket(one, server_hostname=parts.hostname)


class Calm:
    """What an event takes while there is no crowd, on a machine that may be slow and noisy."""

    def __init__(self, sender):
        self.sender = sender
        self.usual_s = statistics.median(delays(sender))

    def is_as_ever(self, taken=None):
        """Whether a crowd is not felt: much less than any time-out of a crowd's requests."""
        return statistics.median(taken or delays(self.sender)) < 0.5 + 4 * self.usual_s


class Crowd:
    """Open connections, each with what it has been answered so far."""

    def __init__(self, server, count):
        parts = urlsplit(server.url)
        self.answers = {}
        self._selector = selectors.DefaultSelector()
        for _ in range(count):
            one = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)
            one.setblocking(False)
            self.answers[one] = b""
            self._selector.register(one, selectors.EVENT_READ)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._selector.close()
        for one in self.answers:
            one.close()

    def send(self, data):
        """The same bytes on each; those that have been closed are passed over."""
        for one in self.answers:
            try:
                one.send(data)
            except (BrokenPipeError, ConnectionResetError):
                pass

    def send_all(self, data, timeout=2 * PATIENCE_S):
        """Long bytes on all at the same time, and the answers that come meanwhile."""
        left = {one: memoryview(data) for one in self.answers}
        for one in left:
            self._selector.modify(one, selectors.EVENT_READ | selectors.EVENT_WRITE)
        end = time.monotonic() + timeout
        while left and time.monotonic() < end:
            for key, _ in self._selector.select(1):
                if self._read(key.fileobj):
                    self._write(key.fileobj, left)
                else:
                    left.pop(key.fileobj, None)
        assert not left, f"{len(left)} bodies were not taken"

    def _write(self, one, left):
        if one not in left:
            return
        try:
            left[one] = left[one][one.send(left[one]):]
        except BlockingIOError:
            return
        except (BrokenPipeError, ConnectionResetError):
            left[one] = b""  # its answer may still be there to be read
        if not left[one]:
            del left[one]
            self._selector.modify(one, selectors.EVENT_READ)

    def _read(self, one):
        """False: it has been closed."""
        try:
            data = one.recv(65536)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            data = b""
        self.answers[one] += data
        if not data:
            self._selector.unregister(one)
        return bool(data)

    def answered(self):
        """How many have been answered or closed by now."""
        for key, _ in self._selector.select(0):
            self._read(key.fileobj)
        return len(self.answers) - len(self._selector.get_map()) + sum(
            1 for key in self._selector.get_map().values() if self.answers[key.fileobj])

    def statuses(self, count, timeout=PATIENCE_S):
        """The first status on each connection, once `count` of them have one."""
        end = time.monotonic() + timeout
        while True:
            found = [int(answer[9:12]) for answer in self.answers.values() if len(answer) > 12]
            if len(found) >= count:
                return found
            assert time.monotonic() < end, f"{len(found)} of {count} answers came"
            for key, _ in self._selector.select(0.2):
                self._read(key.fileobj)
