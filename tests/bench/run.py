"""The sections of tests/bench.sh: run.py TOKGATE NO_VOCABULARY_TOKGATE COUNT_DRIVER FAST_API TOOLS WORK PEERS.
Nothing is asserted: the bars of the project stand beside the numbers."""
import json, os, resource, shutil, statistics, subprocess, sys, time

import corpus
import peers

tokgate, plain, driver, fast_api, tools, work, peers_folder = sys.argv[1:]
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '../conformance'))
import memory, pace  # they drive a run against a stand-in for the API

quick = os.environ.get('BENCH_QUICK', '') not in ('', '0')
WARM = (1, 10, 100, 4000)  # requests
ROUNDS, SLOW_ROUNDS = (3, 1) if quick else (5, 3)
CORPUS, LANGUAGE, ADVERSARIAL, MANIFEST = (
    (12_000_000, 2_000_000, 4_000_000, 64_000_000) if quick else (60_000_000, 8_000_000, 8_000_000, 287_000_000))
SLICES = {'tiktoken': 2_000_000 if quick else 8_000_000, 'ctok': 200_000 if quick else 500_000}
STARTS = 60 if quick else 400
PACED, PACED_EACH, FEW, MANY = (80, 10, 1000, 4000) if quick else (2000, 150, 5000, 50000)
PEER_TIMEOUT = 4  # seconds for one adversarial input
PEERS = {'gigatoken': 'gigatoken 0.10.0, o200k', 'quicktok': 'quicktok-v1 0.4.0, o200k',
         'tiktoken': 'tiktoken 0.14.0, o200k', 'ctok': 'ctok 1.3.0, new family'}
# Other tools on such a file, 287 MB with 100,000 requests: seen once, not measured here.
PLANNERS = {'Trazum': 'crashed at 1.9 GB, as recorded', 'token-limit': 'skipped the file, as recorded',
            'repomix': 'passed it silently, as recorded'}
OFFLINE = ['--count', 'offline', '--no-config', '-q']
NEW, V3 = ['-m', 'claude-sonnet-5-5'], ['-m', 'claude-opus-4-6']
here = os.path.dirname(os.path.abspath(__file__))
# The peak of a process holds its pages of programs and libraries too.
env = {**os.environ, 'LC_ALL': 'C', 'PYTHONDONTWRITEBYTECODE': '1'}


def alternate(rounds, commands, first=1):
    """Runs of each command after the first that do not count: medians, and every wall time."""
    arguments = [word for command in commands for word in ['--', *command]]
    out = subprocess.run([os.path.join(tools, 'alternate'), str(rounds + first), '60', *arguments],
                         capture_output=True, text=True, env=env, check=True).stdout
    runs = [[] for _ in commands]
    for line in out.splitlines():
        number, *fields = line.split('\t')
        runs[int(number)].append([float(field) for field in fields])
    results = []
    for of_one in runs:
        walls, cpus, peaks, statuses = zip(*of_one[first:])
        results.append({'wall': statistics.median(walls), 'cpu': statistics.median(cpus), 'walls': walls,
                        'peak': max(peaks) / 1024, 'status': int(statuses[-1]), 'runs': rounds})
    return results


def drive(family, paths, rounds=ROUNDS):
    """Median CPU seconds by path of counting in memory, with a fresh tokenizer; empty without a vocabulary."""
    seconds = {}
    for _ in range(rounds):
        done = subprocess.run([driver, family, *paths], capture_output=True, text=True)
        for line in done.stdout.splitlines():
            time_s, _, path = line.split('\t')
            seconds.setdefault(path, []).append(float(time_s))
    return {path: statistics.median(times) for path, times in seconds.items()}


def peer_command(name, out, paths, timeout=120):
    packages = ctok_packages if name == 'ctok' else os.path.join(peers_folder, name)
    return [sys.executable, os.path.join(here, 'peer.py'), name, packages, peers_folder, out, str(timeout), *paths]


def peer_lines(out):
    """What peer.py wrote, by path."""
    lines = {}
    if os.path.exists(out):
        with open(out) as file:
            for line in map(json.loads, file):
                lines.setdefault(line['path'], []).append(line)
    return lines


def median_line(lines):
    good = [line for line in lines if 'seconds' in line]
    if not good:
        return {'error': lines[-1]['error'] if lines else 'did not start'}
    return {key: statistics.median(line[key] for line in good) for key in ('seconds', 'load', 'tokens')}


def size_of(path):
    return os.path.getsize(path) / 1e6


def times(base, result):
    """How much faster than base: the median of pairs of runs that followed each other."""
    return statistics.median(b / r for b, r in zip(base['walls'], result['walls']))


