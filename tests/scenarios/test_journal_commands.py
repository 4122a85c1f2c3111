# SPDX-License-Identifier: Apache-2.0
"""`pintle journal`: what is in the journal, beside a running server and on its own."""
import json
import os

import pytest

from harness import server as pintle


def journal(server, *arguments):
    return pintle.run("journal", *arguments, "--data", server.data)


def exported(server, *arguments):
    return [json.loads(line) for line in journal(server, "export", *arguments).stdout.splitlines()]


@pytest.fixture
def filled(line):
    for n in range(3):
        line.sender.track(user=f"user-{n}", event="Opened", properties={"n": n})
    line.sender.batch([{"userId": "b", "type": "page"}, {"userId": "b", "type": "track"}])
    line.receiver.wait(5)
    return line


def test_stat_tells_segments_and_readers(filled):
    for _ in range(2):
        stat = json.loads(journal(filled.server, "stat", "--json").stdout)
        assert sum(segment["events"] for segment in stat["segments"]) == 5
        assert sum(segment["records"] for segment in stat["segments"]) == 4
        filled.server.stop()
    reader, = stat["readers"]
    assert filled.destination["id"] in reader["reader"]
    assert (reader["recordsBehind"], reader["parked"]) == (0, 0)
    assert "RECORDS BEHIND" in journal(filled.server, "stat").stdout


def test_export_prints_each_event_as_it_was_delivered(filled):
    lines = exported(filled.server)
    delivered = {got.event["messageId"]: got.event for got in filled.receiver.snapshot()}
    assert len(lines) == 5
    for line in lines:
        assert line["sourceId"] == filled.source["id"]
        assert line["event"]["rudderId"] == delivered[line["event"]["messageId"]]["rudderId"]
    assert exported(filled.server, "--from", lines[2]["position"], "--limit", "1") == [lines[2]]
    assert exported(filled.server, "--source", "none") == []


def test_export_says_what_destinations_do_not_see(line):
    settings = {"deduplication": {"enabled": True},
                "eventBlocking": {"events": {"track": ["Noise"]}}}
    assert line.api.put("/v2/workspace/settings", settings).status == 200
    for event in ("Opened", "Opened", "Noise"):
        line.sender.track(event=event, messageId=event)
    flags = [(entry["event"]["event"], entry.get("flags")) for entry in exported(line.server)]
    assert flags == [("Opened", None), ("Opened", ["duplicate"]), ("Noise", ["blocked"])]


def test_dump_shows_no_payloads(filled):
    text = journal(filled.server, "dump").stdout
    assert len(text.splitlines()) == 4 and "events=page,track" in text
    assert "user-1" not in text


def test_check_finds_the_one_damaged_record(filled):
    assert "4 records with 5 events" in journal(filled.server, "check").stdout
    filled.server.stop()
    segment = sorted((filled.server.data / "journal").glob("seg-*"))[0]
    raw = bytearray(segment.read_bytes())
    raw[raw.index(b"user-1")] ^= 4
    segment.write_bytes(raw)
    done = pintle.run("journal", "check", "--data", filled.server.data)
    assert done.returncode == 1 and "damaged: records 2 to 2" in done.stderr
    assert "3 records with 4 events" in done.stdout


def test_check_tells_of_a_header_that_could_be_set_right(filled):
    filled.server.stop()
    segment = sorted((filled.server.data / "journal").glob("seg-*"))[0]
    raw = bytearray(segment.read_bytes())
    raw[4096 + 40] ^= 4  # in the length of the first group
    segment.write_bytes(raw)
    done = pintle.run("journal", "check", "--data", filled.server.data)
    assert done.returncode == 1 and "1 headers of groups have a wrong bit" in done.stderr
    assert "4 records with 5 events" in done.stdout


@pytest.fixture
def sealed_with_ids(line):
    """A server that has stopped, and the file of its segment's messageIds."""
    settings = {"deduplication": {"enabled": True}}
    assert line.api.put("/v2/workspace/settings", settings).status == 200
    line.sender.track()
    line.server.stop()
    ids, = (line.server.data / "journal").glob("ids-*")
    return line.server, ids


def test_stat_and_check_look_at_files_of_message_ids(sealed_with_ids):
    server, ids = sealed_with_ids
    told = json.loads(pintle.run("journal", "stat", "--json", "--data", server.data).stdout)
    assert [segment["idsBytes"] for segment in told["segments"]] == [ids.stat().st_size]
    done = pintle.run("journal", "check", "--data", server.data)
    assert done.returncode == 0 and "1 files of messageIds are whole" in done.stdout
    assert done.stderr == ""


def test_check_tells_what_is_wrong_with_a_file_of_message_ids(sealed_with_ids):
    server, ids = sealed_with_ids
    whole = ids.read_bytes()
    ids.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    damaged = pintle.run("journal", "check", "--data", server.data)
    assert damaged.returncode == 0  # nothing is lost by it
    assert "the file is damaged; the next opening makes it again" in damaged.stderr
    ids.unlink()
    missing = pintle.run("journal", "check", "--data", server.data)
    assert "there is no file; the next opening makes it" in missing.stderr
    server.start()
    server.stop()
    assert ids.read_bytes() == whole
    assert pintle.run("journal", "check", "--data", server.data).stderr == ""


def test_check_looks_at_the_files_of_cursors(filled):
    assert "1 cursors are whole" in journal(filled.server, "check").stdout
    filled.server.stop()
    files = sorted((filled.server.data / "journal").glob("cursors-*"))
    for file in files:
        file.write_bytes(file.read_bytes()[:100])  # behind the readers are zeros
    lost = pintle.run("journal", "check", "--data", filled.server.data)
    assert lost.returncode == 1 and "both snapshots of the cursors are damaged" in lost.stderr


def test_a_journal_without_its_head_is_told_from_none(filled):
    filled.server.stop()
    (filled.server.data / "journal" / "head").unlink()
    done = pintle.run("journal", "check", "--data", filled.server.data)
    assert done.returncode == 1 and "the file head is missing" in done.stderr


def test_a_pipe_in_place_of_a_segment_holds_nobody_up(filled):
    filled.server.stop()
    pipe = filled.server.data / "journal" / "seg-ffffffffffffff00"
    os.mkfifo(pipe)
    for command in "stat", "check", "dump", "export":
        done = pintle.run("journal", command, "--data", filled.server.data)
        assert done.returncode == 1 and f"{pipe}: is no regular file" in done.stderr


def test_bad_arguments_and_missing_data_are_told(server, tmp_path):
    assert "--from: must be a position" in \
        pintle.run("journal", "dump", "--from", "x", "--data", server.data).stderr
    missing = pintle.run("journal", "stat", "--data", tmp_path / "none")
    assert missing.returncode == 1 and "no data directory" in missing.stderr
