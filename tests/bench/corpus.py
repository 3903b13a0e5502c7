"""What tests/bench.sh measures with: made from what the machine has, the same on every run of one
machine. Every function returns the path of a file in the folder `work`, and what to say of it."""
import gettext, gzip, hashlib, itertools, json, os, random

PROSE = ('.txt', '.rst', 'README', 'copyright', 'NEWS', 'changelog', '.1', '.3', '.7', '.8')
MARKDOWN = ('.md', '.markdown')
CODE = ('.py', '.h', '.pm', '.pl', '.js', '.vim', '.cmake', '.php', '.c', '.hpp', '.tcl', '.sh', '.go', '.rs',
        '.java', '.lua', '.rb', '.ts')
KINDS = {'prose': PROSE, 'Markdown': MARKDOWN, 'code': CODE}
SHARES = {'Markdown': 0.17, 'code': 0.40, 'prose': 1}  # prose takes what is left
ROOTS = ('/usr/share', '/usr/include', '/usr/lib', '/usr/local')
FILE_SIZE_MAX = 200_000


def mixed(path):
    """A fixed order that mixes packages and kinds."""
    return hashlib.sha256(path.encode(errors='surrogateescape')).digest()


def walk(folder):
    """Files, not links to them."""
    folders = [folder]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry.path


def group_of(name):
    """Kind and ending, or None. Compressed documents and manual pages count as what they hold."""
    for kind, endings in KINDS.items():
        for ending in endings:
            if name.endswith(ending) if ending[0] == '.' else name.startswith(ending):
                return kind, ending
    return None


def find_files():
    groups = {}
    for root in ROOTS:
        for path in walk(root):
            group = group_of(os.path.basename(path).removesuffix('.gz'))
            if group:
                groups.setdefault(group, []).append(path)
    return {group: sorted(paths, key=mixed) for group, paths in groups.items()}


def read_text(path, seen):
    """UTF-8 text that was not read before, else nothing."""
    try:
        if os.path.getsize(path) > FILE_SIZE_MAX:
            return b''
        with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as file:
            data = file.read(FILE_SIZE_MAX + 1)
        data.decode()
    except (OSError, EOFError, UnicodeDecodeError, gzip.zlib.error):
        return b''
    digest = hashlib.sha256(data).digest()
    if len(data) > FILE_SIZE_MAX or b'\0' in data or digest in seen:
        return b''
    seen.add(digest)
    return data


def take(groups, kind, want, seen):
    """About want bytes of one kind, in turn from each of its endings."""
    lists = [iter(paths) for (of, _), paths in sorted(groups.items()) if of == kind]
    taken, size = [], 0
    while lists and size < want:
        for paths in list(lists):
            path = next(paths, None)
            if path is None:
                lists.remove(paths)
                continue
            data = read_text(path, seen)
            taken.append((path, data))
            size += len(data)
            if size >= want:
                break
    return taken, size


def main_corpus(work, size):
    groups, seen = find_files(), set()
    taken, sizes = [], {}
    for kind, share in SHARES.items():
        some, sizes[kind] = take(groups, kind, min(size * share, size - sum(sizes.values())), seen)
        taken += some
    text = b'\n'.join(data for _, data in sorted(taken, key=lambda file: mixed(file[0])) if data)
    path = os.path.join(work, 'corpus.txt')
    text = text[:size].decode(errors='ignore').encode()  # no character cut in two at the end
    with open(path, 'wb') as file:
        file.write(text)
    parts = ', '.join(f'{kind} {part / 1e6:.1f} MB' for kind, part in sizes.items())
    other = sum(byte > 127 for byte in text[::61]) / len(text[::61])
    return path, (f'corpus: {len(text) / 1e6:.1f} MB of {len(taken)} files below {", ".join(ROOTS)}: {parts}; '
                  f'{other:.1%} non-ASCII bytes; sha256 {hashlib.sha256(text).hexdigest()[:12]}')


