/* Normalisation: NFC as utf8proc makes it, of every code point and of random sequences; what is
 * dropped and folded; and rows of marks of any length. */
#include "count/offline/normalize.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "count/offline/changes.h"
#include "naive/naive_tokens.h"
#include "naive/random_text.h"
#include "tap.h"

enum { CODE_POINTS_LEN = 0x110000 };

static struct arena arena;
static const struct vocab *vocab;
static struct tokenizer tokenizers[VOCAB_FAMILIES_LEN];
static unsigned state = 3;

static unsigned below(unsigned limit)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % limit;
}

static void add(struct buf *out, uint32_t character)
{
    char bytes[4];
    buf_add(out, (struct str){ bytes, utf8_encode(character, bytes) });
}

static bool is_nfc_of(struct str got, struct str text)
{
    utf8proc_uint8_t *composed = NULL;
    const utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.len, &composed,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const bool same =
        len >= 0 && str_equal(got, (struct str){ (const char *)composed, (size_t)len });
    free(composed);
    return same;
}

/* Every character that is kept as it is, with something before and behind. */
static void test_every(const char *what, uint32_t before, uint32_t behind)
{
    const unsigned other = CHAR_DROPPED | CHAR_AS_SPACE | CHAR_CURLY_QUOTE;
    char bytes[16];
    uint32_t wrong = 0;
    for (uint32_t c = 0; c < CODE_POINTS_LEN; c++) {
        size_t len = 0;
        if ((c >= 0xd800 && c < 0xe000) || vocab_traits(vocab, c)->flags & other)
            continue;
        if (before)
            len += utf8_encode(before, bytes);
        len += utf8_encode(c, bytes + len);
        if (behind)
            len += utf8_encode(behind, bytes + len);
        const struct str text = { bytes, len };
        if (!wrong && !is_nfc_of(normalize(&tokenizers[VOCAB_V3], text), text))
            wrong = c;
    }
    if (!ok(!wrong, what))
        printf("# the first is U+%04X\n", (unsigned)wrong);
}

/* Where order and composition matter most. */
static uint32_t random_character(void)
{
    static const uint32_t ranges[][2] = {
        { 'a', 'z' },       { 0xc0, 0x250 },      { 0x300, 0x370 },     { 0x300, 0x370 },
        { 0x590, 0x5c8 },   { 0x610, 0x660 },     { 0x900, 0xe80 },     { 0xf71, 0xf88 },
        { 0x1100, 0x1200 }, { 0xac00, 0xac80 },   { 0x1dc0, 0x1e00 },   { 0x3041, 0x309c },
        { 0xfb1d, 0xfb50 }, { 0x11000, 0x11180 }, { 0x1d150, 0x1d190 }, { 0xa1, 0x110000 },
    };
    const uint32_t *range = ranges[below(sizeof ranges / sizeof *ranges)];
    return range[0] + below(range[1] - range[0]);
}

static void test_sequences(void)
{
    const unsigned other = CHAR_DROPPED | CHAR_AS_SPACE | CHAR_CURLY_QUOTE;
    bool same = true;
    for (int i = 0; i < 60000; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        for (unsigned len = 1 + below(9); len; len--) {
            const uint32_t c = random_character();
            add(&text, vocab_traits(vocab, c)->flags & other ? 'x' : c);
        }
        same &= is_nfc_of(normalize(&tokenizers[VOCAB_NEW], buf_str(&text)), buf_str(&text));
        arena_free(&scratch);
    }
    ok(same, "random sequences of letters and marks");
}

