"""The runner of tests/golden.sh, which says what a case holds.
usage: golden.py TOKGATE [CASE_DIRECTORY...]"""
import atexit
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import mock_api

TESTS = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(TESTS), 'fixtures')
# Of a case, but not for the program to see.
OWN_FILES = ['args', 'stdin', 'env', 'api.json', 'setup', 'expected', 'expected.novocab', 'needs-vocab']
TIMEOUT_S = 60
# What an estimate says otherwise.
COUNTS = [(re.compile(pattern, re.MULTILINE), to) for pattern, to in (
    (rb'^ +[0-9]+ +[0-9]+ +([0-9]+|\?) (offline|estimate)? +', rb' N N N offline '),
    (rb'(about )?[0-9]+ tokens( \\?\([0-9]+ to [0-9]+\\?\))?', rb'N tokens'),
    (rb'^(tokens +)[0-9]+( \([0-9]+ to [0-9]+\))?$', rb'\1N'),
    (rb'has [0-9]+ of them', rb'has N of them'),
    (rb'uses? (about )?[0-9.]+%', rb'use N%'),
    (rb' +[0-9.]+% of', rb' N% of'),
    (rb'[0-9]+ (offline|estimated \(no vocabulary\))', rb'N offline'),
    (rb'"(offline|estimate)": [0-9]+', rb'"\1": N'),
    (rb'"(tokens|low|high|value|percent)": [0-9.]+', rb'"\1": N'),
    (rb'"origin": "estimate"', rb'"origin": "offline"'))]


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def write(path, content):
    with open(path, 'wb') as file:
        file.write(content)


def lines_of(path):
    return read(path).decode().splitlines()


def remove(folder):
    """A folder, also one that a case left without permissions."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        pass
    except OSError:
        subprocess.run(['chmod', '-R', 'u+rwX', folder], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder)


class Api:
    """Plays the case's api.json."""

    def __init__(self, path):
        self.server = mock_api.Server(('127.0.0.1', 0), mock_api.Handler, mock_api.Script.read(path))
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


