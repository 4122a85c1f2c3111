# SPDX-License-Identifier: Apache-2.0
"""The last test of a whole run (conftest.py puts it there)."""
from harness.contract import CONTRACT


def test_every_operation_was_exercised():
    assert CONTRACT.never_exercised() == []