def title(text):
    print(f'\n{text}\n{"-" * len(text)}')


def head(*columns):
    print(f'{columns[0]:36}' + ''.join(f'{column:>11}' for column in columns[1:-1]) + f'  {columns[-1]}')


def row(name, *cells):
    print(f'{name:36}' + ''.join(f'{cell:>11}' for cell in cells[:-1]) + f'  {cells[-1]}', flush=True)


def remark(result, text=''):
    said = [] if result['status'] == 0 else [f'exit {result["status"]}']
    return '; '.join(said + [text] * bool(text))


def whole(size, base, result):
    return (result['runs'], f'{result["wall"]:.3f}', f'{size / result["wall"]:.1f}', f'{times(base, result):.2f}',
            f'{size / result["cpu"]:.1f}', f'{result["peak"]:.1f}')


def section_text(path):
    title(f'One text, one thread, cold: whole processes ({size_of(path):.1f} MB)')
    head('program', 'runs', 'seconds', 'MB/s', 'x wc', 'MB/CPU s', 'peak MB', 'bar, remarks')
    slices = {name: corpus.head(work, path, size, f'slice-{name}.txt') for name, size in SLICES.items()}
    wide = {'wc -w (C locale)': (['wc', '-w', path], ''),
            'tokgate count, new family': ([tokgate, 'count', *OFFLINE, *NEW, '-j', '1', path],
                                          'bar 300 MB/s, and faster than wc -w'),
            'tokgate count, v3 family': ([tokgate, 'count', *OFFLINE, *V3, '-j', '1', path], 'bar the same'),
            'tokgate without vocabulary': ([plain, 'count', *OFFLINE, *NEW, '-j', '1', path], 'an estimate')}
    outs = {name: os.path.join(work, f'out-{name}') for name in PEERS}
    results = alternate(ROUNDS, [command for command, _ in wide.values()])
    size = size_of(path)
    for (name, (_, text)), result in zip(wide.items(), results):
        row(name, *whole(size, results[0], result), remark(result, text))
    for name in ('gigatoken', 'quicktok'):
        if name not in missing:
            wc, result = alternate(SLOW_ROUNDS, [['wc', '-w', path], peer_command(name, outs[name], [path])], first=0)
            row(PEERS[name], *whole(size, wc, result), remark(result, 'with Python and its vocabulary'))
    for name in ('tiktoken', 'ctok'):
        if name in missing:
            continue
        result, = alternate(SLOW_ROUNDS, [peer_command(name, outs[name], [slices[name]])], first=0)
        line = median_line(peer_lines(outs[name]).get(slices[name], []))
        if 'error' in line:
            row(PEERS[name], *['-'] * 6, line['error'])
            continue
        start = max(result['cpu'] - line['seconds'], 0)  # does not grow with the text
        seconds = start + line['seconds'] * size / size_of(slices[name])
        row(PEERS[name], result['runs'], f'{seconds:.1f}', '-', f'{results[0]["cpu"] / seconds:.4f}',
            f'{size / seconds:.2f}', f'{result["peak"]:.1f}',
            f'extrapolated from {size_of(slices[name]):.1f} MB, in CPU time: {start:.2f} s once and '
            f'{line["seconds"]:.2f} s; peak is of that')
    for name, reason in missing.items():
        row(PEERS[name], *['-'] * 6, reason)

    title('The same, counting alone, CPU time: text in memory, vocabulary loaded, nothing remembered')
    head('program', 'MB', 'seconds', 'MB/s', 'x wc', 'load s', 'remarks')
    for family in ('new', 'v3'):
        seconds = drive(family, [path]).get(path)
        lone(f'tokenizer_count(), {family} family', size, results[0],
             {'seconds': seconds, 'load': 0} if seconds else {'error': 'no vocabulary in this build'})
    for name in PEERS:
        of = slices.get(name, path)
        line = {'error': missing[name]} if name in missing else median_line(peer_lines(outs[name]).get(of, []))
        lone(PEERS[name], size_of(of), results[0], line)


def lone(name, size, wc, line):
    if 'error' in line:
        row(name, *['-'] * 5, line['error'])
        return
    speed, base = size / line['seconds'], size_of(text_path) / wc['cpu']
    row(name, f'{size:.1f}', f'{line["seconds"]:.3f}', f'{speed:.1f}', f'{speed / base:.3f}', f'{line["load"]:.2f}',
        f'{line["tokens"]:.0f} tokens' if 'tokens' in line else '')


def cell(line, size):
    if line is None:
        return '-'
    if 'error' in line:
        return line['error'].replace('over ', '>').replace('PanicException', 'panic')[:10]
    return f'{size / line["seconds"]:.1f}'


