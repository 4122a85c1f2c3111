# SPDX-License-Identifier: Apache-2.0
"""Every token, password, session and link that a run gives out or sends, and whether one of them is
found where none may stand: in a server's log or any file of its data directory. Exchanges and
commands are watched (wire.py, asking.py, server.py); a server is searched when it ends."""
import base64
import json
import re
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

# Members of bodies that hold a secret; a link holds it behind the #.
MEMBERS = {"token", "password", "currentPassword", "newPassword", "csrfToken"}
HAS_MEMBER = re.compile(rb'"(?:token|\w*[pP]assword|csrfToken|link|setupLinks)"')
GIVEN = re.compile(r"\bptl_(?:pat|sat)_[0-9A-Za-z]{49}\b")
LINK = re.compile(r"#token=([\w.~-]{20,})")
GONE = b"No such file or directory"  # another server may be at work in the same directory
LENGTH_MIN = 12  # what is shorter stands everywhere by chance
LOG = "the log"
SETUP_LINK = "setup link"  # is printed there at the first start


def core(secret):
    """What to look for: of long ones a part in the middle, as a part too gives much away."""
    return secret[8:40] if len(secret) >= 43 else secret


def coded(secret):
    """As it stands in Base64, wherever it begins there; without what its neighbours decide."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        yield text[(0, 2, 3)[before]:-1]


def members(value):
    """Secrets in JSON, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from members(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in MEMBERS and isinstance(item, str):
                yield name, item
            elif name == "link" and isinstance(item, str):
                yield from (("link", found) for found in LINK.findall(item))
            else:
                yield from members(item)


def parsed(body):
    try:
        return json.loads(body) if body and HAS_MEMBER.search(body) else None
    except ValueError:
        return None


class Seeded:
    """Secrets by the directory that the data directories of a test stand in: of a copy or a backup
    they are the same."""

    def __init__(self):
        self.secrets = defaultdict(dict)  # place → secret → what it is
        self.allowed = defaultdict(set)  # place → what a test has put there
        self.places = {}  # host and port of a server → place
        self.leaks, self.servers, self.files, self.size = [], 0, 0, 0

    def count(self):
        return sum(map(len, self.secrets.values()))

    def add(self, place, what, secret):
        if len(secret) >= LENGTH_MIN and "\n" not in secret:
            self.secrets[place].setdefault(secret, what)

    def allow(self, server, secret):
        """A test has put it there itself."""
        self.allowed[server.data.parent].add(secret)

    def add_text(self, place, text):
        """What a command has printed."""
        for secret in GIVEN.findall(text):
            self.add(place, "token", secret)
        for secret in LINK.findall(text):
            self.add(place, "link", secret)

    def add_server(self, server):
        place = server.data.parent
        for url in (server.url, server.tls_url):
            self.places[urlsplit(url).netloc] = place
        for secret in re.findall(r"/setup#(?:token=)?(\S+)", server.log):
            self.add(place, SETUP_LINK, secret)

    def add_exchange(self, url, body, headers, answer):
        """Of requests only what the server may have kept or looked up: not nonsense it refused."""
        place = self.places.get(urlsplit(url).netloc)
        if not place:
            return
        for name, secret in members(parsed(answer.body)):
            self.add(place, name, secret)
        for cookie in re.findall(r"pintle_session=([^;]+)", answer.headers["Set-Cookie"] or ""):
            self.add(place, "session", cookie)
        if answer.status in (400, 404, 413, 415, 431):
            return
        for name, secret in members(parsed(body)):
            self.add(place, name, secret)
        sent = str((headers or {}).get("Authorization", ""))
        if answer.status < 300 and sent.startswith("Bearer "):
            self.add(place, "token", sent.removeprefix("Bearer "))

    def patterns(self, place):
        """What to look for → the secret it gives away."""
        found = {}
        for secret, what in self.secrets[place].items():
            found[core(secret)] = secret
            if what in ("token", "link", "session"):
                found.update((text, secret) for text in coded(core(secret)))
        return found

    def search(self, server):
        """(where, secret) for each secret in the log, or in a file of the data directory."""
        place = server.data.parent
        patterns = self.patterns(place)
        if not patterns or not server.data.exists():
            return set()
        with tempfile.NamedTemporaryFile("w", prefix="pintle-log-") as log:
            log.write(server.log)
            log.flush()
            found = grep(patterns, server.data, Path(log.name))
            self.note(server)
        return {(LOG if path == log.name else str(Path(path).relative_to(server.data)),
                 patterns[pattern]) for path, pattern in found}

    def note(self, server):
        files = [path for path in server.data.rglob("*") if path.is_file()]
        self.servers, self.files = self.servers + 1, self.files + len(files)
        self.size += len(server.log) + sum(map(size_of, files))

    def check(self, server):
        """At a server's end."""
        place = server.data.parent
        leaks = []
        for where, secret in sorted(self.search(server)):
            what = self.secrets[place][secret]
            if secret not in self.allowed[place] and (what, where) != (SETUP_LINK, LOG):
                leaks.append(f"{what} {secret[:12]}… stands in {where} of {server.data}")
        self.leaks += leaks
        assert not leaks, "\n".join(leaks)


def size_of(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def grep(patterns, *paths):
    """(path, pattern) of all that is found: GNU grep looks for thousands at once."""
    done = subprocess.run(
        ["grep", "-rFaoHZ", "-f", "-", "--", *paths], input="\n".join(patterns).encode(),
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, capture_output=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if GONE not in line]
    assert done.returncode in (0, 1) or not complaints, complaints
    return {tuple(line.decode().split("\0", 1)) for line in set(done.stdout.splitlines())}


SEEDED = Seeded()
