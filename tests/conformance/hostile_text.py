"""Texts made of what is rare and has a rule of its own, and texts that have it exactly where the counter starts anew:
blocks of 64 bytes, stretches of 2 KB, pieces of 32 KB."""
import functools
import unicodedata

BORDERS = (64, 128, 2048, 4096, 32 * 1024, 64 * 1024)
SPACES = [*"\t\n\v\f\r \x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2003\u2007\u2009\u200a\u200b\u2028\u2029\u202f"
          "\u205f\u2060\u3000\ufeff\u180e\x00", "\r\n", "\n\n", "  ", " \n", "\n ", "\t ", " \t", "\r\r\n", " \u00a0"]
APOSTROPHES = "'\u2019\u2018\u02bc\uff07`\u00b4\u2032\u201b"
SUFFIXES = "s t d m ll re ve S T D M LL RE VE Ll sx lls \u017f st ss 1 \u0455 s\u0301 t\u200d \u1e63".split()
CASES = ("\u00df \u1e9e \u0131 \u0130 i\u0307 \u01c4 \u01c5 \u01c6 \u01c8 \u01f2 \ufb00 \ufb01 \ufb03 \ufb06 \u0149 \u01f0 \u0390 \u03b0"
         " \u03c2 \u03a3 \u03c3 \u212a \u212b \u017f \u1e9b \u03f4 \u03d1 \u1fb3 \u1fbc \u1f88 \u1f80 \u0587 \u10d0 \u1c90 \u13a0 \uab70"
         " \u13f8 \u10a0 \u2d00 \u1c80 \u0462 \u0463 \u2c62 \ua64b \u1c88 \u0345 \u2160 \u2170 \u24b6 \u24d0 \u00aa \u00ba \u02b0"
         " \u1d2c \U00010400 \U00010428 \U000104b0 \U0001e900 \U0001e922 \U00010c80 \U000118a0 \U0001d400 \ua7c1 \u0250 \u2c6f").split()
CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad\u034f\u115f\u1160\u17b4\u3164\uffa0\u206a\ufff9\ufffb\ufffc"
NONCHARACTERS = [*(chr(c) for c in range(0xfdd0, 0xfdf0)), *(chr((plane << 16) | low) for plane in range(17) for low in (0xfffe, 0xffff))]
EMOJI = ["\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f9d1\U0001f3fd\u200d\U0001f91d\u200d\U0001f9d1\U0001f3ff",
         "\u2764\ufe0f\u200d\U0001f525", "\U0001f1e9\U0001f1ea", "\U0001f1e9", "1\ufe0f\u20e3", "#\u20e3", "\u270a\U0001f3fe", "\U0001f3f4\u200d\u2620\ufe0f",
         "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\u263a\ufe0e", "\u00a9\ufe0f", "\u2122", "\U0001f600"]
BYTES = [b"\xff", b"\x80", b"\xc0\xaf", b"\xe0\x80\x80", b"\xe2\x82", b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xf4\x90\x80\x80",
         b"\xf8\x88\x80\x80\x80", b"\xfe", b"\xc3", b"\xe4\xb8", b"\xf8", b"\xf9", b"\xfa", b"\xfb", b"\xf0\x80\x80\x80", b"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf"]


@functools.lru_cache(maxsize=None)
def all_characters():
    """By category, as this Python knows them."""
    found = {}
    for value in (*range(0xd800), *range(0xe000, 0x110000)):
        found.setdefault(unicodedata.category(chr(value)), []).append(chr(value))
    return found


@functools.lru_cache(maxsize=None)
def characters(categories):
    """Those of the categories that start so: "L" are letters, "Cn" is what is not assigned."""
    return [c for category, of_it in all_characters().items() if category.startswith(categories) for c in of_it]


def some(rnd, what, most):
    return "".join(rnd.choice(what) for _ in range(rnd.randrange(1, most + 1)))


def any_script(rnd):
    letters = characters("L")
    at = rnd.randrange(len(letters))
    near = letters[max(0, at - 20):at + 20]
    word = some(rnd, near, 9)
    return rnd.choice((word, word.upper(), word.title(), word.lower(), word.capitalize()))


def clusters(rnd):
    base = rnd.choice((rnd.choice(characters("L")), "e", "A", "\u0915", "\uac00", "\u4e2d", "1", ".", " ", "\u2764", "\u25cc"))
    return base + some(rnd, characters("M") if rnd.random() < .7 else "\u0301\u0327\u0323\u0345\u093c\u094d\u0e31\u05b0\u3099\u20dd", 6)


def normalised(rnd):
    text = some(rnd, characters("L"), 4) + clusters(rnd) + rnd.choice("\u00c5\u1e69\u0958\ufb2c\u212b\u0f76\U0001d15e\u2adc\uf900\uac01")
    return unicodedata.normalize(rnd.choice(("NFC", "NFD", "NFKC", "NFKD")), text)


