#include "random_text.h"

#include <stddef.h>

static unsigned state = 1;

unsigned random_below(unsigned limit)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % limit;
}

#define PICK(list) (list)[random_below(sizeof(list) / sizeof *(list))]

static void add(struct buf *out, const char *text)
{
    buf_add(out, str_from_c(text));
}

void random_add_character(struct buf *out, uint32_t value)
{
    char bytes[4];
    const size_t lead = value < 0x80 ? 0 : value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = { 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = lead + 1; i-- > 0; value >>= 6)
        bytes[i] = (char)(i ? 0x80 | (value & 0x3f) : leads[lead] | value);
    buf_add(out, (struct str){ bytes, lead + 1 });
}

const char *const random_fragments[RANDOM_FRAGMENTS_LEN] = {
    "the", "The", "HELLO", "hello", "I'm", "don't", "it's", "'s", "'S", "'ll", "'lls", "'re", "'ve",
    "x're", "'", "''", "'t", "'d", "'m", "a", "B", "getElementsByTagName", "HTTPServer", "NASA",
    "NASAs", "12", "12345", "007", "\"", "(", "), }", "});", "```", "...", "----", "==", "!=", "#",
    "~", "\n", "\n\n", "\n\n\n", "\t", "\t\t", "\r\n", "  ", "   ", "\v", "\f", "\x01", "\x7f",
    "\xc2\x85" /* U+0085 */, "\xc2\xa0" /* no-break space */, "\xe2\x80\x83" /* em space */,
    "\xe2\x80\xa8" /* line separator */, "\xe3\x80\x80" /* U+3000 */, "\xee\x80\x80" /* U+E000 */,
    "\xef\xa3\xbf" /* U+F8FF */, "\xe2\x80\x8b" /* zero width */, "\xe2\x80\x8d", "\xe2\x80\x98",
    "\xe2\x80\x99", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e", "\xe2\x80\xa6", "\xe2\x80\x94",
    "\xe2\x80\x93", "\xc2\xab", "\xc2\xbb", "\xc2\xb7", "\xe2\x94\x80", "\xe2\x95\x90",
    "\xe2\x96\x88", "\xe2\x80\xa2", "\xe2\x86\x92", "\xe2\x88\x9a", "\xef\xbc\x88", "\xef\xbc\x89",
    "\xef\xbc\x8c", "\xef\xbc\x9a", "\xe3\x80\x82", "\xe3\x80\x81",
    /* the five code points that stand for markers inside the package */
    "\xef\xb7\x90", "\xef\xb7\x91", "\xef\xb7\x92", "\xef\xb7\x93", "\xef\xb7\x94", "\xef\xbf\xbe",
    "\xef\xbf\xbd", "\xcd\xb8" /* not assigned */, "\xc3\xa9", "\xc3\x89", "\xc3\xbc", "\xc3\x9f",
    "\xe1\xba\x9e" /* capital sharp s */, "\xc4\xb0" /* capital i with dot */, "\xc4\xb1",
    "\xc7\x84", "\xc7\x85" /* title case */, "\xcf\xb4" /* capital theta symbol */,
    "\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82", "\xce\x91\xce\x92\xce\x93\xce\x94",
    "\xce\xa3\xce\xa3\xce\xa3\xce\xa3", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
    "\xd0\x9c\xd0\x9e\xd0\xa1\xd0\x9a\xd0\x92\xd0\x90", "\xe4\xb8\xad\xe6\x96\x87",
    "\xe3\x81\xb2\xe3\x82\x89", "\xe3\x82\xab\xe3\x83\xbc", "\xed\x95\x9c\xea\xb5\xad",
    "\xe3\x80\x85", "\xe3\x80\x86", "\xe3\x80\x87", "\xe3\x80\x84", "\xe3\x80\x92",
    "\xe0\xb9\x84\xe0\xb8\x97\xe0\xb8\xa2",
    "\xe0\xb8\x99\xe0\xb9\x8d\xe0\xb8\xb2" /* sara am in parts */, "\xe0\xb9\x8d", "\xe0\xb8\xb2",
    "\xe0\xb8\xb3", "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80",
    "\xe0\xa4\xbc", "\xe0\xa5\x8d", "\xc2\xb2", "\xc2\xbd", "\xe2\x91\xa0", "\xe0\xa5\xa7",
    "\xd9\xa1\xd9\xa2", "\xdb\xb1", "\xef\xbc\x91", "\xef\xbc\x91\xef\xbc\x92", "\xe2\x92\xb6",
    "\xe2\x93\x90", "\xe2\x85\xa7", "\xe2\x85\xb7", "\xf0\x9f\x98\x80", "\xe2\x9d\xa4\xef\xb8\x8f",
    "\xe2\x9a\x96\xef\xb8\x8f", "\xef\xb8\x8f", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
    "\xf0\x9d\x9f\x98", "\xf0\x90\x90\x80", "\xcc\x81", "\xcc\x88", "\xcc\xa7", "e\xcc\x81",
    "a\xcc\xa7\xcc\x81", "a\xcc\x81\xcc\xa7", "\xdc\x91", "\xdc\xb0" /* Syriac marks */, "\xdc\x90",
    "\xe0\xb3\xb3", "\xe1\xb2\x89" /* new in 16 */, "\xea\x9f\x8b", "\xe1\x84\x80", "\xe1\x85\xa1",
    "\xea\xb0\x80\xe1\x86\xa7" /* U+11A7 is no tail */, "\xe1\x86\xa8" /* Hangul in parts */,
    "\xea\xb0\x80", "\xe0\xbd\xb3", "\xe0\xbd\xb1", "\xcd\x84", "\xe1\xa0\x8e", "\xe2\x84\xb3",
    "\xcf\x93", "\xe2\x84\xaa", "\xef\xac\x81", "\xe3\x83\xb2", "\xcd\x85",
    /* no UTF-8: a lone byte, a cut character, a surrogate, a long form */
    "\xff", "\x80", "\xe2\x82", "\xf0\x9f", "\xf0\x9f\x98", "\xed\xa0\x80", "\xc0\xaf", "\xe0\x80"
};

