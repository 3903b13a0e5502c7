"""The part of rules/schema that repeats the rule kinds, made from `tokgate rules --format json`.

usage: schema.py PATH_TO_TOKGATE [--update]
Without --update: exits 1 when a schema differs from what the program says.
"""
import json
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'rules/schema'
TYPES = {
    'bool': {'type': 'boolean'},
    'bytes': {'$ref': '#/$defs/bytes'},
    'count': {'$ref': '#/$defs/count'},
    'duration': {'$ref': '#/$defs/duration'},
    'percent': {'$ref': '#/$defs/percent'},
    'tokens': {'$ref': '#/$defs/tokens'},
    'usd': {'$ref': '#/$defs/usd'},
}


def definition(kind):
    scope = {'$ref': '#/$defs/scope'} if kind['has_pool_scope'] else \
        {'const': 'request', 'description': 'the only scope of this rule; it need not be said'}
    properties = {'rule': {'const': kind['name']}, 'files': {'$ref': '#/$defs/globs'},
                  'severity': {'$ref': '#/$defs/severity'}, 'scope': scope}
    for option in kind['options']:
        properties[option['name']] = {**TYPES[option['type']], 'description': option['help']}
    return {'title': kind['name'], 'description': kind['summary'], 'type': 'object',
            'properties': properties, 'required': ['rule'], 'additionalProperties': False}


def main():
    kinds = json.loads(subprocess.run([sys.argv[1], 'rules', '--format', 'json'], check=True,
                                      capture_output=True).stdout)['rules']
    names = [kind['name'] for kind in kinds]
    same = True
    for name in ('tokgate', 'check', 'plan'):
        path = FOLDER / f'{name}.schema.json'
        before = path.read_text(encoding='utf-8')
        schema = json.loads(before)
        definitions = schema['$defs']
        if name != 'tokgate':
            definitions['finding']['properties']['rule']['enum'] = names
        else:
            listed = schema['properties']['rules']['items']
            for old in [item['$ref'].split('/')[-1] for item in listed['oneOf']]:
                definitions.pop(old, None)
            listed['oneOf'] = [{'$ref': f'#/$defs/{kind}'} for kind in names]
            definitions['waiver']['properties']['rule']['enum'] = names
            definitions.update({kind['name']: definition(kind) for kind in kinds})
            schema['$defs'] = dict(sorted(definitions.items()))
        after = json.dumps(schema, indent=2, ensure_ascii=False) + '\n'
        same = same and after == before
        if '--update' in sys.argv:
            path.write_text(after, encoding='utf-8')
    return 0 if same or '--update' in sys.argv else 1


sys.exit(main())
