# SPDX-License-Identifier: Apache-2.0
"""Holds every recorded API exchange against api/openapi.yaml, and remembers what was exercised."""
import json
import re

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from .server import ROOT

METHODS = {"get", "post", "put", "patch", "delete"}


def pointer(*keys):
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class Operation:
    def __init__(self, contract, path, method, body):
        self.contract, self.path, self.method, self.body = contract, path, method, body
        self.id = body["operationId"]
        self.is_remote = body["x-auth"] != ["local"]
        self.at = pointer("paths", path, method)
        self.is_refused_always = min(map(str, body["responses"])) > "299"
        self.was_exercised = False

    def response(self, status):
        """Where the description of this status stands, and what it is."""
        found = self.body["responses"].get(str(status))
        assert found, f"{self.id}: status {status} is not described"
        if "$ref" in found:
            at = found["$ref"].removeprefix("#")
            return at, self.contract.look_up(at)
        return self.at + pointer("responses", str(status)), found


class Contract:
    def __init__(self, path=ROOT / "api/openapi.yaml"):
        self.document = yaml.safe_load(path.read_text())
        resource = DRAFT202012.create_resource(self.document)
        self.registry = Registry().with_resource("urn:api", resource)
        self.operations = [
            Operation(self, path, method, body)
            for path, item in self.document["paths"].items()
            for method, body in item.items() if method in METHODS]
        self.shapes = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$"),
                        path, op)
                       for op in self.operations for path in (op.path, *op.body.get("x-also", []))]

    def look_up(self, at):
        value = self.document
        for key in at.split("/")[1:]:
            value = value[key.replace("~1", "/").replace("~0", "~")]
        return value

    def find(self, method, target):
        """The operation, or None; exact paths go before those with parameters."""
        path = target.split("?")[0].replace("/v2/v2/", "/v2/", 1)
        found = [(pattern.count("{"), op) for shape, pattern, op in self.shapes
                 if shape.match(path) and op.method == method.lower()]
        return min(found, key=lambda pair: pair[0], default=(0, None))[1]

    def validate(self, at, value, what):
        schema = {"$ref": "urn:api#" + at}
        errors = list(Draft202012Validator(schema, registry=self.registry).iter_errors(value))
        assert not errors, f"{what}: {errors[0].json_path}: {errors[0].message}"

    def check(self, method, target, request_body, answer, counts=True):
        """Fails when the exchange is not as described. counts: as exercising the operation."""
        what = f"{method} {target} → {answer.status}"
        assert answer.headers["X-Request-Id"], f"{what}: no X-Request-Id"
        operation = self.find(method, target)
        if not operation:
            assert answer.status in (400, 401, 403, 404, 405, 503), f"{what}: not described"
            if answer.body:
                kind = "ScimError" if target.startswith("/scim/") else "Error"
                self.validate(f"/components/schemas/{kind}", answer.json(), what)
            return
        at, response = operation.response(answer.status)
        self.check_body(at, response, answer, what)
        if answer.status < 300 or answer.status == 403 and operation.is_refused_always:
            operation.was_exercised |= counts
            content = operation.body.get("requestBody", {}).get("content", {})
            if request_body and answer.status < 300 and "application/json" in content:
                self.validate(operation.at + pointer("requestBody", "content",
                                                     "application/json", "schema"),
                              json.loads(request_body), f"request of {what}")

    def check_body(self, at, response, answer, what):
        content = response.get("content")
        if not content:
            assert answer.body == b"", f"{what}: a body where none is described"
            return
        media = (answer.headers["Content-Type"] or "").split(";")[0]
        assert media in content, f"{what}: Content-Type {media!r}"
        if media.endswith("json"):
            self.validate(at + pointer("content", media, "schema"), answer.json(), what)

    def never_exercised(self):
        return sorted(op.id for op in self.operations if op.is_remote and not op.was_exercised)


CONTRACT = Contract()
