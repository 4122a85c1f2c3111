# SPDX-License-Identifier: Apache-2.0
"""The program on the command line."""
import os
import re
import subprocess

import pytest

from harness import server as pintle
from harness.server import ROOT
from harness.until import PATIENCE_S, until

COMMANDS = [["serve"], ["setup"], ["token", "create"], ["token", "list"], ["token", "revoke"],
            ["token", "simulate"], ["audit", "verify"], ["user", "reset-password"],
            *(["member", word] for word in ("list", "show", "set-role", "remove")),
            *(["group", word] for word in ("list", "show", "create", "delete", "add", "remove")),
            ["key", "rotate"], ["policy", "show"], ["policy", "set"], ["settings"]]


def test_help_names_every_command():
    done = pintle.run("--help")
    assert done.returncode == 0 and done.stderr == ""
    for command in COMMANDS:
        assert re.search(rf"^  {' '.join(command)} ", done.stdout, re.M), command


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(command):
    done = pintle.run(*command, "--help")
    assert done.returncode == 0 and done.stderr == ""
    assert f"pintle {' '.join(command)}" in done.stdout and "--data" in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 160


def test_wrong_usage_is_told_apart():
    for arguments in ([], ["dance"], ["serve", "--dance"], ["serve", "--data"], ["serve", "here"],
                      ["setup"], ["token"]):
        done = pintle.run(*arguments)
        assert done.returncode == 2 and done.stderr, arguments
        assert done.stdout == "", arguments


@pytest.mark.parametrize("question", [["token", "--help"], ["help", "token"]])
def test_a_group_of_commands_explains_itself(question):
    done = pintle.run(*question)
    assert done.returncode == 0 and done.stderr == ""
    assert "token create" in done.stdout and "member list" not in done.stdout


def test_a_slip_is_told_with_what_there_is():
    for slip in (["token"], ["token", "dance"]):
        told = pintle.run(*slip).stderr
        assert told.startswith(f"pintle: there is no command `{' '.join(slip)}`\n"), slip
        assert "token create" in told and "member list" not in told
    assert pintle.run("dance").stderr == ("pintle: there is no command `dance`\n"
                                          "`pintle --help` tells the commands.\n")


@pytest.mark.parametrize("command", ["token list", "audit verify", "config export",
                                     "journal stat", "journal check", "key rotate"])
def test_a_data_directory_that_is_not_there(command, tmp_path):
    done = pintle.run(*command.split(), "--data", tmp_path / "none")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == (f"pintle: {tmp_path / 'none'}: there is no data directory here; "
                           "--data names another one\n")
    assert not (tmp_path / "none").exists()


def test_version():
    for word in ("--version", "version"):
        assert re.fullmatch(r"pintle \d+\.\d+\.\d+\n", pintle.run(word).stdout)


def test_settings_tell_where_they_come_from(tmp_path):
    config = tmp_path / "pintle.conf"
    config.write_text("window_events = 7\nretry_max_ms = 8\nretry_first_ms = 9\n")
    done = pintle.run("settings", "--retry-first-ms", "1", "--config", config,
                      settings={"retry_first_ms": 2, "retry_max_ms": 3})
    told = dict(line.split(None, 1) for line in done.stdout.splitlines())
    assert told["retry_first_ms"].split() == ["1", "(flag)"]
    assert told["retry_max_ms"].split() == ["3", "(environment)"]
    assert told["window_events"].split() == ["7", "(file)"]
    assert told["listen"].split() == ["127.0.0.1:8080", "(default)"]


def test_the_settings_page_is_what_the_program_says():
    page = (ROOT / "docs/settings.md").read_text()
    assert page == pintle.run("settings", "--markdown").stdout


@pytest.mark.parametrize("arguments", [["--version"], ["serve", "--help"], ["settings"]],
                         ids=" ".join)
def test_what_could_not_be_printed_was_not_done(arguments):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([pintle.BINARY, *arguments], stdout=full, stderr=subprocess.PIPE,
                              env=pintle.environment({}), text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "pintle: output: cannot be written\n")


def test_no_file_takes_the_place_of_a_stream_that_is_missing(tmp_path):
    """As a service manager that closes all descriptors starts a server."""
    pintle.setup(tmp_path / "data")
    command = 'exec "$0" serve --data "$1" --listen 127.0.0.1:0 <&- >&- 2>&-'
    server = subprocess.Popen(["sh", "-c", command, pintle.BINARY, tmp_path / "data"],
                              env=pintle.environment({}))
    until((tmp_path / "data/control.sock").exists)  # before that a command would take the lock
    until(lambda: pintle.run("member", "list", "--data", tmp_path / "data").returncode == 0)
    streams = [os.readlink(f"/proc/{server.pid}/fd/{number}") for number in range(3)]
    server.terminate()
    assert (streams, server.wait(PATIENCE_S)) == (["/dev/null"] * 3, 0)
