# SPDX-License-Identifier: Apache-2.0
"""Events that fail, each in its own way, while the server dies again and again: every one that was
acknowledged ends as it must, nothing is given up early, and no user's event overtakes another."""
import os
import time
from collections import defaultdict
from urllib.parse import urlsplit

from harness.load import Load
from harness.until import PATIENCE_S, until

ROUNDS = int(os.environ.get("PINTLE_CRASH_ROUNDS", "5"))
TRIES = 3  # at least, before an event is given up
REFUSED, GIVEN_UP, UNANSWERED = 3, 6, 8  # the last digit of an event's number
REASONS = {REFUSED: "rejected", GIVEN_UP: "retries_exhausted"}


class Ways:
    """The other end: what becomes of an event follows from its number within its user's."""

    def __init__(self):
        self.tries = defaultdict(int)
        self.ended = defaultdict(lambda: -1)  # of each user, the last that ended
        self.overtaken = []

    def answer(self, received):
        event = received.event
        user, number = event["userId"], event["properties"]["number"]
        if number > self.ended[user] + 1:
            self.overtaken.append((user, number, self.ended[user]))
        self.tries[event["messageId"]] += 1
        way, tries = number % 10, self.tries[event["messageId"]]
        if way == UNANSWERED and tries == 1:
            raise ConnectionError("no answer this time")
        if way != GIVEN_UP or tries >= TRIES:
            self.ended[user] = max(self.ended[user], number)
        return {REFUSED: 400, GIVEN_UP: 503}.get(way, 200)


def letters_of(line):
    """By messageId, from all pages."""
    found, target = defaultdict(list), f"/v2/destinations/{line.destination['id']}/dead-letters"
    while target:
        page = line.api.get(target).json()
        for letter in page["deadLetters"]:
            found[letter["event"]["messageId"]].append(letter)
        target = page["paging"].get("next")
    return found


def number_of(message_id):
    return int(message_id.rsplit("-", 1)[1])


def test_kills_under_load_end_no_failing_event_otherwise(make_server, line_of):
    line = line_of(make_server(retry_window_ms=1, retry_first_ms=10, retry_max_ms=20))
    ways, listen = Ways(), urlsplit(line.server.url).netloc
    line.receiver.answer = ways.answer
    with Load(line.sender, users=8) as load:
        for _ in range(ROUNDS):
            load.wait_more(20 + os.urandom(1)[0])
            time.sleep(os.urandom(1)[0] / 5000)  # at any moment, not only behind an answer
            line.server.kill()
            line.server.start(listen=listen)
        load.wait_more(50)
    dead = {key for key in load.acknowledged if number_of(key) % 10 in REASONS}
    line.receiver.wait_accepted_ids(set(load.acknowledged) - dead, timeout=3 * PATIENCE_S)
    until(lambda: dead <= letters_of(line).keys(), timeout=3 * PATIENCE_S)
    letters = letters_of(line)
    for key, copies in letters.items():
        way = number_of(key) % 10
        assert {letter["reason"] for letter in copies} == {REASONS[way]}, key
        least = TRIES if way == GIVEN_UP else 1
        assert all(least <= letter["attempts"] <= ways.tries[key] for letter in copies), key
    assert not ways.overtaken, ways.overtaken[:3]
    copies = sum(map(len, letters.values())) - len(letters)
    print(f"{ROUNDS} kills, {len(load.acknowledged)} events acknowledged, {len(letters)} dead "
          f"letters, {copies} of them twice")
