# SPDX-License-Identifier: Apache-2.0
"""An auditor who has a copy of the audit log and a public key, and nothing else."""
import json

import pytest

from harness import server as pintle
from harness.api import Api


def verify(copy, *arguments):
    return pintle.run("audit", "verify", "--copy", copy, *arguments)


class Copy:
    """What an auditor was given; its lines can be changed."""

    def __init__(self, path, lines):
        self.path = path
        self.lines = lines
        self.head = [json.loads(line)["auditHead"] for line in lines if "auditHead" in line][-1]
        self.last, _, self.key, _ = self.head.split(":")
        self.write(lines)

    def write(self, lines):
        self.path.write_text("".join(line + "\n" for line in lines))
        return self.path

    def entry(self, seq):
        return next(place for place, line in enumerate(self.lines) if f'"seq":{seq},' in line)

    def verdict(self, lines, *arguments):
        done = verify(self.write(lines), "--key", self.key, *arguments)
        assert (done.returncode == 0) == ("is intact" in done.stdout), done
        return done.stdout


@pytest.fixture(scope="module")
def copy(make_server_once, tmp_path_factory):
    """Some entries, and a head that vouches for all of them."""
    sink = tmp_path_factory.mktemp("sink") / "audit.jsonl"
    server = make_server_once(audit_sink=f"file:{sink}")
    api = Api(server, pintle.token_create(server.data), headers={"User-Agent": "café/1.0"})
    for name in ("web", "app \u00e9\u2028 \"quoted\"", "tv"):
        api.create_source(name)
    server.stop()
    server.start()  # a head is signed at each start

    server.stop()  # and what is there is copied at each stop
    return Copy(tmp_path_factory.mktemp("auditor") / "copy.jsonl",
                sink.read_text().strip().split("\n"))


def test_a_good_copy_is_vouched_for_by_the_key(copy):
    assert int(copy.last) >= 5 and f'"seq":{copy.last},' in "".join(copy.lines)
    assert f"up to entry {copy.last}" in copy.verdict(copy.lines)
    assert f"up to entry {copy.last}" in copy.verdict(copy.lines, "--head", copy.head)
    done = verify(copy.path)
    assert done.returncode == 0 and copy.key in done.stdout and "compare the key" in done.stdout


def test_what_is_sent_twice_or_torn_does_no_harm(copy):
    again = copy.lines[:3] + copy.lines[1:3] + ['{"id":"torn'] + copy.lines[3:]
    assert "Lines that are no entries, as crashes tear them: 1" in copy.verdict(again)
    later = copy.lines[copy.entry(3):]
    assert f"entries 3 to {copy.last}" in copy.verdict(later)
    assert "text of entry 3 itself is not checked" in copy.verdict(later)


def test_changes_of_a_copy_are_found(copy):
    place = copy.entry(4)
    altered = copy.lines[place].replace('"ip":"127', '"ip":"128')
    assert altered != copy.lines[place]
    changed = copy.lines[:place] + [altered] + copy.lines[place + 1:]
    assert "Entry 4 (" in copy.verdict(changed)
    assert "Entry 4 is missing" in copy.verdict(copy.lines[:place] + copy.lines[place + 1:])
    twice = copy.lines[:place] + [copy.lines[place], altered] + copy.lines[place + 1:]
    assert "Entry 4 (" in copy.verdict(twice)
    cut = [line for line in copy.lines if f'"seq":{copy.last},' not in line
           and f'"auditHead":"{copy.last}:' not in line]
    told = copy.verdict(cut, "--head", copy.head)
    assert f"entries {copy.last} to {copy.last} are missing" in told


@pytest.mark.parametrize("first", [1, 3])
def test_a_repeat_of_the_first_entry_must_be_as_it_was(copy, first):
    """Of the first entry of a copy nothing is there to hash it with, unless it is number 1."""
    lines = copy.lines[copy.entry(first):]
    renamed = lines[0].replace('"action":"', '"action":"not-')
    assert renamed != lines[0]
    assert f"up to entry {copy.last}" in copy.verdict([lines[0], *lines])
    assert f"Entry {first} (" in copy.verdict([lines[0], renamed, *lines[1:]])


def test_only_heads_of_the_key_count(copy):
    copy.write(copy.lines)
    other = verify(copy.path, "--key", "0" * 64)
    assert other.returncode == 1 and "not one of this server" in other.stdout
    bare = [line for line in copy.lines if "auditHead" not in line]
    assert verify(copy.write(bare)).returncode == 0
    unsigned = verify(copy.path, "--key", copy.key)
    assert unsigned.returncode == 1 and "No signed head" in unsigned.stdout
    forged = [line.replace('"directoryId":"', '"directoryId":"ff')[:-4] + '"}'
              if "auditHead" in line else line for line in copy.lines]
    assert verify(copy.write(forged), "--key", copy.key).returncode == 1


def test_what_cannot_be_checked_is_told(copy, tmp_path):
    assert verify(tmp_path / "none").returncode == 1
    assert verify(copy.path, "--key", "xyz").returncode == 2
    (tmp_path / "empty").write_text("")
    assert "no entries" in verify(tmp_path / "empty").stdout
    (tmp_path / "long").write_text("x" * (2 << 20))
    assert "too long" in verify(tmp_path / "long").stderr

