#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes TypeScript types from the OpenAPI document: one type per schema, one row per operation.

usage: api-types.py OPENAPI.YAML OUT.TS
"""

import re
import sys

import yaml

HEAD = """\
// Generated from api/openapi.yaml by tools/api-types.py. Do not edit.
/* eslint-disable */
"""
METHODS = ('get', 'post', 'put', 'patch', 'delete')
PLAIN = {'string': 'string', 'integer': 'number', 'number': 'number', 'boolean': 'boolean',
         'null': 'null'}


class Types:
    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while isinstance(node, dict) and '$ref' in node:
            target = self.document
            for part in node['$ref'].removeprefix('#/').split('/'):
                target = target[part]
            node = target
        return node

    def text(self, schema, depth=0):
        """The TypeScript type of a schema, indented as the body of depth braces."""
        if schema is None or schema is True:
            return 'unknown'
        if '$ref' in schema:
            name = schema['$ref'].split('/')
            if name[-2] == 'schemas':
                return identifier(name[-1])
            return self.text(self.resolve(schema), depth)
        plain = self.combined(schema, depth) or self.single(schema, depth)
        return f'{plain} | null' if schema.get('nullable') else plain

    def combined(self, schema, depth):
        if 'const' in schema:
            return literal(schema['const'])
        if 'enum' in schema:
            return ' | '.join(literal(value) for value in schema['enum'])
        for key, joint in (('oneOf', ' | '), ('anyOf', ' | '), ('allOf', ' & ')):
            if key in schema:
                parts = [self.text(part, depth) for part in schema[key]]
                if schema.get('properties'):
                    parts.append(self.object(schema, depth))
                return '(' + joint.join(parts) + ')'
        return None

    def single(self, schema, depth):
        kind = schema.get('type', 'object' if 'properties' in schema else None)
        if isinstance(kind, list):
            return ' | '.join(self.single({**schema, 'type': one}, depth) for one in kind)
        if kind == 'array':
            return f'Array<{self.text(schema.get("items"), depth)}>'
        if kind == 'object':
            return self.object(schema, depth)
        return PLAIN.get(kind, 'unknown')

    def object(self, schema, depth):
        properties = schema.get('properties') or {}
        if not properties:
            values = schema.get('additionalProperties')
            inner = self.text(values, depth) if isinstance(values, dict) else 'unknown'
            return f'Record<string, {inner}>'
        required = set(schema.get('required') or ())
        pad = '    ' * (depth + 1)
        lines = []
        for name, value in properties.items():
            mark = '' if name in required else '?'
            lines.append(f'{pad}{key(name)}{mark}: {self.text(value, depth + 1)};')
        return '{\n' + '\n'.join(lines) + '\n' + '    ' * depth + '}'

    def parameters(self, path_item, operation, place):
        fields, has_required = [], False
        for parameter in (path_item.get('parameters') or []) + (operation.get('parameters') or []):
            parameter = self.resolve(parameter)
            if parameter['in'] != place:
                continue
            has_required |= bool(parameter.get('required'))
            mark = '' if parameter.get('required') else '?'
            fields.append(f'{key(parameter["name"])}{mark}: {self.text(parameter.get("schema"))}')
        return '{ ' + '; '.join(fields) + ' }' if fields else 'undefined'

    def content(self, node):
        content = (self.resolve(node) or {}).get('content') or {}
        for media, value in content.items():
            if 'json' in media:
                return self.text(value.get('schema'), 2)
        return 'string' if content else 'undefined'

    def reply(self, operation):
        for status, response in operation.get('responses', {}).items():
            if str(status).startswith('2'):
                return self.content(response)
        return 'undefined'


def identifier(name):
    return re.sub(r'\W', '_', name)


def key(name):
    return name if re.fullmatch(r'[A-Za-z_$][\w$]*', name) else literal(name)


def literal(value):
    if isinstance(value, str):
        return "'" + value.replace('\\', '\\\\').replace("'", "\\'") + "'"
    if value is None:
        return 'null'
    return str(value).lower() if isinstance(value, bool) else str(value)


def schemas(types):
    for name, schema in (types.document.get('components', {}).get('schemas') or {}).items():
        yield f'export type {identifier(name)} = {types.text(schema)};\n'


def operations(types):
    yield '// What each operation takes and answers; the key is method and path.'
    yield 'export type Operations = {'
    for path, item in types.document['paths'].items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            yield f"    {literal(method.upper() + ' ' + path)}: {{"
            yield f"        path: {types.parameters(item, operation, 'path')};"
            yield f"        query: {types.parameters(item, operation, 'query')};"
            yield f"        body: {types.content(operation.get('requestBody') or {})};"
            yield f"        reply: {types.reply(operation)};"
            yield '    };'
    yield '};'


def constant(value, depth=0):
    """A literal of TypeScript."""
    inner, outer = '    ' * (depth + 1), '    ' * depth
    if isinstance(value, dict):
        rows = ''.join(f'{inner}{key(name)}: {constant(item, depth + 1)},\n'
                       for name, item in value.items())
        return '{\n' + rows + outer + '}'
    if isinstance(value, list):
        return '[' + ', '.join(literal(item) for item in value) + ']'
    return literal(value)


def audit_log(types):
    rows = {name: {'title': row['title'], 'actions': row['actions']}
            for name, row in types.document['x-audit-log'].items()}
    yield '// What is in the audit log: the types of targets, and what happens to them.'
    yield f'export const auditLog = {constant(rows)};\n'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding='utf-8') as file:
        types = Types(yaml.safe_load(file))
    text = '\n'.join([HEAD, *schemas(types), *audit_log(types), *operations(types)]) + '\n'
    with open(sys.argv[2], 'w', encoding='utf-8') as file:
        file.write(text)


if __name__ == '__main__':
    main()