def head(work, source, size, name):
    path = os.path.join(work, name)
    with open(source, 'rb') as file:
        text = file.read(size).decode(errors='ignore').encode()
    with open(path, 'wb') as file:
        file.write(text)
    return path


# Languages: what programs are translated to, and words of random letters of the script.

LANGUAGES = {
    'Chinese': (('zh_CN',), [range(0x4e00, 0x9fa6)], (1, 4), ''),
    'Russian': (('ru',), [range(0x430, 0x450)], (2, 12), ' '),
    'Hindi': (('hi',), [range(0x905, 0x93a), range(0x93e, 0x94e)], (2, 9), ' '),
}


def translations(codes, size):
    """Messages of installed programs that are mostly in the script, each once; about size bytes."""
    messages, length = set(), 0
    for root, code in itertools.product(('/usr/share/locale', '/usr/share/locale-langpack'), codes):
        folder = os.path.join(root, code, 'LC_MESSAGES')
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            if length >= size:
                break
            try:
                with open(os.path.join(folder, name), 'rb') as file:
                    catalog = gettext.GNUTranslations(file)._catalog
            except (OSError, ValueError, SyntaxError, UnicodeError, KeyError, IndexError):
                continue
            some = {text for key, text in catalog.items() if key != '' and mostly_other(text)} - messages
            messages |= some
            length += sum(len(text.encode()) for text in some)
    return sorted(messages)


def mostly_other(text):
    letters = [c for c in text if c.isalpha()]
    return sum(ord(c) > 127 for c in letters) * 2 > len(letters)


def repeat(lines, size, rng):
    out, length = [], 0
    while length < size:
        rng.shuffle(lines)
        for line in lines:
            out.append(line)
            length += len(line.encode()) + 1
            if length >= size:
                break
    return '\n'.join(out)


def random_words(rng, ranges, lengths, space, size):
    letters = [chr(c) for r in ranges for c in r]
    words = [''.join(rng.choices(letters, k=rng.randint(*lengths))) for _ in range(50_000)]
    weights = list(itertools.accumulate(1 / (i + 1) for i in range(len(words))))  # as in texts: Zipf
    out, length = [], 0
    while length < size:
        line = space.join(rng.choices(words, cum_weights=weights, k=12)) + ('。\n' if not space else '.\n')
        out.append(line)
        length += len(line.encode())
    return ''.join(out)


def languages(work, size):
    """(name, path) of each text, and a line on each."""
    files, notes = [], []
    for name, (codes, ranges, lengths, space) in LANGUAGES.items():
        rng = random.Random(name)
        lines = translations(codes, size)
        distinct = sum(len(line.encode()) + 1 for line in lines)
        if distinct > 100_000:
            notes.append(f'{name}: {len(lines)} translated messages of /usr/share/locale ({distinct / 1e6:.1f} MB), '
                         f'shuffled and repeated to {size / 1e6:.0f} MB')
            files.append((name, save(work, f'{name}.txt', repeat(lines, size, rng))))
        else:
            notes.append(f'{name}: no translated messages in /usr/share/locale here, so random words alone')
        blocks = ', '.join(f'U+{r.start:04X}-{r.stop - 1:04X}' for r in ranges)
        notes.append(f'{name}, random: 50,000 words of random letters of {blocks}, drawn as Zipf says')
        files.append((f'{name}, random words', save(work, f'{name}-random.txt',
                                                   random_words(rng, ranges, lengths, space, size))))
    return files, notes