/* All that changes a text, next to each other. */
static void test_mixtures(void)
{
    static const char *const parts[] = {
        "a",
        " ",
        "\n",
        "\t",
        "\x01",
        "\x7f",
        "\xc2\x85",
        "\xee\x80\x80",
        "\xef\xa3\xbf",
        "\xe0\xb9\x8d",
        "\xe0\xb8\xb2",
        "\xe0\xb8\xb3",
        "\xe0\xb8\x81",
        "\xcc\x81",
        "\xcc\xa7",
        "\xe2\x80\x98",
        "\xe2\x80\x9d",
        "\xc2\xa0",
        "\xe2\x80\xa9",
        "\xe3\x80\x80",
        "\r",
        "\xff",
        "\xe2\x82",
        "\xed\xa0\x80",
        "e",
        "\xe1\x84\x80",
        "\xe1\x85\xa1",
        "\xe1\x86\xa8",
        "\xef\xbf\xbd",
        "\xe2\x84\xab" /* angstrom */,
        "\xf0\x9d\x85\x9e" /* a note in parts */,
        "abcdefghijklmnopq",
    };
    bool same = true, valid = true;
    for (int i = 0; i < 60000; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        const enum vocab_family family = (enum vocab_family)(i % VOCAB_FAMILIES_LEN);
        for (unsigned len = 1 + below(12); len; len--) {
            const unsigned part = below(sizeof parts / sizeof *parts + 1);
            buf_add(&text, part < sizeof parts / sizeof *parts ? str_from_c(parts[part])
                                                               : (struct str){ "", 1 } /* NUL */);
        }
        const struct str got = str_copy(&scratch, normalize(&tokenizers[family], buf_str(&text)));
        same &= str_equal(got, naive_normalize(&scratch, vocab, family, buf_str(&text)));
        valid &= utf8_invalid_at(got, 0) == got.len;
        arena_free(&scratch);
    }
    ok(same, "all that changes, mixed, as the naive one does it");
    ok(valid, "what comes out is UTF-8");
}

/* A look at many bytes at once, and with what is learned of first bytes, finds the same. */
static void test_finders(void)
{
    struct tokenizer *tokenizer = &tokenizers[VOCAB_NEW];
    bool same = true;
    leads_learn(&tokenizer->leads, vocab);
    for (int i = 0; changes_wide && i < 20000; i++) {
        struct arena scratch = { 0 };
        const struct str text = random_text(&scratch);
        for (size_t at = 0, to; at < text.len; at = to) {
            to = changes_next(tokenizer, text, at);
            same &= changes_wide(tokenizer, text, at) == to;
            to += to < text.len ? changes_character(text, to).size : 0;
        }
        arena_free(&scratch);
    }
    tokenizer->leads = (struct leads){ 0 };
    ok(same, "changes are found alike in blocks and one by one");
}

/* Long enough for all the ways there are; mostly ASCII, mostly not, or anything. */
static void test_bytes(void)
{
    static const char *const accents[] = { "\xcc\x81", "\xcc", "\xe2\x82", "\xcc\xa7" };
    bool same = true;
    for (int i = 0; i < 20000; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        const unsigned first = below(3) ? 'a' : 0, limit = below(2) ? 0x80 : 0x100;
        for (unsigned len = below(100); len; len--) {
            buf_add_char(&text, (char)(first + below(limit - first)));
            if (!below(8))
                buf_add(&text, str_from_c(accents[below(4)]));
        }
        const enum vocab_family family = (enum vocab_family)(i % VOCAB_FAMILIES_LEN);
        same &= str_equal(normalize(&tokenizers[family], buf_str(&text)),
                          naive_normalize(&scratch, vocab, family, buf_str(&text)));
        arena_free(&scratch);
    }
    ok(same, "random bytes, as the naive one does it");
}

/* Few kinds of marks, so that they join, block each other and are met again. */
static void test_rows(void)
{
    static const uint32_t marks[] = { 0x301, 0x308, 0x302, 0x327, 0x328, 0x31b, 0x323,
                                      0x345, 0x344, 0x5b0, 0x94d, 0x9be, 0xf73, 0x1161 };
    static const uint32_t letters[] = { 'a', 'u', 'O', 0xfc, 0x1ea5, 0x3b1, 0x1100, 0xac00, 0x9c7 };
    bool same = true;
    for (int i = 0; i < 20000; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        const unsigned often = 1 + below(30);
        for (unsigned len = below(60); len; len--)
            add(&text, below(often) ? marks[below(sizeof marks / sizeof *marks)]
                                    : letters[below(sizeof letters / sizeof *letters)]);
        same &= is_nfc_of(normalize(&tokenizers[VOCAB_NEW], buf_str(&text)), buf_str(&text));
        arena_free(&scratch);
    }
    ok(same, "rows of marks of any length");
}

