/* UTF-8 by table 3-7 of Unicode 15.0, what is safe to print, and places in a text. */
#include "base/utf8.h"

#include "base/locate.h"
#include "tap.h"

static struct arena arena;

/* Table 3-7: the first and last bytes of each row. */
static const struct {
    size_t len;
    unsigned char from[4], to[4];
} rows[] = {
    { 1, { 0x00 }, { 0x7F } },
    { 2, { 0xC2, 0x80 }, { 0xDF, 0xBF } },
    { 3, { 0xE0, 0xA0, 0x80 }, { 0xE0, 0xBF, 0xBF } },
    { 3, { 0xE1, 0x80, 0x80 }, { 0xEC, 0xBF, 0xBF } },
    { 3, { 0xED, 0x80, 0x80 }, { 0xED, 0x9F, 0xBF } },
    { 3, { 0xEE, 0x80, 0x80 }, { 0xEF, 0xBF, 0xBF } },
    { 4, { 0xF0, 0x90, 0x80, 0x80 }, { 0xF0, 0xBF, 0xBF, 0xBF } },
    { 4, { 0xF1, 0x80, 0x80, 0x80 }, { 0xF3, 0xBF, 0xBF, 0xBF } },
    { 4, { 0xF4, 0x80, 0x80, 0x80 }, { 0xF4, 0x8F, 0xBF, 0xBF } },
};

enum { ROWS_LEN = sizeof rows / sizeof rows[0] };

/* The length by the table, read naively. */
static size_t table_len(const unsigned char *bytes, size_t left)
{
    for (size_t row = 0; row < ROWS_LEN; row++) {
        bool fits = rows[row].len <= left;
        for (size_t i = 0; fits && i < rows[row].len; i++)
            fits = bytes[i] >= rows[row].from[i] && bytes[i] <= rows[row].to[i];
        if (fits)
            return rows[row].len;
    }
    return 0;
}

/* Every first byte with followers around every bound of the table. */
static void test_char_len(void)
{
    static const unsigned char bounds[] = { 0x00, 0x7F, 0x80, 0x8F, 0x90,
                                            0x9F, 0xA0, 0xBF, 0xC0, 0xFF };
    enum { BOUNDS_LEN = sizeof bounds };
    size_t wrong = 0;
    for (unsigned first = 0; first < 256; first++)
        for (unsigned n = 0; n < BOUNDS_LEN * BOUNDS_LEN * BOUNDS_LEN; n++)
            for (size_t left = 1; left <= 4; left++) {
                unsigned char bytes[4] = { (unsigned char)first, bounds[n % BOUNDS_LEN],
                                           bounds[n / BOUNDS_LEN % BOUNDS_LEN],
                                           bounds[n / BOUNDS_LEN / BOUNDS_LEN] };
                struct str text = { (const char *)bytes, left };
                wrong += utf8_char_len(text, 0) != table_len(bytes, left);
            }
    ok(!wrong, "every first byte with every bound of table 3-7");
}

static void test_encode(void)
{
    bool round = true, wrong = false;
    for (uint32_t c = 0; c <= 0x110000; c++) {
        char out[4];
        size_t len = utf8_encode(c, out);
        bool is_character = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        struct str text = { out, len };
        round &= utf8_char_len(text, 0) == len;
        wrong |= !is_character && !str_equal(text, STR("\xEF\xBF\xBD"));
    }
    ok(round, "every character is encoded well");
    ok(!wrong, "surrogates and what is beyond become U+FFFD");
}