def section_matrix(text, files, bar, rounds, with_peers):
    """A row an input: MB/s of whole processes, then of counting alone."""
    names = [name for name in ('gigatoken', 'quicktok', 'tiktoken') if name not in missing] if with_peers else []
    title(text)
    print(f'{"":36}{"whole processes":>66}{"counting alone, CPU time":>{max(26, 22 + 11 * len(names))}}')
    head('MB/s', 'wc -w', 'tokgate', 'x wc', '/CPU s', 'peak MB', 'no vocab.', 'new', 'v3', *names, f'bar {bar} MB/s')
    paths = [path for _, path in files]
    new, v3 = drive('new', paths, rounds), drive('v3', paths, rounds)
    found = {}
    for name in names:
        out = os.path.join(work, f'out-{name}-{bar}')
        subprocess.run(peer_command(name, out, paths, PEER_TIMEOUT), env=env,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found[name] = {path: median_line(lines) for path, lines in peer_lines(out).items()}
    slowest = None
    for name, path in files:
        size = size_of(path)
        count = ['count', *OFFLINE, *NEW, '-j', '1', '--format-in', 'text', path]
        wc, ours, without = alternate(rounds, [['wc', '-w', path], [tokgate, *count], [plain, *count]])
        speed = size / ours['wall']
        slowest = min(slowest or (speed, name), (speed, name))
        row(name, f'{size / wc["wall"]:.1f}', f'{speed:.1f}', f'{times(wc, ours):.2f}',
            f'{size / ours["cpu"]:.1f}', f'{ours["peak"]:.1f}', f'{size / without["wall"]:.1f}',
            *(f'{size / seconds[path]:.1f}' if path in seconds else '-' for seconds in (new, v3)),
            *(cell(found[peer].get(path), size) for peer in names), remark(ours))
    print(f'slowest: {slowest[1]}, {slowest[0]:.1f} MB/s (bar {bar})')
    for name in ('gigatoken', 'quicktok', 'tiktoken'):
        if name in missing:
            print(f'{PEERS[name]}: {missing[name]}')
    if not with_peers:
        print('peers: not in the quick mode')


def section_start(small, paths):
    title(f'Start-up: whole processes, medians of {STARTS} alternating runs')
    head('program', 'ms', '1st qu.', '3rd qu.', 'over empty', 'CPU ms', 'peak MB', 'bar, remarks')
    check = ['check', *OFFLINE, '-j', '1']
    rows = {'an empty C program': ([os.path.join(tools, 'empty')], ''),
            'tokgate --version': ([tokgate, '--version'], ''),
            'tokgate check, 1 KB': ([tokgate, *check, small], 'bar 1 ms over empty'),
            'tokgate check, 1 KB, any threads': ([tokgate, 'check', *OFFLINE, small], 'bar the same'),
            'wc -w (C locale), 3 x 16 KB': (['wc', '-w', *paths], ''),
            'tokgate check, 3 x 16 KB': ([tokgate, *check, *paths], 'start-up, and 48 KB with nothing remembered'),
            'the same, without vocabulary': ([plain, *check, *paths], '')}
    results = alternate(STARTS, [command for command, _ in rows.values()])
    for (name, (_, text)), result in zip(rows.items(), results):
        low, _, high = statistics.quantiles(result['walls'], n=4)
        # pairs of neighbouring runs: a load that comes and goes is in both
        over = statistics.median(a - b for a, b in zip(result['walls'], results[0]['walls']))
        row(name, f'{result["wall"] * 1e3:.2f}', f'{low * 1e3:.2f}', f'{high * 1e3:.2f}',
            f'{over * 1e3:.2f}', f'{result["cpu"] * 1e3:.2f}', f'{result["peak"]:.1f}', remark(result, text))


def section_manifest(path, strangers):
    title(f'Manifest of JSON lines, tokgate check ({size_of(path):.0f} MB)')
    head('program', 'runs', 'seconds', 'MB/s', 'x wc', 'MB/CPU s', 'peak MB', 'bar, remarks')
    check = ['check', *OFFLINE]
    rows = {'wc -w (C locale)': ['wc', '-w', path],
            'tokgate, one thread': [tokgate, *check, '-j', '1', path],
            'tokgate, two threads': [tokgate, *check, '-j', '2', path],
            'strangers, one thread': [tokgate, *check, '-j', '1', strangers],
            'strangers, two threads': [tokgate, *check, '-j', '2', strangers],
            'without vocabulary, one thread': [plain, *check, '-j', '1', path]}
    results = alternate(3, list(rows.values()))
    if shutil.which('jq') and not quick:
        rows['jq .custom_id'] = ['jq', '-c', '.custom_id', path]
        results += alternate(1, [rows['jq .custom_id']], first=0)
    for name, result in zip(rows, results):
        row(name, *whole(size_of(path), results[0], result), remark(result))
    if 'jq .custom_id' not in rows:
        row('jq .custom_id', *['-'] * 6, 'not in the quick mode' if quick else 'jq is not installed')
    print(f'two threads over one: {times(results[1], results[2]):.2f} x, median of pairs '
          f'(bar 1.8, on {os.cpu_count()} processors)')


def section_split(path):
    title(f'The same manifest, cut into chunks: tokgate plan --split ({size_of(path):.0f} MB)')
    head('program', 'runs', 'seconds', 'CPU s', 'peak MB', 'bar, remarks')
    out, copy = os.path.join(work, 'chunks'), os.path.join(work, 'copy')
    shell = ['sh', '-c', 'rm -rf "$0"; exec "$@"']
    rows = {'cp, then sync': ['sh', '-c', 'rm -f "$1"; cp "$0" "$1" && sync "$1"', path, copy],
            'tokgate check': [tokgate, 'check', *OFFLINE, path],
            'tokgate plan': [tokgate, 'plan', *OFFLINE, path],
            'tokgate plan --split': [*shell, out, tokgate, 'plan', '--split', out, *OFFLINE, path]}
    results = alternate(SLOW_ROUNDS, list(rows.values()))
    for name, result in zip(rows, results):
        row(name, result['runs'], f'{result["wall"]:.3f}', f'{result["cpu"]:.3f}', f'{result["peak"]:.1f}', remark(result))
    ratios = [split / (2 * cp + check) for cp, check, split in
              zip(results[0]['walls'], results[1]['walls'], results[3]['walls'])]
    print(f'split over two copies and a check: {statistics.median(ratios):.2f} x, median of rounds (bar 1.0)')
    shutil.rmtree(out, ignore_errors=True)
    os.remove(copy)


def section_plan(path):
    with open(path, 'rb') as manifest:
        requests = sum(1 for _ in manifest)
    title(f'Planning a manifest of {requests:,} requests ({size_of(path):.0f} MB), tokgate plan')
    head('program', 'runs', 'seconds', 'MB/s', 'x wc', 'MB/CPU s', 'peak MB', 'bar, remarks')
    plan = [tokgate, 'plan', '--exit-zero']
    records = os.path.join(work, 'records')
    with open(records, 'wb') as out:
        subprocess.run([tokgate, 'count', *OFFLINE, '--records', path], stdout=out, stderr=subprocess.DEVNULL, check=False)
    rows = {'wc -w (C locale)': (['wc', '-w', path], ''),
            'tokgate plan, one thread': ([*plan, *OFFLINE, '-j', '1', path], 'bar 1.6 s and 32 MB for 287 MB'),
            'tokgate plan, two threads': ([*plan, *OFFLINE, '-j', '2', path], 'bar 1.0 s'),
            'without vocabulary, one thread': ([plain, *plan[1:], *OFFLINE, '-j', '1', path], ''),
            'count --records, two threads': ([tokgate, 'count', *OFFLINE, '--records', '-j', '2', path], 'the records of it'),
            'plan --from': ([*plan, '--no-config', '-q', '--from', records],
                            f'of {size_of(records):.0f} MB of records; MB are those of the manifest')}
    results = alternate(ROUNDS, [command for command, _ in rows.values()])
    for (name, (_, text)), result in zip(rows.items(), results):
        row(name, *whole(size_of(path), results[0], result), remark(result, text))
    for name, said in PLANNERS.items():
        row(name, *['-'] * 6, said)


def paced(name, tally, seconds, bar):
    row(name, tally['counted'], f'{seconds:.2f}', f'{seconds * pace.RPM / 60 / tally["counted"]:.3f}',
        f'{100 * pace.share_of(tally):.1f} %', tally['limited'], bar)


def section_online():
    title(f'Counting online, {pace.RPM} a minute, {pace.LATENCY_S * 1000:.0f} ms: a server that enforces the limit')
    head('program', 'requests', 'seconds', 'x allowed', 'share', '429s', 'bar, remarks')
    tally, _, seconds = pace.run(tokgate, work, PACED)
    paced('tokgate', tally, seconds, 'bar 97 %, 1.05 x, 0' + (': starting is much of so short a run' if quick else ''))
    began = time.monotonic()
    tally, _, _ = pace.run_together(tokgate, work, each=PACED_EACH)
    paced(f'{pace.TOGETHER} processes with one credential', tally, time.monotonic() - began, 'bar 90 %, 0')

    with memory.FastApi(fast_api) as api:
        runs = memory.Runs(tokgate, api.base, work, FEW, MANY)
        title(f'Counting online, memory: {FEW} and {MANY} requests of 300 bytes, a server that answers at once')
        head('program', 'MB more', 'peak MB', 'bar, remarks')
        for name, mode, options in (('--count offline', 'offline', []), ('--count api --no-cache', 'api', ['--no-cache']),
                                    ('--count api', 'api', ['--cache', os.path.join(work, 'cache-growth')])):
            more, peak = runs.growth(mode, *options)
            row(name, f'{more:.1f}', f'{peak:.1f}', f'bar {memory.BAR_MB} MB over offline' if mode == 'api' else '')
        runs.fill(MANY)
        for requests in WARM:
            runs.fill(requests)
    title('Counting with a warm cache, requests of 300 bytes: times offline, nobody listens')
    head('program', 'requests', 'CPU', 'wall', 'bar, remarks')
    for requests in sorted({*WARM, MANY}):
        cpu, wall, status = runs.warm(ROUNDS * (10 if requests < 1000 else 1), requests)
        row('--count api', requests, f'{cpu:.2f}', f'{wall:.2f}', 'bar 1.2' + (f', exit {status}' if status else ''))


def section_simulate():
    title('Schedule of online calls: the simulator alone')
    head('requests', 'runs', 'seconds', 'CPU s', 'CPU us each', 'peak MB', 'bar, remarks')
    simulate = os.path.join(os.path.dirname(driver), 'simulate_driver')
    for requests, rounds, bar in ((100_000, ROUNDS, 'bar 0.2 s'), (1_000_000 if quick else 10_000_000, 1, '')):
        result = alternate(rounds, [[simulate, str(requests)]])[0]
        row(f'{requests:,}', rounds, f'{result["wall"]:.3f}', f'{result["cpu"]:.3f}',
            f'{result["cpu"] / requests * 1e6:.2f}', f'{result["peak"]:.1f}', remark(result, bar))


def busy():
    """What is said of wall times when others use the machine too."""
    return ' (others use the machine: trust CPU times and ratios)' if os.getloadavg()[0] > os.cpu_count() / 2 else ''


def machine():
    model = ''
    if os.path.exists('/proc/cpuinfo'):
        with open('/proc/cpuinfo') as file:
            model = next((line.split(':')[1].strip() for line in file if line.startswith('model name')), '')
    version = subprocess.run([tokgate, '--version'], capture_output=True, text=True).stdout.strip().replace('\n', '; ')
    print(f'{version}\n{os.cpu_count()} x {model or os.uname().machine}, load {os.getloadavg()[0]:.1f}{busy()}'
          f'{"; quick mode: smaller inputs, fewer runs" if quick else ""}')


began = time.monotonic()
os.makedirs(peers_folder, exist_ok=True)
ctok_packages, missing, notes = peers.install(
    peers_folder, 'build/vocab/packages', 'cmd/mkvocab/requirements.lock')
machine()
text_path, said = corpus.main_corpus(work, CORPUS)
language_files, language_notes = corpus.languages(work, LANGUAGE)
manifest_path, manifest_note = corpus.manifest(work, text_path, MANIFEST)
strangers_path, strangers_note = corpus.manifest_of_strangers(work, text_path, MANIFEST)
print('\n'.join([said, *language_notes, manifest_note, strangers_note, *notes,
                 'quicktok: the C++ tokenizer is "quicktok-v1" on PyPI; the PyPI project "quicktok" is another '
                 'program and is not run',
                 'MB = 1,000,000 bytes; medians of alternating runs, files in the page cache; of the peers, one run an '
                 'input in the two sections after the first',
                 '"x wc" is the median of pairs of neighbouring runs, over 1 is faster than wc; on an idle machine '
                 'MB/CPU s is MB/s']))
section_text(text_path)
section_matrix('Not ASCII, one thread, cold', language_files, 80, ROUNDS, not quick)
section_matrix('Adversarial inputs, one thread, cold', corpus.adversarial(work, ADVERSARIAL), 50,
               1 if quick else 3, not quick)
section_start(*corpus.small_files(work, text_path))
section_manifest(manifest_path, strangers_path)
section_split(manifest_path)


section_plan(manifest_path)
section_online()
section_simulate()
spent = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
print(f'\nmade in {time.monotonic() - began:.0f} s, {sum(of.ru_utime + of.ru_stime for of in spent):.0f} s of CPU; '
      f'load {os.getloadavg()[0]:.1f} at the end')
