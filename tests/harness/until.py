# SPDX-License-Identifier: Apache-2.0
"""Waiting for something that announces itself to nobody."""
import time

# How long a test waits for what must come. Nothing is measured with it: a machine that is busy
# with other things may stop any process for many seconds.
PATIENCE_S = 60


def until(ask, timeout=PATIENCE_S, pause=0.05):
    """Asks until the answer is true; that answer."""
    end = time.monotonic() + timeout
    while not (answer := ask()):
        assert time.monotonic() < end, f"not within {timeout} s"
        time.sleep(pause)
    return answer
