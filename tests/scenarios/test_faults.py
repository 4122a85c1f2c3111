# SPDX-License-Identifier: Apache-2.0
"""Things that go wrong around the server: a clear message, the right code, nothing lost."""
import os
import shutil
import sqlite3
import subprocess
from urllib.parse import urlsplit

import pytest

from harness import server as pintle
from harness.api import Api
from harness.server import BINARY, environment
from harness.until import PATIENCE_S, until


def refusal(*arguments, settings=None, **popen):
    """Runs `serve`, which must end by itself; its status and what it says."""
    done = subprocess.run([BINARY, "serve", "--listen", "127.0.0.1:0", *map(str, arguments)],
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False,
                          stdin=subprocess.DEVNULL, env=environment(settings or {}), **popen)
    assert done.returncode > 0, (done.returncode, done.stderr)
    return done.returncode, done.stdout + done.stderr


def test_port_in_use(server, tmp_path):
    taken = urlsplit(server.url).netloc
    status, said = refusal("--data", tmp_path / "other", "--listen", taken)
    assert status == 1 and taken in said and "in use" in said


def test_data_directory_in_use(server):
    status, said = refusal("--data", server.data)
    assert status == 1 and str(server.data) in said and "another pintle process" in said
    assert Api(server, pintle.token_create(server.data)).get("/v2/workspace").status == 200


def test_unknown_settings(tmp_path):
    status, said = refusal("--data", tmp_path / "d", "--lisen", "x")
    assert status == 2 and "lisen" in said
    status, said = refusal("--data", tmp_path / "d", settings={"retry_frist_ms": 1})
    assert status == 2 and "PINTLE_RETRY_FRIST_MS" in said
    status, said = refusal("--data", tmp_path / "d", settings={"retry_first_ms": "soon"})
    assert status == 2 and "whole number" in said
    config = tmp_path / "pintle.conf"
    config.write_text("# ours\nretry_max_ms = 5\nbogus = 1\n")
    status, said = refusal("--data", tmp_path / "d", "--config", config)
    assert status == 2 and "line 3" in said and "bogus" in said
    assert not (tmp_path / "d").exists()
    for setting in ("egress_allow", "trusted_proxies", "metrics_allow"):
        status, said = refusal("--data", tmp_path / "d", settings={setting: "10.0.0.0/99"})
        assert status > 0 and f'{setting}: "10.0.0.0/99"' in said


@pytest.mark.parametrize("setting, value", [
    ("api_threads", 1000), ("body_limit_bytes", 1 << 30), ("journal_segment_bytes", 0),
    ("journal_queue_bytes", 0), ("store_timeout_ms", 99), ("event_limit_window_ms", 0),
    ("drain_delay_ms", 10**17), ("retry_max_ms", 10**17), ("journal_retention_ms", -1)])
def test_numbers_that_cannot_be_are_refused_by_name(tmp_path, setting, value):
    status, said = refusal("--data", tmp_path / "d", settings={setting: value})
    assert status == 2 and said.startswith(f"pintle: PINTLE_{setting.upper()}: must be from")
    assert not (tmp_path / "d").exists()


def test_a_segment_has_whole_pages(tmp_path):
    status, said = refusal("--data", tmp_path / "d",
                           settings={"journal_segment_bytes": (1 << 20) + 1})
    assert status == 1 and "journal_segment_bytes: must be a multiple of 4096" in said
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("url", ["events.example.com", "ftp://example.com",
                                 "https://example.com/?a=b", "https://example.com/#top"])
def test_a_public_url_that_no_link_can_be_made_of(tmp_path, url):
    status, said = refusal("--data", tmp_path / "d", "--public-url", url)
    assert status == 1 and "public_url: must" in said


def test_links_are_made_of_a_public_url_that_ends_with_a_slash(make_server):
    server = make_server(is_set_up=False, public_url="https://pintle.example.com/")
    server.wait_for_line(r"https://pintle\.example\.com/setup#")


def test_listening_beyond_loopback_needs_a_word(tmp_path):
    status, said = refusal("--data", tmp_path / "d", "--listen", "0.0.0.0:0")
    assert status > 0 and "insecure" in said


