# SPDX-License-Identifier: Apache-2.0
"""Programs of tests/clients, each a small module with the client it is about as a dependency."""
import os
import shutil
import subprocess
import sys

from .server import ROOT
from .until import PATIENCE_S

CLIENTS = ROOT / "tests/clients"
OUT = ROOT / "tests/out/clients"


def go_build(client, name, *how):
    """Builds with `go HOW` into the file `name`, which it returns. Go keeps what it has built."""
    OUT.mkdir(parents=True, exist_ok=True)
    verb, *rest = how
    done = subprocess.run(["go", verb, "-buildvcs=false", "-o", OUT / name, *rest],
                          cwd=CLIENTS / client, capture_output=True, text=True, timeout=600,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return OUT / name


def run_client(program, *arguments, timeout=2 * PATIENCE_S, **settings):
    """What it prints; settings are environment variables, the only RUDDERSTACK_ ones."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith("RUDDERSTACK_")}
    done = subprocess.run([program, *arguments], env={**env, **settings}, capture_output=True,
                          text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python_install(client):
    """The Python of an environment with the client's requirements.txt; made when that changes."""
    wanted, folder = CLIENTS / client / "requirements.txt", OUT / f"{client}-venv"
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        for command in ([sys.executable, "-m", "venv", "--clear", folder],
                        [folder / "bin/pip", "install", "--quiet", "--requirement", wanted]):
            done = subprocess.run(command, capture_output=True, text=True, timeout=600,
                                  check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        shutil.copy(wanted, stamp)
    return folder / "bin/python"
