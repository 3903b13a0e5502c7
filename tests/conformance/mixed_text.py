"""Texts of many kinds, for comparing two counters: the same seed and machine give the same texts."""
import functools
import gzip
import os
import random
import unicodedata

import hostile_text

TEXT_BYTES_MAX = 64 * 1024

# Blocks of Unicode: at least forty scripts.
SCRIPTS = """latin 00C0-024F|ipa 0250-02AF|latin-more 1E00-1EFF|greek 0370-03FF|greek-old 1F00-1FFF
cyrillic 0400-052F|armenian 0531-058A|hebrew 0591-05F4|arabic 0600-06FF|arabic-forms FB50-FDFF
syriac 0700-074F|thaana 0780-07B1|nko 07C0-07FA|samaritan 0800-083E|mandaic 0840-085E
devanagari 0900-097F|bengali 0980-09FE|gurmukhi 0A01-0A76|gujarati 0A81-0AFF|oriya 0B01-0B77
tamil 0B82-0BFA|telugu 0C00-0C7F|kannada 0C80-0CF3|malayalam 0D00-0D7F|sinhala 0D81-0DF4
thai 0E01-0E5B|lao 0E81-0EDF|tibetan 0F00-0FDA|myanmar 1000-109F|georgian 10A0-10FF
jamo 1100-11FF|ethiopic 1200-139F|cherokee 13A0-13FD|canadian 1400-167F|ogham 1680-169C
runic 16A0-16F8|tagalog 1700-171F|khmer 1780-17F9|mongolian 1800-18AA|limbu 1900-194F
tai-tham 1A20-1AAD|balinese 1B00-1B7E|lepcha 1C00-1C4F|glagolitic 2C00-2C5F|coptic 2C80-2CFF
tifinagh 2D30-2D7F|hiragana 3041-309F|katakana 30A0-30FF|bopomofo 3105-312F|han 4E00-9FFF
yi A000-A4C6|vai A500-A62B|bamum A6A0-A6F7|javanese A980-A9DF|meetei ABC0-ABF9|hangul AC00-D7A3
han-old F900-FAD9|wide FF01-FFEE|linear-b 10000-100FA|gothic 10330-1034A|deseret 10400-1044F
brahmi 11000-1107F|cuneiform 12000-12399|egyptian 13000-1342E|math 1D400-1D7FF|emoji 1F300-1FAFF
symbols 2190-2BFF|punctuation 2010-205E|cjk-punctuation 3000-303F""".replace("\n", "|").split("|")

# Each has a rule of its own.
FRAGMENTS = """the The HELLO I'm don't it's 's 'S 'll x're getElementsByTagName HTTPServer NASA 12
12345 007 a ' '' '" " ( ) ), }; ``` ` ... ---- -- = == != # ## $ % ^ ~ @ é É ü ß ẞ İ ı Straße ǅ ϴ
Σίσυφος ΑΒΓΔ Привет МОСКВА 中文 日本語 ひらがな カタカナ 한국어 ไทย นํา हिन्दी ़ ् ². ² ½ ① ②
०१ ٠١٢ ۱۲ １２ Ⓐ ⓐ Ⅷ 😀 ❤️ ⚖️ 👩‍💻 ️ — » « • “ ” ‘ ’ „ … → （ ） ， ： 。 、 〄 々 ー ﬁ ヲ""".split() + [
    "\n", "\n\n", "\n\n\n", "\t", "\t\t ", "\r\n", " ", "  ", "   ", "\u3000", "\u00a0", "\u2003",
    "\u2028", "\u200b", "\u200d", "\u0301", "\u0327\u0301", "\u0301\u0327", "\u0e4d\u0e32", "\x00",
    "\x01", "\x7f", "\x85", "\ue000", "\uf8ff", "\ufdd0", "\ufdd1", "\ufdd3", "\ufffd", "\ufffe",
    "\u0711", "\u0730", "\u0cf3", "\u1c89", "\ua7cb", "\u0378", "\u1100\u1161\u11a8", "\u0f73\u0f71",
    "\u0344", "\u180e", "\u03d3", "\u212a", "\u0345", "\U0001d7d8", "\U00010400", "\U000f0000"]

FILES = ("/usr/share/doc", "/usr/share/man", "/usr/share/perl", "/usr/share/common-licenses")
CODE = ("/usr/include", "/usr/lib/python3", "/usr/lib/python3.11", "/usr/share/perl5", "src", "tests")