static void test_cases(void)
{
    static const struct {
        const char *text, *v3, *new, *what;
    } cases[] = {
        { "", "", "", "nothing" },
        { "plain text\n\tas it is", "plain text\n\tas it is", "plain text\n\tas it is", "ASCII" },
        { "a\r\nb", "a\nb", "a\nb", "a carriage return goes" },
        { "a\x01\x1f\x7f\xc2\x80\xc2\x9f"
          "b",
          "ab", "ab", "so do other controls" },
        { "a\xee\x80\x80\xef\xa3\xbf"
          "b",
          "ab", "ab", "and private use" },
        { "\xf3\xb0\x80\x80", "\xf3\xb0\x80\x80", "\xf3\xb0\x80\x80",
          "but of the first plane only" },
        { "a\xc2\xa0\xe2\x80\x83\xe2\x80\xa8\xe1\x9a\x80"
          "b",
          "a    b", "a    b", "spaces" },
        { "\xe3\x80\x80", "\xe3\x80\x80", "\xe3\x80\x80", "but for the wide one" },
        { "\xe2\x80\x98x\xe2\x80\x99 \xe2\x80\x9cy\xe2\x80\x9d", "'x' \"y\"",
          "\xe2\x80\x98x\xe2\x80\x99 \xe2\x80\x9cy\xe2\x80\x9d", "curly quotes, in one family" },
        { "\xe2\x80\x9ex\xe2\x80\x9a", "\xe2\x80\x9ex\xe2\x80\x9a", "\xe2\x80\x9ex\xe2\x80\x9a",
          "and low ones in none" },
        { "\xe0\xb8\x99\xe0\xb9\x8d\xe0\xb8\xb2", "\xe0\xb8\x99\xe0\xb8\xb3",
          "\xe0\xb8\x99\xe0\xb8\xb3", "sara am" },
        { "\xe0\xb9\x8d\x01\xe0\xb8\xb2", "\xe0\xb8\xb3", "\xe0\xb8\xb3", "with a control in it" },
        { "\xe0\xb9\x8d\xee\x80\x80\xe0\xb8\xb2", "\xe0\xb9\x8d\xe0\xb8\xb2",
          "\xe0\xb9\x8d\xe0\xb8\xb2", "but not with private use" },
        { "\xe0\xbb\x8d\xe0\xba\xb2", "\xe0\xbb\x8d\xe0\xba\xb2", "\xe0\xbb\x8d\xe0\xba\xb2",
          "nor that of Lao" },
        { "e\xcc\x81\x01", "\xc3\xa9", "\xc3\xa9", "an accent joins its letter" },
        { "e\x01\xcc\x81", "e\xcc\x81", "e\xcc\x81", "but not over a control" },
        { "\xff\xe2\x82\xed\xa0\x80",
          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
          "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "what is no UTF-8" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct str text = str_from_c(cases[i].text);
        is_str(normalize(&tokenizers[VOCAB_V3], text), cases[i].v3, cases[i].what);
        is_str(normalize(&tokenizers[VOCAB_NEW], text), cases[i].new, cases[i].what);
    }
    is_str(normalize(&tokenizers[VOCAB_V3], STR("a\0b")), "a b", "NUL becomes a space");
    const struct str calm = STR("na\xc3\xafve \xe4\xb8\xad\xe6\x96\x87");
    ok(normalize(&tokenizers[VOCAB_V3], calm).ptr == calm.ptr, "a text that stays is not copied");
}

/* In quadratic time this would take hours. */
static void test_marks(void)
{
    enum { PAIRS = 256 * 1024 };
    struct arena scratch = { 0 };
    struct buf text = { .arena = &scratch }, want = { .arena = &scratch };
    add(&text, 'a');
    add(&want, 0xe1); /* the first acute joins it */
    for (int i = 0; i < PAIRS; i++) {
        add(&text, 0x301);
        add(&text, 0x327);
        add(&want, 0x327);
    }
    for (int i = 1; i < PAIRS; i++)
        add(&want, 0x301);
    ok(str_equal(normalize(&tokenizers[VOCAB_V3], buf_str(&text)), buf_str(&want)),
       "a megabyte of marks in the wrong order");
    arena_free(&scratch);
}

int main(void)
{
    vocab = vocab_embedded();
    if (!vocab) {
        ok(true, "normalisation # SKIP this build has no vocabulary");
        return tap_done();
    }
    for (unsigned family = 0; family < VOCAB_FAMILIES_LEN; family++)
        tokenizer_init(&tokenizers[family], vocab, (enum vocab_family)family, &arena);
    test_every("NFC of every code point", 0, 0);
    test_every("NFC of every code point after a letter", 'a', 0);
    test_every("NFC of every code point before an accent", 0, 0x301);
    test_sequences();
    test_mixtures();
    test_finders();
    test_bytes();
    test_rows();
    test_cases();
    test_marks();
    arena_free(&arena);
    return tap_done();
}