/* Ten letters of one script each. */
static const uint32_t scripts[][10] = {
    { 'a', 'b', 'e', 'i', 'l', 'n', 'o', 'r', 's', 't' },
    { 'A', 'B', 'E', 'I', 'L', 'N', 'O', 'R', 'S', 'T' },
    { 0x430, 0x431, 0x432, 0x435, 0x438, 0x43b, 0x43d, 0x43e, 0x440, 0x441 },
    { 0x410, 0x411, 0x412, 0x415, 0x418, 0x41b, 0x41d, 0x41e, 0x420, 0x421 },
    { 0x3b1, 0x3b2, 0x3b3, 0x3b4, 0x3b5, 0x3b6, 0x3b7, 0x3c3, 0x3c2, 0x3a3 },
    { 0x939, 0x93f, 0x928, 0x94d, 0x926, 0x940, 0x915, 0x93e, 0x930, 0x902 },
    { 0x627, 0x644, 0x639, 0x631, 0x628, 0x64a, 0x629, 0x643, 0x64e, 0x651 },
    { 0xe9, 0xfc, 0xdf, 0xf1, 0xe7, 0xe0, 0xe8, 0xea, 0xee, 0xf4 },
    { 0x4e2d, 0x6587, 0x65e5, 0x672c, 0x8a9e, 0x5b66, 0x3042, 0x3044, 0x30ab, 0x30fc },
    { 0xd55c, 0xad6d, 0xc5b4, 0xac00, 0xb098, 0xb2e4, 0x1100, 0x1161, 0x11a8, 0xb77c },
    { 0xe01, 0xe02, 0xe04, 0xe07, 0xe08, 0xe32, 0xe4d, 0xe49, 0xe34, 0xe0a },
    { 0x5d0, 0x5d1, 0x5d2, 0x5d3, 0x5b0, 0x5bc, 0x5e9, 0x5dc, 0x5d5, 0x5dd },
};

static uint32_t random_character(void)
{
    static const uint32_t ranges[][2] = {
        { 0x20, 0x7f },     { 0x20, 0x7f },     { 0, 0x100 },        { 0x100, 0x600 },
        { 0x300, 0x370 },   { 0x600, 0x1100 },  { 0x1100, 0x3000 },  { 0x3000, 0x3400 },
        { 0x4e00, 0xa000 }, { 0xa000, 0xd800 }, { 0xe000, 0x10000 }, { 0x10000, 0x110000 },
    };
    const uint32_t *range = PICK(ranges);
    return range[0] + random_below(range[1] - range[0]);
}