static void test_invalid_at(void)
{
    bool all = true;
    for (size_t at = 0; at < 40; at++) {
        char text[41];
        memset(text, 'a', sizeof text);
        text[at] = '\xFF';
        all &= utf8_invalid_at((struct str){ text, 40 }, 0) == at;
        all &= utf8_invalid_at((struct str){ text, 40 }, at + 1) == 40;
    }
    ok(all, "a bad byte is found at every offset");
    ok(utf8_invalid_at((struct str){ 0 }, 0) == 0, "nothing is valid");
    ok(utf8_invalid_at(STR("ab\xC3"), 0) == 2, "a cut character is not");
    ok(utf8_invalid_at(STR("abcdefg\xC3\xA9xyz"), 0) == 12, "a character over a word's end is");
    ok(utf8_len(STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")) == 4, "characters are counted");
    ok(utf8_len(STR("\xFF\xFE")) == 2, "bad bytes count");
}

/* Where characters end that utf8_char_len() knows. */
static size_t invalid_at_slowly(struct str text)
{
    size_t at = 0;
    for (size_t len = 1; at < text.len && len; at += len)
        len = utf8_char_len(text, at);
    return at;
}

/* A long text is looked at 64 bytes at a time: characters of all lengths and at all bounds, at all
 * places of a block, and then with any byte in place of one of theirs. */
static void test_long_texts(void)
{
    enum { SIZE = 64 * 6, ROUNDS = 2000 };
    uint32_t random = 1;
    size_t wrong = 0, invalid = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned char text[SIZE] = { 0 };
        size_t len = 0;
        while (len + 4 <= SIZE) {
            random = random * 1664525 + 1013904223;
            const size_t row = random >> 16 & 31;
            for (size_t i = 0; row < ROWS_LEN && i < rows[row].len; i++)
                text[len++] = random >> (24 + i) & 1 ? rows[row].from[i] : rows[row].to[i];
            if (row >= ROWS_LEN)
                text[len++] = 'a';
        }
        const struct str whole = { (const char *)text, len };
        wrong += utf8_invalid_at(whole, 0) != len;
        text[(random >> 8) % len] = (unsigned char)round;
        wrong += utf8_invalid_at(whole, 0) != invalid_at_slowly(whole);
        invalid += invalid_at_slowly(whole) < len;
    }
    ok(!wrong && invalid > ROUNDS / 4, "long texts are looked at like short ones");
}

static void test_printable(void)
{
    static const struct {
        struct str text;
        size_t max;
        const char *want;
    } cases[] = {
        { STR_INIT("a\x1B[31m"), 99, "a\\x1B[31m" },
        { STR_INIT("a\nb\rc\td"), 99, "a\\x0Ab\\x0Dc\\x09d" },
        { STR_INIT("\x7F\0"), 99, "\\x7F\\x00" },
        { STR_INIT("\xC2\x85\xC2\x9B"), 99, "\\u{0085}\\u{009B}" },
        { STR_INIT("\xE2\x80\xAE\xE2\x81\xA6"), 99, "\\u{202E}\\u{2066}" },
        { STR_INIT("\xE2\x80\xA8\xE2\x80\xA9"), 99, "\\u{2028}\\u{2029}" },
        { STR_INIT("\xE2\x80\x8B\xEF\xBB\xBF"), 99, "\\u{200B}\\u{FEFF}" },
        { STR_INIT("\xF3\xA0\x81\x81"), 99, "\\u{E0041}" },
        { STR_INIT("\xFF\xC0\xAF\xED\xA0\x80"), 99, "\\xFF\\xC0\\xAF\\xED\\xA0\\x80" },
        { STR_INIT("\xE2\x82"), 99, "\\xE2\\x82" },
        { STR_INIT("\xC3\xA9\xE2\x82\xAC"), 99, "\xC3\xA9\xE2\x82\xAC" },
        { STR_INIT("abc"), 3, "abc" },
        { STR_INIT("abcd"), 3, "abc..." },
        { STR_INIT("ab\xC3\xA9"), 3, "ab..." }, /* no half character */
        { STR_INIT("ab\xC3\xA9"), 4, "ab\xC3\xA9" },
        { STR_INIT("a"), 0, "..." },
        { STR_INIT(""), 0, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_str(utf8_printable(&arena, cases[i].text, cases[i].max), cases[i].want, cases[i].want);
    is_str(utf8_printable(&arena, STR("abc"), SIZE_MAX), "abc", "without a limit");
}

static void test_locate(void)
{
    static const struct {
        size_t at, line, column;
    } cases[] = {
        { 0, 3, 7 },  { 1, 3, 8 }, { 3, 3, 9 }, /* after the two bytes of a character */
        { 4, 3, 10 }, { 5, 4, 1 },              /* after CR and after LF */
        { 6, 5, 1 },  { 7, 5, 2 }, { 99, 5, 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct place place = locate((struct place){ 3, 7 }, STR("a\xC3\xA9\r\n\nb"), cases[i].at);
        ok(place.line == cases[i].line && place.column == cases[i].column,
           "the place of an offset");
    }
    struct place none = locate((struct place){ 1, 1 }, (struct str){ 0 }, 5);
    ok(none.line == 1 && none.column == 1, "nothing keeps its place");
}

int main(void)
{
    test_char_len();
    test_encode();
    test_invalid_at();
    test_long_texts();
    test_printable();
    test_locate();
    arena_free(&arena);
    return tap_done();
}