@functools.lru_cache(maxsize=None)
def files_below(tops):
    found = []
    for top in tops:
        for directory, names, files in os.walk(top):
            names.sort()
            found += [os.path.join(directory, name) for name in sorted(files)
                      if not name.endswith((".so", ".pyc", ".png", ".a"))]
    return [path for path in found if os.path.isfile(path) and not os.path.islink(path)]


def part_of_file(rnd, tops):
    files = files_below(tops)
    if not files:
        return b""
    path = rnd.choice(files)
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            data = file.read(1 << 20)
    except (OSError, EOFError):
        return b""
    start = rnd.randrange(max(1, len(data) - TEXT_BYTES_MAX)) if rnd.random() < .5 else 0
    return data[start:start + rnd.choice((500, 4000, 20000, TEXT_BYTES_MAX))]


@functools.lru_cache(maxsize=None)
def letters_of(script):
    first, last = (int(end, 16) for end in script.split()[1].split("-"))
    return [chr(c) for c in range(first, last + 1) if unicodedata.category(chr(c))[0] in "LMNPS"]


def script_text(rnd):
    """Words of a few letters of one script, each letter about half as often as the one before."""
    letters = letters_of(rnd.choice(SCRIPTS))
    common = rnd.sample(letters, min(len(letters), rnd.choice((8, 30, 200))))
    size, out = 0, []
    while size < 3000:
        word = "".join(common[min(int(rnd.expovariate(4 / len(common))), len(common) - 1)]
                       for _ in range(rnd.randrange(1, 12)))
        word = word.capitalize() if rnd.random() < .1 else word.upper() if rnd.random() < .05 else word
        out.append(word + rnd.choice((" ", " ", " ", " ", "", ", ", ". ", "\n", "  ", " 12 ", "'s ")))
        size += len(word)
    return "".join(out)


def random_character(rnd):
    kind = rnd.random()
    first, last = (0x20, 0x7f) if kind < .3 else (0, 0x100) if kind < .35 else (0x300, 0x370) \
        if kind < .42 else (0x100, 0x3400) if kind < .7 else (0xa000, 0xd800) if kind < .75 else \
        (0xe000, 0x10000) if kind < .8 else (0x100, 0xd800) if kind < .93 else (0x10000, 0x110000)
    return chr(rnd.randrange(first, last))


def unicode_text(rnd):
    return "".join(random_character(rnd) + rnd.choice(("", "", "", " ")) for _ in range(rnd.randrange(1, 800)))


def fragments_text(rnd):
    if rnd.random() < .2:
        return rnd.choice(FRAGMENTS + list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~·—…─═█")) * \
            rnd.choice((rnd.randrange(1, 40), rnd.randrange(1, 600), 2047, 2500)) + rnd.choice(FRAGMENTS)
    return "".join(rnd.choice(FRAGMENTS) + rnd.choice(("", " ", " ", "  ", "\n"))
                   for _ in range(rnd.randrange(1, 300)))


def mutated(rnd, data):
    data = bytearray(data[:8000])
    for _ in range(rnd.randrange(1, 40) if data else 0):
        at = rnd.randrange(len(data))
        data[at:at + rnd.randrange(2)] = bytes([rnd.randrange(256)]) * rnd.randrange(3)
        data = data or bytearray(b"x")
    return bytes(data)


KINDS = ("files", "code", "scripts", "recorded", "unicode", "fragments", "hostile", "borders", "mutated")


def text_of(rnd, kind, recorded):
    """Bytes, which need not be UTF-8. recorded: texts to take from, maybe none."""
    if kind == "files":
        return part_of_file(rnd, FILES)
    if kind == "code":
        return part_of_file(rnd, CODE)
    if kind == "recorded" and recorded:
        return rnd.choice(recorded).encode(errors="replace")
    if kind == "unicode":
        return unicode_text(rnd).encode()
    if kind == "fragments":
        return fragments_text(rnd).encode()
    if kind == "hostile":
        return hostile_text.hostile(rnd)
    if kind == "borders":
        return hostile_text.at_borders(rnd)
    if kind == "mutated":
        return mutated(rnd, text_of(rnd, rnd.choice(KINDS[:-1]), recorded))
    return script_text(rnd).encode()


def texts(kind, seed, size, recorded):
    """Texts of a kind, together about so many bytes."""
    rnd = random.Random(f"{kind} {seed}")
    out = []
    while size > 0:
        out.append(text_of(rnd, kind, recorded))
        size -= len(out[-1]) + 16
    return out