void random_add_word(struct buf *out, unsigned len)
{
    const uint32_t *script = PICK(scripts);
    for (unsigned i = 0; i < len; i++)
        random_add_character(out, (random_below(12) ? script : PICK(scripts))[random_below(10)]);
}

static void add_separator(struct buf *out)
{
    static const char *const separators[] = {
        " ", " ", " ", "", "\n", "  ", ", ", "\t", ". ", "'"
    };
    add(out, PICK(separators));
}

void random_add_mixture(struct buf *out, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        add(out, PICK(random_fragments));
        if (random_below(3) == 0)
            add(out, " ");
    }
}

static void add_characters(struct buf *out, unsigned len)
{
    for (unsigned i = 0; i < len; i++) {
        random_add_character(out, random_character());
        if (random_below(4) == 0)
            add(out, " ");
    }
}

/* Words of the sizes at which keys end, long enough for blocks of 64 bytes. */
void random_add_prose(struct buf *out, unsigned len)
{
    static const unsigned sizes[] = { 1, 2, 3, 5, 7, 8, 9, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65 };
    static const char *const between[] = {
        " ",     " ",  " ",  " ",   " ",      " ",    "\n", "  ",  "",    ", ",
        "\t",    " '", "' ", "'s ", "'ll",    "\n\n", " (", ") ",  " = ", "12 ",
        " 1234", "--", "!",  "? ",  "\n    ", " ' ",  "_",  " \"", "\" ", "('",
    };
    for (unsigned i = 0; i < len; i++) {
        const unsigned size = PICK(sizes);
        const uint32_t *script = random_below(4) ? scripts[random_below(8) == 0] : PICK(scripts);
        for (unsigned j = 0; j < size; j++)
            random_add_character(out, j || random_below(5) ? script[random_below(10)] : 'Q');
        if (random_below(20) == 0)
            add(out, PICK(random_fragments));
        add(out, PICK(between));
    }
}

static void add_repeat(struct buf *out)
{
    static const unsigned sizes[] = {
        15, 16, 17, 23, 24, 25, 31, 32, 33, 63, 64, 65, 255, 256, 257
    };
    const char *fragment = PICK(random_fragments);
    for (unsigned left = random_below(3) ? PICK(sizes) : 1 + random_below(400); left; left--)
        add(out, fragment);
}

/* Bytes of no text, long enough for blocks of 64 bytes; with few characters that are none. */
static void add_rough(struct buf *out, unsigned len)
{
    static const unsigned limits[] = { 256, 256, 4, 64 };
    const unsigned limit = PICK(limits);
    for (unsigned i = 0; i < len; i++)
        if (random_below(limit) < 2)
            add(out, PICK(random_fragments));
        else if (limit < 256 && random_below(3) == 0)
            add(out, random_below(4) ? "\xef\xbf\xbd" : "\xff");
        else
            buf_add_char(out, (char)random_below(256));
}

static void mutate(struct buf *text)
{
    for (unsigned left = 1 + random_below(6); left && text->len; left--)
        text->ptr[random_below((unsigned)text->len)] = (char)random_below(256);
}

struct str random_text(struct arena *into)
{
    struct buf out = { .arena = into };
    for (unsigned parts = 1 + random_below(3); parts; parts--)
        switch (random_below(9)) {
        case 0:
        case 1:
            random_add_mixture(&out, 1 + random_below(14));
            break;
        case 2:
        case 3:
            add_characters(&out, 1 + random_below(20));
            break;
        case 4:
            random_add_prose(&out, 1 + random_below(40));
            break;
        case 5:
            add_repeat(&out);
            break;
        case 6:
            add_rough(&out, 1 + random_below(600));
            break;
        default:
            for (unsigned words = 1 + random_below(20); words; words--) {
                random_add_word(&out, 1 + random_below(24));
                add_separator(&out);
            }
        }
    if (random_below(10) == 0)
        mutate(&out);
    return buf_str(&out);
}
