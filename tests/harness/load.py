# SPDX-License-Identifier: Apache-2.0
"""Senders that go on while servers come and go, and remember what was acknowledged."""
import http.client
import random
import threading
import time
from collections import defaultdict

from .until import PATIENCE_S


SHAPES = ((1, 0), (1, 0), (1, 0), (2, 0), (5, 0), (20, 0), (20, 15_000))  # events, bytes in each


def events_of(user, first, chance):
    """The user's next events: one, a few, or so many bytes that the journal calls them large."""
    count, filler_bytes = chance.choice(SHAPES)
    filler = {"filler": "x" * filler_bytes} if filler_bytes else {}
    return [{"type": "track", "event": "Load", "userId": user, "messageId": f"{user}-{number}",
             "properties": {"number": number, **filler}}
            for number in range(first, first + count)]


class Load:
    """One thread for each user sends numbered events, a few at a time, each until it is
    acknowledged: so a user's events are accepted in the order of their numbers."""

    def __init__(self, sender, users):
        self.sender = sender
        self.acknowledged = []
        self.surprises = []
        self._stop = threading.Event()
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=self._send_all, args=(f"user-{n}",))
                         for n in range(users)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self.surprises, self.surprises[:3]

    def _send_all(self, user):
        chance, number = random.Random(user), 0
        while not self._stop.is_set():
            events = events_of(user, number, chance)
            if self._send_until_acknowledged(events, compress=chance.random() < 0.3):
                number += len(events)
                with self._news:
                    self.acknowledged += [event["messageId"] for event in events]
                    self._news.notify_all()

    def _send(self, events, compress):
        if len(events) == 1:
            return self.sender.post("/v1/track", events[0], compress=compress)
        return self.sender.batch(events, compress=compress)

    def _send_until_acknowledged(self, events, compress):
        while not self._stop.is_set():
            try:
                answer = self._send(events, compress)
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)  # nobody listens just now
                continue
            if answer.status == 200:
                return True
            if answer.status not in (503, 504):
                self.surprises.append(answer)
                return False
            time.sleep(0.05)
        return False

    def wait_acknowledged(self, count, timeout=PATIENCE_S):
        with self._news:
            fine = self._news.wait_for(lambda: len(self.acknowledged) >= count, timeout)
        assert fine, f"{len(self.acknowledged)} of {count} acknowledged within {timeout} s"

    def wait_more(self, count):
        self.wait_acknowledged(len(self.acknowledged) + count)

    @staticmethod
    def assert_order(receiver):
        """Each user's events came in order; one that came before may come again."""
        highest = defaultdict(lambda: -1)
        for request in receiver.accepted():
            event = request.event
            user, number = event["userId"], event["properties"]["number"]
            assert number <= highest[user] + 1, f"{user}: {number} came after {highest[user]}"
            highest[user] = max(highest[user], number)

    @staticmethod
    def assert_duplicates_are_equal(receiver):
        """What came twice has the same messageId and content; how many did."""
        bodies, copies = {}, 0
        for request in receiver.accepted():
            event = request.event
            number = (event["userId"], event["properties"]["number"])
            content = (event["messageId"], event["event"], event["properties"])
            copies += number in bodies
            assert bodies.setdefault(number, content) == content
        return copies
