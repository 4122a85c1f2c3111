# SPDX-License-Identifier: Apache-2.0
"""Waiting for something that announces itself to nobody."""
import time


def until(ask, timeout=15, pause=0.05):
    """Asks until the answer is true; that answer."""
    end = time.monotonic() + timeout
    while not (answer := ask()):
        assert time.monotonic() < end, f"not within {timeout} s"
        time.sleep(pause)
    return answer
