#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the list in constant_time_test.c against the source: each file that compares secrets is in
it, and none compares what has the name of a secret with something that stops early."""
import pathlib
import re
import unittest

SOURCE = pathlib.Path(__file__).resolve().parent.parent
LISTED = re.compile(r"^//   ([\w/]+\.c) ", re.M)
COMPARES = re.compile(r"\b(?:hash_equal|crypto_pwhash\w*_verify)\(|"
                      r"hash_sha256\(value\w*(?:\[TOKEN\]\.text)?\.data")
STOPS_EARLY = re.compile(
    r"\b(?:str_eq\w*|memcmp|strn?cmp)\((?:[^();{]|\([^()]*\))*?"
    r"\b\w*(?:token|secret|passwo|passphrase|csrf|digest|cookie|write_key|credential)")
OWN = {"codec/hash.c"}  # the comparison itself
# file: what stands there and is no secret.
KNOWN = {
    "access/token.c": "a checksum over what was sent",
    "api/resources/access_import_plan.c": "names of tokens",
    "workspace/sources.c": "write keys of two rows of the store",
}


def files():
    for path in sorted(SOURCE.rglob("*.c")):
        if not path.name.endswith("_test.c"):
            yield str(path.relative_to(SOURCE)), path.read_text()


class Paths(unittest.TestCase):
    def test_each_file_that_compares_secrets_is_listed(self):
        listed = set(LISTED.findall((SOURCE / "api/constant_time_test.c").read_text()))
        found = {name for name, text in files() if COMPARES.search(text)} - OWN
        self.assertEqual(found, listed)

    def test_nothing_with_the_name_of_a_secret_is_compared_otherwise(self):
        found = {name for name, text in files() if STOPS_EARLY.search(text)}
        self.assertEqual(found, set(KNOWN))


if __name__ == "__main__":
    unittest.main()
