"""Build tool: the vocabulary package (ctok) -> one compact table, embedded in the binary.

    mkvocab.py PACKAGES AUTOMATON OUT

PACKAGES is the folder where pip unpacked what requirements.lock names, AUTOMATON the program of
automaton.c. The layout of OUT is that of struct vocab_header in src/count/offline/vocab.h; both
sides change together. The same packages
give the same bytes, whatever Python runs this: Unicode data that differs between Pythons is
corrected to Unicode 15.1 by unicode_15_1.txt (the recorded counts do not tell 14.0 to 17.0 apart;
15.1 is what the package was measured with).

What the C code takes for granted about pieces is checked here: a vocabulary that breaks it is
refused, not miscounted.
"""

import gc
import importlib
import os
import struct
import subprocess
import sys
import types
import unicodedata

VERSION = 3
UNICODE = (15, 1, 0)
FAMILIES = ("v3", "v4.7")

# One byte each in the trie; no UTF-8 text holds them.
BOW, EOW, SHIFT, CAPS, PREFIX = 0xF8, 0xF9, 0xFA, 0xFB, 0xFC

# enum char_class and enum char_kind of src/count/offline/chars.h, and the flags of its traits.
CLASSES = {"wordy": 0, "digit": 1, "punct": 2, "space": 3, "hard": 4}
KIND_LETTER, KIND_NUMBER, KIND_PUNCT = range(3)
(FLAG_STRAY, FLAG_UPPER, FLAG_LOWER, FLAG_CASELESS, FLAG_BORDER, FLAG_SELECTOR, FLAG_DIGIT_BORDER,
 FLAG_DECIMAL, FLAG_OTHER_NUMBER, FLAG_NFC, FLAG_DROPPED, FLAG_SPACE, FLAG_QUOTE, FLAG_KEEPS_CASE,
 FLAG_NO_CAPITAL, FLAG_SARA_AM) = (1 << i for i in range(16))

LADDER_LEN = 256


def refuse(text):
    sys.exit(f"mkvocab: {text}")


# ---- Unicode 15.1, whatever the Python ----------------------------------------------------------


def read_corrections():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "unicode_15_1.txt")
    corrections = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if not line.startswith("#"):
                first, last, category, combining, changes = line.split()
                for c in range(int(first, 16), int(last, 16) + 1):
                    corrections[chr(c)] = (category, int(combining), changes == "yes")
    return corrections


def pinned_unicodedata(corrections):
    """A module that answers as Unicode 15.1 does, for the package to import."""
    module = types.ModuleType("unicodedata")
    module.normalize = unicodedata.normalize

    def category(c):
        corrected = corrections.get(c)
        return corrected[0] if corrected and corrected[0] != "-" else unicodedata.category(c)

    def combining(c):
        return corrections[c][1] if c in corrections else unicodedata.combining(c)

    module.category, module.combining = category, combining
    return module


def nfc_changes(corrections):
    """Code points NFC may change, alone or by what stands before them (NFC_QC is not Yes)."""
    changes = set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))  # Hangul vowels and tails
    for c in map(chr, range(0x110000)):
        if unicodedata.normalize("NFC", c) != c:
            changes.add(ord(c))
        parts = unicodedata.decomposition(c).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            pair = [chr(int(part, 16)) for part in parts]
            if unicodedata.normalize("NFC", "".join(pair)) == c:
                changes.add(ord(pair[1]))
    for c, (_, _, changed) in corrections.items():
        (changes.add if changed else changes.discard)(ord(c))
    return changes


# ---- traits of code points ----------------------------------------------------------------------


# Lower case since 15.1, but not for the str.islower of a Python with older data.
LOWER_IN_15_1 = "\u10fc\ua7f2\ua7f3\ua7f4\uab69"


def flags_of(c, ctok, changes):
    n, k = ctok.normalize, ctok.constants
    category = n.unicodedata.category(c)
    wordy, in_bmp = n.classify(c) == "wordy", ord(c) < 0x10000
    upper, lower = wordy and n._is_upper(c), wordy and (n._is_lower(c) or c in LOWER_IN_15_1)
    tests = {
        FLAG_STRAY: wordy and n._stray_mark(c),
        FLAG_UPPER: upper,
        FLAG_LOWER: lower,
        FLAG_CASELESS: (wordy and (c in n._NEW_CASED or category[0] in "LM")
                        and not lower and not upper),
        FLAG_BORDER: n._marks_like_punct(c),
        FLAG_SELECTOR: n._is_selector(c),
        FLAG_DIGIT_BORDER: n._digit_border(c),
        FLAG_DECIMAL: in_bmp and category == "Nd",
        FLAG_OTHER_NUMBER: in_bmp and category == "No",
        FLAG_NFC: ord(c) in changes,
        FLAG_DROPPED: bool(k.STRIP_CONTROL.match(c) or k.STRIP_PRIVATE.match(c)),
        FLAG_SPACE: bool(k.FUNNY_SPACE.match(c)) or c == "\0",
        FLAG_QUOTE: ord(c) in k.QUOTE_FOLD,
        FLAG_KEEPS_CASE: c == "\u1e9e",
        FLAG_NO_CAPITAL: c == "\u0130",
        FLAG_SARA_AM: c == "\u0e32",
    }
    return sum(flag for flag, holds in tests.items() if holds)