class Work:
    """A place to run one case after the other in."""

    def __init__(self):
        # As long as a name of mktemp, as widths of columns depend on it.
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix='tmp.go'))
        self.case, self.home = os.path.join(self.folder, 'case'), os.path.join(self.folder, 'home')
        atexit.register(remove, self.folder)

    def prepare(self, directory):
        """The case's files and what its setup prints."""
        for old in (self.case, self.home):
            remove(old)
        shutil.copytree(directory, self.case, symlinks=True, copy_function=shutil.copy)
        os.mkdir(self.home)
        for own in OWN_FILES:
            if os.path.lexists(os.path.join(self.case, own)):
                os.remove(os.path.join(self.case, own))
        setup = os.path.join(directory, 'setup')
        if not os.path.exists(setup):
            return b''
        done = subprocess.run(['sh', setup], cwd=self.case, env={**os.environ, 'TOKGATE': tokgate},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
        return done.stdout + (b'setup failed\n' if done.returncode else b'')

    def environment(self, directory, port):
        environment = {'PATH': os.environ['PATH'], 'HOME': self.home, 'LC_ALL': 'C',
                       'XDG_CACHE_HOME': os.path.join(self.home, 'cache'),
                       'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '')}
        if port:
            environment['ANTHROPIC_BASE_URL'] = f'http://127.0.0.1:{port}'
            environment['ANTHROPIC_API_KEY'] = 'test-key'
        path = os.path.join(directory, 'env')
        if os.path.exists(path):
            environment.update(line.split('=', 1) for line in lines_of(path))
        return environment

    def shown(self, text, port):
        """Without what differs from run to run."""
        text = text.replace(self.case.encode(), b'/case').replace(self.home.encode(), b'/home')
        if port:
            text = text.replace(b'127.0.0.1:%d' % port, b'127.0.0.1:PORT')
        return re.sub(rb'^(.*?)[0-9]+ days? old', rb'\1N days old', text, flags=re.MULTILINE)

    def run(self, directory):
        """What the case's run of the program says."""
        said = self.prepare(directory)
        script, args, stdin = (os.path.join(directory, name) for name in ('api.json', 'args', 'stdin'))
        api = Api(script) if os.path.exists(script) else None
        port = api.port if api else 0
        command = [tokgate, *(lines_of(args) if os.path.exists(args) else ['check'])]
        with open(stdin if os.path.exists(stdin) else os.devnull, 'rb') as given:
            try:
                done = subprocess.run(command, cwd=self.case, env=self.environment(directory, port), stdin=given,
                                      capture_output=True, timeout=TIMEOUT_S, check=False)
                out, err = done.stdout, done.stderr
                status = done.returncode if done.returncode >= 0 else 128 - done.returncode
            except subprocess.TimeoutExpired as ended:
                out, err, status = ended.stdout or b'', ended.stderr or b'', 124
        if api:
            api.end()
        if err:
            out += b'--- stderr\n' + err
        return said + self.shown(out, port) + b'exit %d\n' % status


def hide_counts(text):
    for pattern, to in COUNTS:
        text = pattern.sub(to, text)
    return text


def expected_path(directory):
    novocab = os.path.join(directory, 'expected.novocab')
    return novocab if not has_vocab and os.path.exists(novocab) else os.path.join(directory, 'expected')


def is_expected(directory, actual):
    path = expected_path(directory)
    if not os.path.exists(path):
        return False
    expected = read(path)
    if has_vocab or path.endswith('.novocab'):
        return actual == expected
    return hide_counts(actual) == hide_counts(expected)


def update(directory, actual):
    if has_vocab:
        write(os.path.join(directory, 'expected'), actual)
    elif not is_expected(directory, actual):
        write(os.path.join(directory, 'expected.novocab'), actual)


def difference(directory, actual):
    done = subprocess.run(['diff', '-a', expected_path(directory), '-'], input=actual, capture_output=True, check=False)
    return ''.join(f'# {line}\n' for line in (done.stdout + done.stderr).decode(errors='replace').splitlines())


def try_case(directory):
    """Whether it is good, what it is called, and what is wrong."""
    name = os.path.relpath(directory, FIXTURES)
    if os.path.exists(os.path.join(directory, 'needs-vocab')) and not has_vocab:
        return True, name + ' # SKIP no vocabulary in this build', ''
    if not hasattr(here, 'work'):
        here.work = Work()
    actual = here.work.run(directory)
    if os.environ.get('UPDATE'):
        update(directory, actual)
    good = is_expected(directory, actual)
    return good, name, '' if good else difference(directory, actual)


def listed(*args):
    done = subprocess.run([tokgate, *args], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def section(title):
    """The names in that part of --help."""
    names, inside = [], False
    for line in listed('--help').splitlines():
        if line[:1] not in ('', ' '):
            inside = line.startswith(title)
        if inside and re.match('  [a-z]', line):
            names.append(line.split()[0])
    return names


def entries():
    """What the program can do, and which case each needs: list, case, what it is called, name."""
    kinds = [line.split()[0] for line in listed('rules').splitlines()]
    counters = re.search('takes one of (.*), not', listed('--count', '?'))
    return [*(('rules', case, 'the rule kind', kind) for case in ('fires', 'silent') for kind in kinds),
            *(('readers', '*', 'the reader', name) for name in section('what files can be')),
            *(('formats', '*', 'the format', name) for name in section('formats of the report')),
            *(('commands', '*', 'the command', name) for name in section('commands:') if name != 'models'),
            *(('counters', '*', 'the counter', name) for name in counters[1].split(', '))]


def say(good, what, wrong=''):
    results.append(good)
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}\n{wrong}', end='', flush=True)


tokgate, directories = os.path.abspath(sys.argv[1]), [os.path.abspath(path) for path in sys.argv[2:]]
has_vocab = not re.search('^no vocabulary', listed('--version'), re.MULTILINE)
here, results = threading.local(), []
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    cases = directories or sorted(path.rstrip('/') for path in glob.glob(FIXTURES + '/*/*/*/'))
    for result in pool.map(try_case, cases):
        say(*result)
for folder, case, what, name in entries() if not directories else []:
    has = glob.glob(os.path.join(FIXTURES, folder, name, case, 'expected'))
    say(bool(has), f'{what} {name} has {"a" if has else "no"} fixture ({case})')
print(f'1..{len(results)}')
sys.exit(not all(results))