def jamo(rnd):
    lead, vowel, tail = (chr(rnd.randrange(first, last)) for first, last in
                         ((0x1100, 0x1160), (0x1160, 0x11a8), (0x11a7, 0x1200)))
    more = rnd.choice((chr(rnd.randrange(0xa960, 0xa97d)), chr(rnd.randrange(0xd7b0, 0xd7fc)), chr(rnd.randrange(0x3131, 0x318f)),
                       chr(rnd.randrange(0xac00, 0xd7a4)), ""))
    modern = "".join(chr(rnd.randrange(f, l)) for f, l in ((0x1100, 0x1113), (0x1161, 0x1176), (0x11a8, 0x11c3)))
    return rnd.choice((lead + vowel + tail, lead + vowel, vowel + tail, modern, modern[:2], more + tail, more + modern[1:], tail + lead))


def selected(rnd):
    selectors = [chr(rnd.randrange(0xfe00, 0xfe10)), chr(rnd.randrange(0xe0100, 0xe01f0)), "\u180b", "\u180f"]
    return rnd.choice(("\u4e2d", "a", "\u2764", "\u26a0", "1", "", " ", ".", "\u1820")) + some(rnd, selectors, 2)


def contraction(rnd):
    return rnd.choice(("", "x", "I", "NASA", "\u00e9", "\u0434", "1", ".", "''", "\u4e2d", "\u094d", "\u24d0")) + rnd.choice(APOSTROPHES) + \
        rnd.choice(SUFFIXES) + rnd.choice(("", " ", ".", "'", "x"))


def cased(rnd):
    letters = CASES if rnd.random() < .5 else characters(rnd.choice(("Lu", "Lt", "Lo", "Lm")))
    word = some(rnd, letters, 6)
    return rnd.choice((word, "A" + word, "a" + word, word + "a", word + "BC", word.upper(), word.title(), word.swapcase()))


def repeated(rnd):
    what = feature(rnd)[:8]
    return what * rnd.choice((2, 3, 15, 16, 17, 24, 31, 32, 33, 63, 64, 65, 127, 255, 256, 257))


FEATURES = (any_script, clusters, normalised, jamo, selected, contraction, cased,
            lambda rnd: some(rnd, characters("N"), 6), lambda rnd: some(rnd, SPACES, 4), lambda rnd: rnd.choice(EMOJI),
            lambda rnd: some(rnd, [chr(c) for c in range(0xe0000, 0xe0080)], 4), lambda rnd: some(rnd, CONTROLS, 3),
            lambda rnd: some(rnd, characters("Cn"), 2), lambda rnd: some(rnd, characters("Co"), 2),
            lambda rnd: some(rnd, NONCHARACTERS, 2), lambda rnd: some(rnd, characters("S"), 3), lambda rnd: some(rnd, characters("P"), 3),
            lambda rnd: some(rnd, characters("C"), 2), lambda rnd: some(rnd, "(){}[]<>.,;:!?-_=+*/\\|'\"`~@#$%^&", 5),
            lambda rnd: some(rnd, "abcXYZ019", 8), lambda rnd: some(rnd, "\u0e33\u0e4d\u0e32\u0eb3\u0ecd\u0eb2\u0e19\u0e49", 4))


def feature(rnd):
    return rnd.choice(FEATURES)(rnd)


def mixture(rnd, most):
    """Bytes: some features, now and then joined by a space or by bytes that are no UTF-8."""
    out = b""
    for _ in range(rnd.randrange(1, most + 1)):
        out += (repeated if rnd.random() < .02 else feature)(rnd).encode()
        if rnd.random() < .5:
            out += b" " if rnd.random() < .7 else rnd.choice(SPACES).encode()
        if rnd.random() < .03:
            out += rnd.choice(BYTES)
    return out


def hostile(rnd):
    return mixture(rnd, rnd.choice((2, 5, 40, 400)))


def filler(rnd, size):
    """So many bytes of something plain."""
    kind = rnd.randrange(8)
    words = (("some", "plain", "words", "and", "a", "Few", "more", "x"), ("\u0441\u043b\u043e\u0432\u0430", "\u0438", "\u0415\u0449\u0451"),
             ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0915\u093e"), ("\u4e2d\u6587\u5b57",), ("word", "12", "3456", "(x)", "y;"), ("x",),
             ("caf\u00e9", "na\u00efve", "le"), ("a.b", "--", "foo_bar", "\"q\""))[kind]
    between = (" ", "\n") if rnd.random() < .3 else (" ",) if rnd.random() < .8 else ("",)
    out = bytearray()
    while len(out) < size:
        out += (rnd.choice(words) + rnd.choice(between)).encode()
    while len(out) > size and (out[size] & 0xc0) == 0x80:  # not in a character
        size -= 1
    return bytes(out[:size])


def at_borders(rnd):
    """A feature over a border, many times; over that of a piece there is a place to cut."""
    out = filler(rnd, rnd.randrange(3)) if rnd.random() < .3 else b""
    border = rnd.choice(BORDERS)
    for at in range(border, min(6 * border, 70 * 1024), border):
        middle = mixture(rnd, 3)
        if border >= 32 * 1024 and rnd.random() < .8:
            middle += rnd.choice(("\n", "\n\n", " \n", "\r\n", "\n\r", "\n\x00")).encode() + \
                rnd.choice(("The", "s", "'s", "a\u0301", "A", "\u0301a", "x'll", " b", "\u00e9", "1")).encode() + mixture(rnd, 2)
        before = at - len(out) - rnd.randrange(len(middle) + 1)
        out += filler(rnd, max(0, before)) + middle
    return out + filler(rnd, rnd.randrange(200))
