#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The route table's generator: what it makes, and what it refuses."""
import importlib.machinery
import importlib.util
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True


def load_generator():
    path = str(ROOT / "scripts/gen-routes")
    loader = importlib.machinery.SourceFileLoader("gen_routes", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("gen_routes", loader))
    loader.exec_module(module)
    return module


GEN = load_generator()
WORDS = {"none": "PERMISSION_NONE", "sources.read": "PERMISSION_SOURCES_READ"}


def operation(**changed):
    row = {"operationId": "listSources", "x-permission": "sources.read", "x-effect": "read",
           "x-auth": ["session", "token"]}
    row.update({key.replace("_", "-"): value for key, value in changed.items()})
    return {key: value for key, value in row.items() if value is not None}


def tables(path="/v2/sources", method="get", **changed):
    return GEN.tables({"paths": {path: {method: operation(**changed)}}}, WORDS)


class GenRoutes(unittest.TestCase):
    def test_an_operation_becomes_a_row(self):
        operations, _, _ = tables()
        self.assertEqual(operations, [("list_sources", "PERMISSION_SOURCES_READ", "EFFECT_READ",
                                       "CALLER_SESSION | CALLER_TOKEN", "WORKSPACE_REQUIRED",
                                       "false", "FEATURE_NONE", "handle_list_sources")])

    def test_an_operation_may_hang_on_a_switch(self):
        self.assertEqual(tables(x_feature="GROUPS")[0][0][-2:],
                         ("FEATURE_GROUPS", "handle_list_sources"))
        with self.assertRaisesRegex(GEN.Bad, "x-feature"):
            tables(x_feature="groups")

    def test_what_comes_later_shares_one_handler(self):
        header = (ROOT / "src/access/feature.h").read_text(encoding="utf-8")
        later = GEN.later_features(header)
        self.assertIn("SCIM", later)
        self.assertNotIn("GROUPS", later)
        document = {"paths": {f"/v2/{name}": {"get": operation(operationId=name)
                                              | {"x-feature": "SCIM"}} for name in "ab"}}
        rows = GEN.tables(document, WORDS, later)
        self.assertEqual([row[-1] for row in rows[0]], ["handle_later"] * 2)
        self.assertEqual(GEN.render(*rows).count("HANDLER(handle_later)"), 1)
        with self.assertRaises(GEN.Bad):
            GEN.later_features("")

    def test_every_switch_is_documented_and_can_be_set(self):
        header = (ROOT / "src/access/feature.h").read_text(encoding="utf-8")
        words = re.findall(r"    X\((\w+), \"", header)
        page = (ROOT / "docs/access-api.md").read_text(encoding="utf-8")
        described = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.M))
        prose = dict(re.findall(r"X\((\w+), \"(.*)\"\)", header))
        self.assertEqual({word: described.get(word) for word in words}, prose)
        document = (ROOT / "api/openapi.yaml").read_text(encoding="utf-8")
        self.assertIn("enum: [" + ", ".join(words) + "]", document)

    def test_paths_below_v2_are_doubled(self):
        _, routes, _ = tables()
        self.assertEqual([route[2] for route in routes], ["/v2/sources", "/v2/v2/sources"])
        _, routes, _ = tables(path="/getUser")
        self.assertEqual([route[2] for route in routes], ["/getUser"])

    def test_local_operations_are_not_reachable_over_http(self):
        _, routes, local = tables(path="/local/x", method="post", x_auth=["local"])
        self.assertEqual((routes, [row[2] for row in local]), ([], ["/local/x"]))
        _, routes, local = tables(x_auth=["none", "local"])
        self.assertEqual((len(routes), len(local)), (2, 1))

    def test_bodies_are_limited_where_there_is_one(self):
        self.assertEqual(tables()[1][0][3], 0)
        self.assertEqual(tables(requestBody={})[1][0][3], 1 << 20)
        limited = operation(requestBody={}) | {"x-body-limit-bytes": 8192}
        _, routes, _ = GEN.tables({"paths": {"/v2/x": {"post": limited}}}, WORDS)
        self.assertEqual(routes[0][3], 8192)

    def test_what_is_not_declared_is_refused(self):
        for missing in ("operationId", "x-permission", "x-effect", "x-auth"):
            row = operation()
            del row[missing]
            with self.assertRaisesRegex(GEN.Bad, f"get /v2/x: {missing} is missing"):
                GEN.tables({"paths": {"/v2/x": {"get": row}}}, WORDS)

    def test_unknown_words_are_refused(self):
        for key, value in (("x_permission", "sources.eat"), ("x_effect", "maybe"),
                           ("x_auth", ["cookie"]), ("x_workspace", "some"), ("x_auth", [])):
            with self.assertRaises(GEN.Bad, msg=key):
                tables(**{key: value})

    def test_an_id_used_twice_is_refused(self):
        document = {"paths": {"/v2/a": {"get": operation()}, "/v2/b": {"get": operation()}}}
        with self.assertRaisesRegex(GEN.Bad, "used twice"):
            GEN.tables(document, WORDS)

    def test_what_people_may_ask_can_be_open_to_commands_too(self):
        _, routes, local = tables(path="/v2/sources/{id}", x_auth=["session", "local"])
        self.assertEqual((len(routes), [row[2] for row in local]), (2, ["/v2/sources/{id}"]))

    def test_permissions_are_read_from_the_header(self):
        header = (ROOT / "src/access/access.h").read_text(encoding="utf-8")
        self.assertEqual(GEN.permissions(header)["sources.read"], "PERMISSION_SOURCES_READ")
        with self.assertRaises(GEN.Bad):
            GEN.permissions("")


if __name__ == "__main__":
    unittest.main()
