#!/bin/sh
# Speed against stated peers, in one run on one corpus made from what the machine has: medians of five
# runs after one warm-up, and ratios. Usage: tests/bench.sh PATH_TO_TOKGATE
set -u

tokgate=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 48 MB of prose, Markdown and code; a manifest of the same texts.
find /usr/share/doc /usr/share/perl /usr/include -type f \( -name '*.md' -o -name '*.txt' -o -name 'README*' \
    -o -name copyright -o -name '*.pm' -o -name '*.h' \) -size -200k 2>/dev/null | sort |
    xargs cat 2>/dev/null | iconv -f utf-8 -t utf-8 -c | head -c 48000000 >"$work/corpus.txt"
python3 - "$work" <<'EOF'
import json, sys
text = open(sys.argv[1] + '/corpus.txt', encoding='utf-8', errors='ignore').read()
with open(sys.argv[1] + '/manifest.jsonl', 'w', encoding='utf-8') as out:
    for i, start in enumerate(range(0, len(text), 3000)):
        out.write(json.dumps({'custom_id': f'r-{i}', 'params': {'model': 'claude-sonnet-5-5', 'max_tokens': 256,
                  'messages': [{'role': 'user', 'content': text[start:start + 3000]}]}}) + '\n')
EOF

exec python3 - "$tokgate" "$work" <<'EOF'
import os, resource, shutil, statistics, subprocess, sys, time
tokgate, work = sys.argv[1:]
corpus, manifest = work + '/corpus.txt', work + '/manifest.jsonl'
env = {**os.environ, 'LC_ALL': 'C'}
print('peaks are at least those of the measuring process, about 15 MB')

def run(command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, _, usage = os.wait4(process.pid, 0)
    return time.monotonic() - start, usage.ru_maxrss / 1024

def measure(command):
    run(command)
    runs = [run(command) for _ in range(5)]
    return statistics.median(r[0] for r in runs), max(r[1] for r in runs)

def table(title, path, rows):
    size = os.path.getsize(path) / 1e6
    print(f'\n{title} ({size:.1f} MB)\n{"program":44} {"seconds":>8} {"MB/s":>8} {"peak MB":>8} {"ratio":>7}')
    base = None
    for name, command in rows:
        if not shutil.which(command[0]):
            print(f'{name:44} not installed')
            continue
        seconds, memory = measure(command)
        base = base or seconds
        print(f'{name:44} {seconds:8.3f} {size / seconds:8.0f} {memory:8.1f} {seconds / base:7.2f}')

small = work + '/small.md'
open(small, 'w').write('Answer in one sentence.\n')
offline = ['--count', 'offline', '-q']
table('one text', corpus, [
    ('wc -w (C locale)', ['wc', '-w', corpus]),
    ('tokgate count, one thread', [tokgate, 'count', *offline, '-j', '1', corpus]),
])
table('manifest, JSON lines', manifest, [
    ('jq .custom_id', ['jq', '-c', '.custom_id', manifest]),
    ('tokgate check, one thread', [tokgate, 'check', *offline, '-j', '1', manifest]),
    ('tokgate check, two threads', [tokgate, 'check', *offline, '-j', '2', manifest]),
])
table('start-up, one small prompt', small, [
    ('true', ['true']),
    ('wc -w', ['wc', '-w', small]),
    ('tokgate check', [tokgate, 'check', *offline, small]),
])
EOF
