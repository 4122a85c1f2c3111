# SPDX-License-Identifier: Apache-2.0
"""The real binary: `pintle serve` as a child process, and its other commands."""
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

from .seeded import SEEDED
from .until import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / os.environ.get("PINTLE_BINARY", "build/pintle")
PASSWORD = "correct horse battery staple"
EMAIL = "ada@example.com"

# Loopback is not public, so tests name it; waits between tries are shortened. Whoever answers
# late was stopped by a busy machine: the server waits longer than a test does.
SETTINGS = {"egress_allow": "127.0.0.0/8", "retry_first_ms": "50", "retry_max_ms": "400",
            "request_timeout_ms": "120000", "store_timeout_ms": "120000",
            "shutdown_timeout_ms": "120000"}


def environment(settings):
    """Without settings of whoever runs the tests: an unknown one would be an error."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PINTLE_")}
    env.update({f"PINTLE_{name.upper()}": str(value) for name, value in settings.items()})
    return env


def run(*arguments, text="", settings=None, timeout=2 * PATIENCE_S):
    """Runs a command of the binary to its end: CompletedProcess with stdout and stderr."""
    done = subprocess.run([BINARY, *map(str, arguments)], input=text, text=True, timeout=timeout,
                          capture_output=True, env=environment(settings or {}), check=False)
    if "--data" in arguments[:-1]:  # behind it nothing may stand
        place = Path(arguments[arguments.index("--data") + 1]).parent
        SEEDED.add_text(place, done.stdout)
        if "--password-stdin" in arguments:
            SEEDED.add(place, "password", text.strip())
    return done


def start(*arguments, stdin):
    """Starts a command that somebody answers: Popen."""
    return subprocess.Popen([BINARY, *map(str, arguments)], stdin=stdin, text=True, bufsize=0,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment({}))


def setup(data, organization="Analytical Engines", workspace="Production", email=EMAIL):
    done = run("setup", "--organization", organization, "--workspace", workspace, "--email", email,
               "--password-stdin", "--data", data, text=PASSWORD + "\n")
    assert done.returncode == 0, done.stderr


def token_create(data, name="tests", scope="read-write", workspace="Production", email=EMAIL):
    done = run("token", "create", "--email", email, "--workspace", workspace, "--name", name,
               "--scope", scope, "--data", data)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Server:
    """One server process at a time on a data directory; may be stopped and started again."""

    def __init__(self, data, **settings):
        self.data = Path(data)
        self.settings = {**SETTINGS, **settings}
        self.lines = []
        self.url = None  # of the latest start
        self.tls_url = None  # the same, where listen_tls is set
        self.process = None
        self._is_up = False
        self._news = threading.Condition()

    def start(self, listen="127.0.0.1:0", timeout=PATIENCE_S):
        return self.launch(listen).wait_until_up(timeout)

    def launch(self, listen="127.0.0.1:0"):
        """Starts it, and does not wait until it is up."""
        self._is_up = False
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", self.data, "--listen", listen],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment(self.settings), text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        return self

    def wait_until_up(self, timeout=PATIENCE_S):
        with self._news:
            self._news.wait_for(lambda: self._is_up or self.process.poll() is not None, timeout)
        assert self._is_up, f"the server did not come up:\n{self.log}"
        SEEDED.add_server(self)
        return self

    def _read(self, process):
        for line in process.stdout:
            with self._news:
                self.lines.append(line)
                if "listening on" in line and not self._is_up:
                    urls = re.findall(r"https?://[\w.\[\]:]+:\d+", line)
                    self.url, self.tls_url = urls[0], urls[-1]
                    self._is_up = True
                self._news.notify_all()
        process.wait()
        with self._news:
            self._news.notify_all()

    @property
    def log(self):
        with self._news:
            return "".join(self.lines)

    def wait_for_line(self, pattern, timeout=PATIENCE_S):
        with self._news:
            self._news.wait_for(lambda: re.search(pattern, "".join(self.lines)), timeout)
        found = re.search(pattern, self.log)
        assert found, f"no line matches {pattern!r}:\n{self.log}"
        return found

    def stop(self):
        """SIGTERM, as a service manager sends it: the exit status. It fails when that takes as
        long as the server would wait for something at most."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return status

    def kill(self):
        """kill -9: no chance to tidy up."""
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)

    def end(self):
        """What a test's end does; a crash on the way is a failure of that test."""
        if self.process is None:
            return
        if self.process.poll() is None:
            status = self.stop()
            assert status == 0, f"exit status {status}:\n{self.log}"
        elif self.process.returncode not in (0, -signal.SIGKILL):
            raise AssertionError(f"the server died ({self.process.returncode}):\n{self.log}")
        SEEDED.check(self)

    def ignores(self, signal_number):
        """Whether the process ignores the signal, as proc_pid_status(5) tells."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"^SigIgn:\s+(\w+)", status, re.M)[1], 16) >> signal_number - 1 & 1

    def wakeups(self):
        """How often its threads have gone to sleep so far: as often as something woke them."""
        return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", path.read_text(), re.M)[1])
                   for path in Path(f"/proc/{self.process.pid}/task").glob("*/status"))