def lower_delta(c, ctok):
    """How far the lower case of c is; İ has one of two code points and is never asked for."""
    lower = ctok.normalize._lower(c)
    if ctok.normalize.classify(c) != "wordy" or c == "\u0130":
        return 0
    if len(lower) != 1:
        refuse(f"U+{ord(c):04X} has a lower case of {len(lower)} code points")
    return ord(lower) - ord(c)


def traits_of(code, ctok, changes):
    n = ctok.normalize
    if code >= 0x10000:  # hard letters, all of them
        flags = FLAG_NFC if code in changes else 0
        return struct.pack("<BBBxHxxi", CLASSES["hard"], KIND_LETTER,
                           n.unicodedata.combining(chr(code)), flags, 0)
    c = "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
    kind = {"letter": KIND_LETTER, "number": KIND_NUMBER, "punct": KIND_PUNCT}[n._hard_kind(c)]
    return struct.pack("<BBBxHxxi", CLASSES[n.classify(c)], kind, n.unicodedata.combining(c),
                       flags_of(c, ctok, changes), lower_delta(c, ctok))


def build_classes(ctok, changes):
    """Three stages: block of 256 code points, trait number, traits."""
    traits, blocks, index = {}, {}, []
    for high in range(0, 0x110000, 256):
        block = bytes(traits.setdefault(traits_of(code, ctok, changes), len(traits))
                      for code in range(high, high + 256))
        index.append(blocks.setdefault(block, len(blocks)))
    if len(blocks) > 256:
        refuse(f"{len(blocks)} different blocks of code points: at most 256 fit")
    return bytes(index), b"".join(blocks), b"".join(traits)


# ---- pieces --------------------------------------------------------------------------------------


def piece_bytes(piece, ctok):
    k = ctok.constants
    markers = {k.BOW_G: BOW, k.EOW_G: EOW, k.SHIFT_G: SHIFT, k.CAPS_G: CAPS}
    return b"".join(bytes([markers[c]]) if c in markers else c.encode() for c in piece)


# How classes may follow each other in a piece (b bow, e eow, s shift, c caps, w word, d digit, p punct;
# of hard runs l letter, n number, h punct). What runs.c prices apart, no piece may span.
SHAPES = set("""b e s c bw bwe w we sbwe cbwe d p bp pe bpe pw pwe l h n he ne bh bhe bn
                npe hpe hp np sp tab nl ideographic_space""".split())


def shape(piece, ctok):
    n, k = ctok.normalize, ctok.constants
    names = {k.BOW_G: "b", k.EOW_G: "e", k.SHIFT_G: "s", k.CAPS_G: "c", " ": "sp", "\n": "nl",
             "\t": "tab", "\u3000": "ideographic_space"}
    hard = {"letter": "l", "number": "n", "punct": "h"}
    out = []
    for c in piece:
        name = names.get(c)
        if not name:
            kind = n.classify(c)
            name = hard[n._hard_kind(c)] if kind == "hard" else kind[0]
        if not out or out[-1] != name:
            out.append(name)
    return "".join(out)


def check_shapes(vocab, ctok):
    for piece in sorted(vocab):
        found = shape(piece, ctok)
        if found not in SHAPES:
            refuse(f"a piece of shape {found}: {piece!r}")
        if found == "l" and len(piece) > 1:
            refuse(f"a piece of several ideographs: {piece!r}")
        if found in ("pw", "pwe") and piece.rstrip(ctok.constants.EOW_G)[1:] not in \
                ctok.constants.CONTRACTION_SUFFIXES:
            refuse(f"a contraction that is not one: {piece!r}")


def prefix_tokens(model):
    """Byte prefixes; what a code point without a piece costs follows from its longest one."""
    prefixes = [bytes.fromhex(p) for p in model.bytes.tokens
                if bytes.fromhex(p).decode(errors="ignore") not in model.unit_pieces
                or len(bytes.fromhex(p).decode(errors="ignore")) != 1]
    for prefix in prefixes:
        if prefix[0] < 0xC2:
            refuse(f"a byte prefix that starts no character: {prefix.hex()}")
    return prefixes


