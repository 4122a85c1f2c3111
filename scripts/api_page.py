# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI documents (management and ingestion) as one, and that one as a page to read. The page
needs nothing from outside; without its script it lacks search, copying and colours by choice."""
import json
import shlex
from html import escape
from pathlib import Path
from urllib.parse import quote

import yaml

METHODS = ("get", "put", "post", "patch", "delete")
API = Path(__file__).resolve().parent.parent / "api"
PARTS = (API / "ingest.yaml", API / "openapi.yaml")
PAGE_FILES = {"/docs/page.css": API / "page.css", "/docs/page.js": API / "page.js"}
CALLERS = {"session": "people who are signed in", "token": "access tokens", "none": "anybody",
           "write-key": "write keys", "local": "commands on the same machine"}
EFFECTS = {"read": "reads", "write": "changes something"}
DEPTH_MAX = 6  # of an example


def sources():
    """What the documents and the page are made of."""
    return (*PARTS, *PAGE_FILES.values(), API / "page.html", Path(__file__).resolve())


def merged():
    """Both documents in one; a name may stand for one thing only."""
    ingest, management = (yaml.safe_load(path.read_text("utf-8")) for path in PARTS)
    whole = {**management, "tags": ingest["tags"] + management["tags"]}
    whole["info"] = {**management["info"], "title": "Pintle API"}
    pairs = [(ingest["paths"], management["paths"])] + [
        (ingest["components"].get(kind, {}), things)
        for kind, things in management["components"].items()]
    for mine, others in pairs:
        for name in mine.keys() & others.keys():
            assert mine[name] == others[name], f"{name} is described twice, differently"
    whole["paths"] = {**ingest["paths"], **management["paths"]}
    tags = {tag["name"] for tag in whole["tags"]}
    used = {tag for item in whole["paths"].values() for method in METHODS if method in item
            for tag in item[method].get("tags", ["nothing"])}
    assert used <= tags, f"no `tags:` of a document has {', '.join(used - tags)}"
    whole["components"] = {kind: {**ingest["components"].get(kind, {}), **things}
                           for kind, things in management["components"].items()}
    return whole


def prose(text):
    """Paragraphs; what stands between backticks is code."""
    parts = escape((text or "").strip(), quote=False).split("`")
    marked = "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))
    return "".join(f"<p>{paragraph}</p>" for paragraph in marked.split("\n\n") if paragraph)


def table(head, rows):
    if not rows:
        return ""
    heads = "".join(f"<th>{name}</th>" for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def code(text):
    return f"<code>{escape(str(text), quote=False)}</code>"


def heading(tag):
    """What a part of the page is called: a tag, or a better word where there is one."""
    return {"sdk": "SDK", "later": "Not yet"}.get(tag, tag.capitalize())


class Document:
    def __init__(self, root):
        self.root = root

    def follow(self, thing):
        while isinstance(thing, dict) and "$ref" in thing:
            found = self.root
            for step in thing["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            thing = found
        return thing if isinstance(thing, dict) else {}

    def shape(self, schema):
        """A schema in a few words; named ones lead to where they are described."""
        schema = schema if isinstance(schema, dict) else {}  # true: anything
        if "$ref" in schema:
            name = escape(schema["$ref"].split("/")[3])  # of #/components/schemas/NAME/…
            return f'<a href="#schema-{name}">{name}</a>'
        for word in ("oneOf", "anyOf", "allOf"):
            if word in schema:
                joint = " and " if word == "allOf" else " or "
                return joint.join(self.shape(part) for part in schema[word])
        if not {"enum", "const", "type"} & schema.keys():
            return "anything"
        if "enum" in schema or "const" in schema:
            return " or ".join(map(code, schema.get("enum", [schema.get("const")])))
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        words = ["list of " + self.shape(schema.get("items")) if kind == "array" else escape(kind)
                 for kind in kinds]
        return " or ".join(words)

    def properties(self, schema):
        needed = schema.get("required", [])
        return table(("Key", "Value", ""), [
            (code(name) + (" *" if name in needed else ""), self.shape(value),
             prose(self.follow(value).get("description")))
            for name, value in schema.get("properties", {}).items()])

    def content(self, holder):
        bodies = self.follow(holder).get("content", {})
        words = dict.fromkeys(self.shape(body.get("schema")) for body in bodies.values())
        texts = [example["value"] for body in bodies.values()
                 for example in body.get("examples", {}).values()]
        return ", ".join(words) + "".join(f"<br>{code(text)}" for text in texts)

    def sample(self, schema, depth=0):
        """A value that the schema allows, with what it requires."""
        schema = self.follow(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self.sample(schema[word][0], depth)
        for key in ("const", "default", "example"):
            if key in schema:
                return schema[key]
        for key in ("enum", "examples"):
            if schema.get(key):
                return schema[key][0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "array":
            full = schema.get("minItems") and depth < DEPTH_MAX
            return [self.sample(schema.get("items"), depth + 1)] if full else []
        if kind == "object":
            shown = schema.get("required", []) if depth < DEPTH_MAX else []
            return {name: self.sample(schema.get("properties", {}).get(name), depth + 1)
                    for name in shown}
        return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True,
                "null": None}.get(kind, "…")

    def body_sample(self, operation):
        body = self.follow(operation.get("requestBody", {})).get("content", {})
        given = body.get("application/json")
        return None if given is None else given.get("example", self.sample(given.get("schema")))

    def curl(self, method, path, parameters, operation):
        """With $PINTLE for the address, and $TOKEN or $WRITE_KEY for who calls."""
        shown = [one for one in parameters
                 if one["in"] == "query" and (one.get("required") or "example" in one)]
        query = "&".join(f"{one['name']}=" + (
            "$WRITE_KEY" if one["name"] == "writeKey" else quote(one.get("example", "…"), "…"))
                         for one in shown)
        lines = ["curl" + ("" if method == "get" else f" -X {method.upper()}") +
                 f' "$PINTLE{path}{"?" if query else ""}{query}"']
        schemes = [name for one in operation.get("security", self.root["security"]) for name in one]
        if "bearerAuth" in schemes:
            lines.append('-H "Authorization: Bearer $TOKEN"')
        elif "writeKey" in schemes:
            lines.append('-u "$WRITE_KEY:"')
        lines += [f"-H '{one['name']}: …'" for one in parameters
                  if one["in"] == "header" and one.get("required")]
        sample = self.body_sample(operation)
        if sample is not None:
            lines += ["-H 'Content-Type: application/json'",
                      "-d " + shlex.quote(json.dumps(sample, ensure_ascii=False))]
        return " \\\n  ".join(lines)

    def needs(self, operation):
        callers = operation["x-auth"]
        words = [f"For {', '.join(CALLERS[one] for one in callers)}."]
        if operation["x-permission"] != "none":
            words.append(f"Needs {code(operation['x-permission'])}.")
        words.append(f"It {EFFECTS[operation['x-effect']]}.")
        return f'<p class="needs">{" ".join(words)}</p>'

    def operation(self, method, path, shared, operation):
        parameters = [self.follow(one) for one in shared + operation.get("parameters", [])]
        rows = [(code(one["name"]) + (" *" if one.get("required") else ""),
                 one["in"] + ": " + self.shape(one.get("schema")), prose(one.get("description")))
                for one in parameters]
        if "requestBody" in operation:
            rows.append(("body", self.content(operation["requestBody"]), ""))
        answers = [(code(status), self.content(answer),
                    prose(self.follow(answer).get("description")))
                   for status, answer in operation["responses"].items()]
        says = escape(operation.get("summary") or operation["operationId"], quote=False)
        also = "".join(f" {code(one)}" for one in operation.get("x-also", []))
        curl = ""
        if operation["x-auth"] != ["local"]:
            text = escape(self.curl(method, path, parameters, operation), quote=False)
            curl = f'<div class="curl"><pre>{text}</pre></div>'
        return (f'<details id="{escape(operation["operationId"])}"><summary>'
                f'<b class="{method}">{method.upper()}</b> {code(path)} '
                f"<span>{says}</span></summary>"
                f"{self.needs(operation)}{prose(operation.get('description'))}"
                f"{'<p>Also at' + also + '.</p>' if also else ''}{curl}"
                f"{table(('Parameter', 'Value', ''), rows)}{table(('Answer', 'Body', ''), answers)}"
                "</details>\n")

    def section(self, tag):
        name = escape(tag["name"])
        shown = "".join(self.operation(method, path, item.get("parameters", []), item[method])
                        for path, item in self.root["paths"].items() for method in METHODS
                        if tag["name"] == item.get(method, {}).get("tags", [""])[0])
        return (f'<section id="part-{name}"><h2>{heading(name)}</h2>'
                f"{prose(tag.get('description'))}{shown}</section>\n")

    def schemas(self):
        shown = "".join(
            f'<details id="schema-{escape(name)}"><summary>{code(name)}</summary>'
            f"{prose(schema.get('description'))}"
            f"{self.properties(schema) or '<p>' + self.shape(schema) + '</p>'}</details>\n"
            for name, schema in self.root["components"]["schemas"].items())
        return f'<section id="part-bodies"><h2>Bodies</h2><p>* must be there</p>{shown}</section>'

    def page(self):
        tags = self.root["tags"]
        names = [escape(tag["name"]) for tag in tags]
        links = "".join(f'<li><a href="#part-{name}">{heading(name)}</a></li>'
                        for name in names)
        return (API / "page.html").read_text("utf-8").format(
            title=escape(self.root["info"]["title"]),
            description=prose(self.root["info"].get("description")),
            links=links + '<li><a href="#part-bodies">Bodies</a></li>',
            body="".join(map(self.section, tags)) + self.schemas())


def files():
    """Path, content type and bytes of what the server has of this."""
    whole = merged()
    as_json = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    as_yaml = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True, width=100)
    yield "/docs", "text/html; charset=utf-8", Document(whole).page().encode()
    yield "/openapi.json", "application/json", as_json.encode()
    yield "/openapi.yaml", "application/yaml", as_yaml.encode()
    for path, file in PAGE_FILES.items():
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        yield path, f"{kind}; charset=utf-8", file.read_bytes()