def test_unusable_data_directories(tmp_path):
    (tmp_path / "file").write_text("I am not a directory")
    status, said = refusal("--data", tmp_path / "file")
    assert status == 1 and "file" in said
    status, said = refusal("--data", tmp_path / "file" / "below")
    assert status == 1 and "below" in said
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o700)
    if os.geteuid() == 0:
        locked.parent.chmod(0o755)
        os.chown(locked, 1, 1)
        status, said = refusal("--data", locked, user=65534, group=65534, extra_groups=[])
    else:
        locked.chmod(0)
        status, said = refusal("--data", locked)
        locked.chmod(0o700)
    assert status == 1 and "ermission denied" in said


@pytest.fixture
def two_directories(tmp_path):
    for name in ("one", "two"):
        pintle.setup(tmp_path / name)
        server = pintle.Server(tmp_path / name).start()
        Api(server, pintle.token_create(server.data)).create_webhook(
            "https://example.com", config={"headers": [{"from": "X", "to": "sealed"}]})
        server.end()
    return tmp_path / "one", tmp_path / "two"


@pytest.mark.parametrize("part", ["journal", "pintle.db", "id"])
def test_mixed_data_directories_are_refused(two_directories, part):
    one, two = two_directories
    for name in (part, part + "-wal", part + "-shm"):
        if (one / name).is_dir():
            shutil.rmtree(one / name)
            shutil.copytree(two / name, one / name)
        elif (one / name).exists():
            (one / name).unlink()
        if (two / name).is_file():
            shutil.copy(two / name, one / name)
    status, said = refusal("--data", one)
    assert status == 1 and "another data directory" in said, said


def test_wrong_key(two_directories):
    one, two = two_directories
    mine = (one / "secret.key").read_bytes()
    shutil.copy(two / "secret.key", one / "secret.key")
    status, said = refusal("--data", one)
    assert status == 1 and "key" in said
    status, said = refusal("--data", one, "--secret-key-file", one / "nothing here")
    assert status == 1 and "nothing here" in said
    (one / "secret.key").write_bytes(mine)
    pintle.Server(one).start().end()


def test_newer_formats_are_refused_naming_both(two_directories):
    one, two = two_directories
    text = (one / "id").read_text()
    (one / "id").write_text(text.replace("format 1", "format 99"))
    status, said = refusal("--data", one)
    assert status == 1 and "99" in said and "1" in said and "newer" in said
    with sqlite3.connect(two / "pintle.db") as store:
        store.execute("UPDATE meta SET value = CAST('99' AS BLOB) WHERE name = 'format'")
    store.close()
    status, said = refusal("--data", two)
    assert status == 1 and "99" in said and "newer" in said


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 MiB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs the right to mount a small disk: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(path, leave_bytes):
    stat = os.statvfs(path)
    size = stat.f_bavail * stat.f_frsize - leave_bytes
    with open(path / "filler", "wb") as file:
        for _ in range(size // 65536):
            file.write(b"\0" * 65536)


@pytest.mark.parametrize("left", [4 << 20, 0])
def test_full_disk(small_disk, make_server, line_of, left):
    server = make_server(small_disk / "data", start=False, journal_segment_bytes=1 << 20,
                         journal_reserve_bytes=8 << 20)
    line = line_of(server.start())
    kept = [line.sender.track(user=f"u{n % 3}") for n in range(5)]
    line.receiver.wait_accepted_ids(kept)
    fill(small_disk, leave_bytes=left)

    refused = 0

    def send(message_id, size=200_000):
        answer = line.sender.post("/v1/track", {"userId": "a", "messageId": message_id,
                                                "event": "E", "properties": {"p": "x" * size}})
        assert answer.status in (200, 503), answer
        if answer.status == 200:
            kept.append(message_id)
        return answer.status

    for number in range(1000):
        if (refused := refused + (send(f"big-{number}") == 503)) == 3:
            break
    assert refused == 3
    assert line.api.get("/v2/sources").status == 200  # the rest goes on
    (small_disk / "filler").unlink()
    until(lambda: send("after", size=1) == 200)
    line.receiver.wait_accepted_ids(kept)
    line.server.kill()
    line.server.start()
    assert send("after the kill", size=1) == 200
    line.receiver.wait_accepted_ids(kept)
    line.server.end()
    line.server.process = None  # the disk goes now