# ---- the trie ------------------------------------------------------------------------------------


class Node:
    __slots__ = ("children", "ends", "slot", "base")

    def __init__(self):
        self.children, self.ends, self.slot, self.base = {}, 0, 0, 0


def insert(root, key, bit):
    node = root
    for byte in key:
        node = node.children.setdefault(byte, Node())
    node.ends |= bit


def all_nodes(root):
    nodes = [root]
    for node in nodes:
        nodes.extend(node.children[byte] for byte in sorted(node.children))
    return nodes


class Slots:
    """Free places for children: those of a node lie at base ^ byte, so all in one block of 256."""

    def __init__(self):
        self.free, self.bases, self.open = [], [], []

    def add_block(self):
        self.free.append(set(range(256)))
        self.bases.append(set(range(256)))
        self.open.append(len(self.free) - 1)

    def fit(self, block, labels):
        free = self.free[block]
        if len(free) < len(labels):
            return None
        first = labels[0]
        for slot in sorted(free):
            base = slot ^ first
            if base in self.bases[block] and all(base ^ b in free for b in labels):
                return base
        return None

    def place(self, labels):
        for block in self.open[-12:]:
            base = self.fit(block, labels)
            if base is not None:
                break
        else:
            self.add_block()
            block = self.open[-1]
            base = self.fit(block, labels)
        self.free[block].difference_update(base ^ b for b in labels)
        self.bases[block].discard(base)
        self.open = [b for b in self.open if len(self.free[b]) > 4]
        return block * 256 + base

    def place_one(self, label):
        """A single child goes into any hole whose base is not taken."""
        while True:
            block = self.hole
            if block == len(self.free):
                self.add_block()
            for slot in sorted(self.free[block]):
                if slot ^ label in self.bases[block]:
                    self.free[block].discard(slot)
                    self.bases[block].discard(slot ^ label)
                    return block * 256 + (slot ^ label)
            self.tried += 1
            self.hole = block + 1 if not self.free[block] or self.tried > 40 else block
            if self.hole == block:
                self.hole = block + 1
            else:
                self.tried = 0

    hole = tried = 0


def build_trie(root):
    """A double array of 32-bit units: byte of the edge to it, end bits by family, base of its
    children. Bases are unique, so the byte alone tells whose child a unit is."""
    nodes, slots = all_nodes(root), Slots()
    slots.add_block()
    slots.free[0].discard(0)   # the root
    slots.bases[0].discard(0)  # what nodes without children have
    for node in sorted(nodes, key=lambda node: -len(node.children)):
        labels = sorted(node.children)
        if not labels:
            break
        node.base = slots.place(labels) if len(labels) > 1 else slots.place_one(labels[0])
        for byte in labels:
            node.children[byte].slot = node.base ^ byte
    units = [0] * (256 * len(slots.free))
    if len(units) >= 1 << 22:
        refuse("the trie is larger than a unit can point to")
    units[0] = root.base << 10
    for node in nodes:
        for byte, child in node.children.items():
            units[child.slot] = child.base << 10 | child.ends << 8 | byte
    return struct.pack(f"<{len(units)}I", *units)


# ---- families ------------------------------------------------------------------------------------


def costs_of(vocab, text):
    """Fewest pieces of every beginning of a marked text whose every character is a piece."""
    best = [0]
    for end in range(1, len(text) + 1):
        best.append(1 + min(best[start] for start in range(max(0, end - 160), end)
                            if text[start:end] in vocab))
    return best


def ladder(vocab, c, period):
    """Costs of runs of c below LADDER_LEN; from there on each period adds one."""
    costs = costs_of(vocab, c * (LADDER_LEN - 1))
    if any(costs[n] != costs[n - period] + 1 for n in range(LADDER_LEN - period, LADDER_LEN)):
        refuse(f"runs of {c!r} do not repeat every {period}")
    return struct.pack("<H", period) + bytes(costs)


def longest_run(vocab, c):
    return max(len(piece) for piece in vocab if set(piece) == {c})


