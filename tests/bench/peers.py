"""The peers of tests/bench.sh from PyPI: fetched with pip into a folder each, wheels only, and what
they need to count. peers.py FOLDER LOCK installs them; each that cannot be had has a reason."""
import base64, hashlib, os, shutil, struct, subprocess, sys

# What is measured: newer versions on purpose only. The C++ tokenizer quicktok is "quicktok-v1" on PyPI;
# the PyPI project "quicktok" is another program (Rust, undocumented), and is not run.
VERSIONS = {
    'tiktoken': ['tiktoken==0.14.0'],
    'gigatoken': ['gigatoken==0.10.0'],
    'quicktok': ['quicktok-v1==0.4.0'],
}
O200K_URL = 'https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken'
O200K_SHA256 = '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d'  # as tiktoken 0.14.0 has it


def pip(target, arguments):
    """None, or why it failed."""
    command = [sys.executable, '-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check',
               '--timeout', '10', '--retries', '1', '--only-binary=:all:', '--target', target + '.new', *arguments]
    shutil.rmtree(target + '.new', ignore_errors=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return 'pip did not end within 120 s'
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith('ERROR')] or [done.stderr.strip()]
        return 'pip: ' + said[-1].removeprefix('ERROR: ')[:160]
    shutil.rmtree(target, ignore_errors=True)
    os.rename(target + '.new', target)
    return None


def install(folder, ctok_packages, lock):
    """Reasons by name of what cannot be had, and what else there is to say."""
    missing, notes = {}, []
    for name, wanted in VERSIONS.items():
        target, stamp = os.path.join(folder, name), ' '.join(wanted) + ' ' + sys.version
        stamp_path = os.path.join(target, 'bench-stamp')
        if os.path.exists(stamp_path) and open(stamp_path).read() == stamp:
            continue
        missing[name] = pip(target, wanted)
        if not missing[name]:
            with open(stamp_path, 'w') as file:
                file.write(stamp)
    # ctok as the build fetches it, or, where it did not (a tarball), in the same way.
    target = os.path.join(folder, 'ctok')
    if os.path.isdir(os.path.join(ctok_packages, 'ctok')):
        target = ctok_packages
    elif not os.path.isdir(os.path.join(target, 'ctok')):
        missing['ctok'] = pip(target, ['--no-deps', '--require-hashes', '--ignore-requires-python', '-r', lock])
    missing = {name: reason for name, reason in missing.items() if reason}
    vocabulary, note = o200k(folder)
    notes.append(note)
    if not vocabulary:
        for name in ('tiktoken', 'gigatoken'):
            missing.setdefault(name, f'installed, but without its vocabulary: {note}')
    return target, missing, notes


def o200k(folder):
    """Path of o200k_base.tiktoken, or None, and a note where it comes from."""
    path = os.path.join(folder, 'o200k_base.tiktoken')
    if is_o200k(path):
        with open(path + '.from') as file:
            return path, file.read()
    note = download(path)
    if not is_o200k(path):
        note += rebuild(path, os.path.join(folder, 'quicktok', 'quicktok', 'data', 'o200k.vocab'))
    if not is_o200k(path):
        return None, note
    with open(path + '.from', 'w') as file:
        file.write(note)
    # tiktoken's documented cache: TIKTOKEN_CACHE_DIR, files named by the hash of their address
    cache = os.path.join(folder, 'tiktoken-cache')
    os.makedirs(cache, exist_ok=True)
    shutil.copy(path, os.path.join(cache, hashlib.sha1(O200K_URL.encode()).hexdigest()))
    return path, note


def is_o200k(path):
    if not os.path.exists(path):
        return False
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest() == O200K_SHA256


def download(path):
    import urllib.request
    try:
        with urllib.request.urlopen(O200K_URL, timeout=10) as answer, open(path, 'wb') as file:
            shutil.copyfileobj(answer, file)
        return f'o200k_base: downloaded from {O200K_URL}'
    except OSError as error:
        return f'o200k_base: the download of {O200K_URL} failed ({getattr(error, "reason", error)})'


def rebuild(path, vocab):
    """The same file out of the copy that the package quicktok-v1 brings; the hash decides."""
    try:
        with open(vocab, 'rb') as file:
            data = file.read()
        rows, at = [], 4
        for _ in range(struct.unpack_from('<I', data)[0]):
            size, = struct.unpack_from('<H', data, at)
            rank, = struct.unpack_from('<I', data, at + 2 + size)
            rows.append((rank, data[at + 2:at + 2 + size]))
            at += 6 + size
    except (OSError, struct.error) as error:
        return f', and quicktok-v1 brings no copy ({error})'
    with open(path, 'wb') as file:
        file.writelines(base64.b64encode(piece) + b' %d\n' % rank for rank, piece in sorted(rows))
    if not is_o200k(path):
        return ', and the copy in quicktok-v1 is another vocabulary'
    return '; written out of the copy that quicktok-v1 brings: SHA-256 is the one tiktoken asks for'
