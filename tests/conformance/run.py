"""Conformance: real prompt repositories, real manifests, generated manifests, recorded counts.

usage: run.py PATH_TO_TOKGATE SHARED_FOLDER ("" when there is none)
Speaks TAP. Tables are comments.
"""
import gzip
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time

TOKGATE = os.path.abspath(sys.argv[1])
SHARED = os.path.abspath(sys.argv[2]) if sys.argv[2] else ''
ENV = {k: v for k, v in os.environ.items() if not k.startswith('ANTHROPIC_')}
ran = 0
failed = 0


def ok(passed, what, *why):
    global ran, failed
    ran += 1
    print(f"{'ok' if passed else 'not ok'} {ran} - {what}", flush=True)
    if not passed:
        failed += 1
        for line in why:
            print(f'# {line}')


def skip(what, why):
    global ran
    ran += 1
    print(f'ok {ran} - {what} # SKIP {why}')


def tokgate(arguments, cwd, timeout=60):
    """Exit status, output, errors and seconds; a hang is status None."""
    start = time.monotonic()
    try:
        done = subprocess.run([TOKGATE, *arguments], cwd=cwd, env=ENV, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, b'', b'', timeout
    return done.returncode, done.stdout, done.stderr, time.monotonic() - start


def is_sane(status, err):
    """Ended by itself with a documented status; every line on stderr is one of ours."""
    lines = err.decode('utf-8', 'replace').splitlines()
    return status in (0, 1, 2, 3) and all(line.startswith('tokgate: ') for line in lines)


def files_below(top):
    for directory, _, names in sorted(os.walk(top)):
        for name in sorted(names):
            path = os.path.join(directory, name)
            if os.path.isfile(path):
                yield os.path.relpath(path, top)


def every_file_accounted(top, files):
    """Each file, given by name, is counted or refused with a sentence: the names of those that are not."""
    seen = set()
    for start in range(0, len(files), 200):
        part = ['./' + name for name in files[start:start + 200]]
        status, out, err, _ = tokgate(['count', '--count', 'offline', '--format', 'jsonl', *part], top)
        if not is_sane(status, b''):
            return [f'exit {status} on files from {part[0]}']
        seen.update(json.loads(line)['path'] for line in out.splitlines())
        for line in err.decode('utf-8', 'replace').splitlines():
            seen.update(name for name in part if name + ':' in line)
    return ['neither counted nor refused: ' + name for name in files if './' + name not in seen]


def check_repositories(work):
    with tarfile.open(os.path.join(SHARED, 'inputs/prompts.tar.xz')) as archive:
        archive.extractall(work, filter='data') if hasattr(tarfile, 'data_filter') \
            else archive.extractall(work)
    top = os.path.join(work, 'prompts')
    print('# repository                     files requests   seconds (check, offline)')
    for name in sorted(os.listdir(top)):
        repository = os.path.join(top, name)
        status, out, err, seconds = tokgate(['check', '--count', 'offline', '--format', 'json'], repository)
        nothing = status == 2 and b'nothing to check' in err
        ok(is_sane(status, err) and (nothing or status in (0, 1)), f'{name}: check of the whole repository',
           f'exit {status}', err[:500])
        summary = json.loads(out)['summary'] if out else {'files': 0, 'requests': 0}
        print(f"# {name:28} {summary['files']:8} {summary['requests']:8} {seconds:9.3f}")
        missing = every_file_accounted(repository, list(files_below(repository)))
        ok(not missing, f'{name}: every file is counted or refused with a sentence', *missing[:10])


def check_manifests():
    top = os.path.join(SHARED, 'inputs/batches')
    for name in files_below(top):
        status, out, err, _ = tokgate(['check', '--count', 'offline', '--format', 'json', name], top)
        said = out and (json.loads(out)['summary']['requests'] or json.loads(out)['findings'])
        ok(is_sane(status, err) and status in (0, 1) and said, f'{name}: counted or refused', f'exit {status}',
           err[:300])


FAULT_RULES = {  # fault of the generator: the rule that finds it
    'no_max_tokens': 'max-tokens', 'zero_max_tokens': 'max-tokens', 'huge_max_tokens': 'max-tokens',
    'empty_text': 'invalid-request', 'bad_role': 'invalid-request', 'lone_surrogate': 'invalid-request',
}


def check_generated(work):
    repositories = os.path.join(work, 'prompts')
    for form in ('json', 'jsonl', 'concat'):
        path = os.path.join(work, f'generated-{form}.{"json" if form == "json" else "jsonl"}')
        subprocess.run([sys.executable, os.path.join(SHARED, 'inputs/gen_manifest.py'), '--requests', '2000',
                        '--format', form, '--seed', '7', '--repos', repositories, '--faults',
                        ','.join(FAULT_RULES), '-o', path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        status, out, err, seconds = tokgate(['check', '--count', 'offline', '--format', 'json', path], work)
        report = json.loads(out) if out else {'findings': [], 'summary': {'requests': 0}}
        ok(status == 1 and not err, f'generated {form}: checked', f'exit {status}', err[:300])
        ok(report['summary']['requests'] == 2000, f'generated {form}: all 2000 requests are counted',
           report['summary']['requests'])
        rules = {finding['rule'] for finding in report['findings']}
        ok(set(FAULT_RULES.values()) <= rules, f'generated {form}: the faults are found', sorted(rules))
        print(f'# generated {form}: {os.path.getsize(path) / 1e6:.1f} MB in {seconds:.2f} s')


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0


def recorded(name):
    with gzip.open(os.path.join(SHARED, 'counting', name), 'rt', encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def check_recorded(work, name, group, mean_limit, coverage_limit):
    """The estimate against recorded true counts: its error as a table, guarded against getting worse."""
    rows = recorded(name)
    path = os.path.join(work, name + '.jsonl')
    with open(path, 'w', encoding='utf-8') as out:
        for i, row in enumerate(rows):
            out.write(json.dumps({'custom_id': str(i), 'params': row['request']}) + '\n')
    status, out, err, _ = tokgate(['count', '--count', 'offline', '--format', 'jsonl', path], work)
    counts = {int(c['custom_id']): c for c in map(json.loads, out.splitlines())}
    ok(status == 0 and len(counts) == len(rows), f'{name}: every recorded request is counted',
       f'exit {status}, {len(counts)} of {len(rows)}', err[:300])
    groups = {}
    for i, row in enumerate(rows):
        if i in counts:
            for key in (group(row), 'all'):
                groups.setdefault(key, []).append((row['input_tokens'], counts[i]))
    print(f'# {name:38} rows  mean %   p95 %   max %  in band  band +-%')
    for key in sorted(groups, key=lambda k: (k == 'all', k)):
        pairs = groups[key]
        errors = [abs(c['tokens'] - true) * 100 / true for true, c in pairs]
        inside = [c['low'] <= true and (c['high'] is None or true <= c['high']) for true, c in pairs]
        widths = [(c['high'] - c['low']) * 50 / true for true, c in pairs if c['high'] is not None]
        print(f'# {key:38} {len(pairs):4} {sum(errors) / len(errors):7.2f} {percentile(errors, .95):7.2f} '
              f'{max(errors):7.1f} {sum(inside) * 100 / len(inside):7.1f}% {percentile(widths, .5):9.1f}')
    # a request with parts that nobody can count (server tools, PDFs) has only a lower bound, and an
    # image, until its size is read, only the bounds of its model
    errors = [abs(counts[i]['tokens'] - row['input_tokens']) * 100 / row['input_tokens']
              for i, row in enumerate(rows)
              if i in counts and counts[i]['high'] is not None and row['kind'] != 'media']
    inside = [c['low'] <= true and (c['high'] is None or true <= c['high']) for true, c in groups['all']]
    mean, coverage = sum(errors) / len(errors), sum(inside) * 100 / len(inside)
    ok(mean <= mean_limit, f'{name}: mean error at most {mean_limit} % without images and open ends', f'{mean:.2f} %')
    ok(coverage >= coverage_limit, f'{name}: at least {coverage_limit} % inside the band', f'{coverage:.1f} %')


def main():
    if not SHARED:
        for what in ('prompt repositories', 'manifests', 'generated manifests', 'recorded texts',
                     'recorded requests'):
            skip(what, 'the shared inputs are not here (set TOKGATE_SHARED)')
        print(f'1..{ran}')
        return 0
    with tempfile.TemporaryDirectory() as work:
        check_repositories(work)
        check_manifests()
        check_generated(work)
        check_recorded(work, 'recorded-texts.jsonl.gz', lambda row: row['family'], 4, 99)
        check_recorded(work, 'recorded-requests.jsonl.gz',
                       lambda row: f"{row['family']} {row['kind']}", 9, 96)
    print(f'1..{ran}')
    return 1 if failed else 0


sys.exit(main())