def digit_ladder(vocab):
    if any(str(n).zfill(size) not in vocab for size in (1, 2, 3) for n in range(10 ** size)):
        refuse("not every group of up to three digits is a piece")
    if any(piece.isascii() and piece.isdigit() and len(piece) > 3 for piece in vocab):
        refuse("a piece of more than three digits")
    return struct.pack("<H", 3) + bytes((n + 2) // 3 for n in range(LADDER_LEN))


def single_puncts(vocab, ctok):
    k = ctok.constants
    rows = []
    for bow, eow in (("", ""), (k.BOW_G, ""), ("", k.EOW_G), (k.BOW_G, k.EOW_G)):
        rows.append(bytes(costs_of(vocab, bow + chr(c) + eow)[-1]
                          if ctok.normalize.classify(chr(c)) == "punct" else 0
                          for c in range(128)))
    return b"".join(rows)


def family_bytes(model, ctok):
    vocab = model.vocab
    if ctok.constants.CONTRACTION_SUFFIXES != {"s", "t", "d", "m", "ll", "re", "ve"}:
        refuse("other contractions than 's 't 'd 'm 'll 're 've")
    return (struct.pack("<BBxx", model.fold_quotes, model.allcaps_min or 0) +
            b"".join(ladder(vocab, c, longest_run(vocab, c)) for c in " \t\n") +
            digit_ladder(vocab) + single_puncts(vocab, ctok))


# ---- words of ASCII letters ----------------------------------------------------------------------


def is_of_letters(piece):
    return all(byte >= BOW or chr(byte).isalpha() and byte < 0x80 for byte in piece)


def word_openings(model):
    """What stands before the letters of a word: enum vocab_opening."""
    return [bytes([BOW]), bytes([SHIFT, BOW])] + ([bytes([CAPS, BOW])] if model.allcaps_min else [])


class Automata:
    """struct vocab_automaton of each family, and the rows and slots of all."""

    def __init__(self, program):
        self.program, self.heads, self.rows, self.edges, self.labels = program, b"", b"", b"", b""

    def add(self, model, ctok):
        pieces = sorted(piece_bytes(piece, ctok) for piece in model.vocab)
        streams = ([b"o" + opening for opening in word_openings(model)] +
                   [b"p" + piece for piece in pieces if is_of_letters(piece)])
        made = subprocess.run([self.program], input=b"\n".join(streams), stdout=subprocess.PIPE,
                              check=False)
        if made.returncode:
            refuse(f"no automaton for the words of {model}")
        rows, slots, *openings = struct.unpack_from("<5I", made.stdout)
        self.heads += struct.pack("<8I", len(self.rows) // 256, rows, len(self.labels), slots,
                                  *openings, 0)
        at = struct.calcsize("<5I")
        for section, size in (("rows", 256 * rows), ("edges", 4 * slots), ("labels", slots)):
            setattr(self, section, getattr(self, section) + made.stdout[at:at + size])
            at += size

    def sections(self):
        return [self.heads, self.rows, self.edges, self.labels]


# ---- the table -----------------------------------------------------------------------------------


def checksum(data):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def notice(packages):
    for name in sorted(os.listdir(packages)):
        path = os.path.join(packages, name, "licenses", "LICENSE")
        if name.startswith("ctok-") and os.path.exists(path):
            with open(path, "rb") as file:
                return name[len("ctok-"):-len(".dist-info")].encode(), file.read()
    refuse("the package has no licence text")


def assemble(sections, version):
    """Header, then the sections, each at a multiple of 8."""
    head = struct.calcsize("<8sIIQIII20s") + 8 * len(sections)
    at, places, body = head, [], b""
    for section in sections:
        places.append((at, len(section)))
        padded = section + bytes(-len(section) % 8)
        body += padded
        at += len(padded)
    unicode_version = UNICODE[0] << 16 | UNICODE[1] << 8 | UNICODE[2]
    tail = struct.pack("<III20s", unicode_version, len(sections), 0, version) + \
        b"".join(struct.pack("<II", *place) for place in places) + body
    return struct.pack("<8sIIQ", b"tokvocab", VERSION, at, checksum(tail)) + tail


def import_package(packages, corrections):
    sys.path.insert(0, packages)
    sys.modules["unicodedata"] = pinned_unicodedata(corrections)
    return types.SimpleNamespace(**{name: importlib.import_module(f"ctok.{name}")
                                    for name in ("constants", "engine", "main", "normalize")})


def main(packages, program, out):
    gc.disable()  # all is kept to the end
    corrections = read_corrections()
    changes = nfc_changes(corrections)
    ctok = import_package(packages, corrections)
    root, families, automata = Node(), b"", Automata(program)
    for number, family in enumerate(FAMILIES):
        model = ctok.main._model(family)
        check_shapes(model.vocab, ctok)
        for piece in model.vocab:
            insert(root, piece_bytes(piece, ctok), 1 << number)
        for prefix in prefix_tokens(model):
            insert(root, bytes([PREFIX]) + prefix, 1 << number)
        families += family_bytes(model, ctok)
        automata.add(model, ctok)
    version, licence = notice(packages)
    table = assemble([build_trie(root), *build_classes(ctok, changes), families,
                      *automata.sections(), licence], version)
    with open(out, "wb") as file:
        file.write(table)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