def save(work, name, text):
    path = os.path.join(work, name)
    with open(path, 'wb') as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def adversarial(work, size):
    """(name, path) of each input."""
    rng = random.Random('adversarial')
    low = 'abcdefghijklmnopqrstuvwxyz'
    family = '\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466'
    emoji = [chr(c) for c in range(0x1f600, 0x1f650)]
    spaced = rng.choices(low + low.upper() + '      ', k=size)
    texts = {
        'one letter': 'a' * size,
        'one capital': 'A' * size,
        'spaces': ' ' * size,
        'newlines': '\n' * size,
        'dashes': '-' * size,
        'dots': '.' * size,
        'apostrophes': "'" * size,
        'one digit': '7' * size,
        'random digits': ''.join(rng.choices('0123456789', k=size)),
        'marks, in order': 'e' + '\u0316' * (size // 4) + '\u0301' * (size // 4),
        'marks, out of order': 'e' + '\u0301\u0316' * (size // 4),
        'emoji': ''.join(rng.choices(emoji, k=size // 4)),
        'emoji families': family * (size // len(family.encode())),
        'random letters': ''.join(rng.choices(low, k=size)),
        'random words': ''.join(spaced),
        'random bytes': rng.randbytes(size),
    }
    return [(name, save(work, f'adversarial-{i}.txt', text)) for i, (name, text) in enumerate(texts.items())]


MODELS = ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-sonnet-5-5', 'claude-opus-5-5']
TASKS = ['Summarise the document above in five points.', 'List what is wrong with the text.', 'Translate the text to French.',
         'Is this code, prose or data? Answer with one word.', 'Extract all names as JSON.']


def documents(text, rng, number):
    """Parts of the corpus of 0.4 to 40 KB, from line to line."""
    for _ in range(number):
        at = text.index('\n', rng.randrange(len(text) - 100000)) + 1
        yield text[at:at + int(400 * 10 ** rng.uniform(0, 2))]


def entry(number, model, content, **params):
    message = {'role': 'user', 'content': content}
    return json.dumps({'custom_id': f'r-{number}', 'params': {'model': model, 'max_tokens': 256, **params, 'messages': [message]}},
                      ensure_ascii=False).encode() + b'\n'


def manifest(work, corpus, size):
    """JSON lines of size bytes, as people write them: so many documents, each cut to a length that suits, under some
    instructions (others of the documents: 3 in 5 requests have any), with one of a few tasks behind it."""
    rng = random.Random('manifest')
    with open(corpus, encoding='utf-8') as file:
        pool = list(documents(file.read(), rng, 2000))
    path = os.path.join(work, 'manifest.jsonl')
    written, number = 0, 0
    with open(path, 'wb') as file:
        while written < size:
            document = ''
            while len(document) < 2050:
                document += rng.choice(pool)
            document = document[:rng.randint(1950, 2050)] + '\n\n' + rng.choice(TASKS)
            params = {'system': rng.choice(pool)[:1000]} if rng.random() < 0.6 else {}
            written += file.write(entry(number, rng.choice(MODELS), document, **params))
            number += 1
    return path, (f'manifest: {written / 1e6:.0f} MB, {number} requests about {len(pool)} documents, the instructions of 3 in 5 '
                  'are of them too')


def manifest_of_strangers(work, corpus, size):
    """JSON lines of size bytes: the corpus in texts of 1 to 4.2 KB, over and over, never cut at the same places."""
    rng = random.Random('strangers')
    with open(corpus, encoding='utf-8') as file:
        text = file.read()
    path = os.path.join(work, 'strangers.jsonl')
    written, at, number = 0, 0, 0
    with open(path, 'wb') as file:
        while written < size:
            length = rng.randint(1000, 4240)
            written += file.write(entry(number, 'claude-sonnet-5-5', text[at:at + length]))
            number += 1
            at = at + length if at + length < len(text) else 0
    return path, f'strangers: {written / 1e6:.0f} MB, {number} requests of 1 to 4.2 KB of the corpus, hardly any passage twice'


def small_files(work, corpus):
    """A prompt of 1 KB, and three of 16 KB."""
    with open(corpus, 'rb') as file:
        sizes = [1024, 16384, 16384, 16384]
        small, *larger = [save(work, f'prompt-{i}.md', file.read(size).decode(errors='ignore'))
                          for i, size in enumerate(sizes)]
    return small, larger
