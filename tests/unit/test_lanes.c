/* SIMD and portable masks: the same for every byte at every place, and what they are said to be. */
#include "count/offline/blocks.h"
#include "count/offline/lanes_high.h"
#include "count/offline/lanes_places.h"

#include "tap.h"

enum { RANDOM_BLOCKS = 200000 };

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_punct(uint8_t byte)
{
    return byte > ' ' && byte < 0x7f && !is_letter(byte) && !is_digit(byte);
}

static bool is_plain(uint8_t byte)
{
    return (byte >= ' ' && byte < 0x7f) || byte == '\t' || byte == '\n';
}

static unsigned class_of(uint8_t byte)
{
    return (is_letter(byte) ? LANE_LETTER : 0U) | (is_punct(byte) ? LANE_PUNCT : 0U) |
           (is_plain(byte) ? LANE_PLAIN : 0U) | (byte >= 0x80 ? LANE_HIGH : 0U) |
           (is_digit(byte) ? LANE_DIGIT : 0U) | (byte == ' ' ? LANE_SPACE : 0U) |
           (byte == '\t' ? LANE_TAB : 0U) | (byte == '\n' ? LANE_NEWLINE : 0U);
}

/* Three more may be read behind the sixteen. */
static bool are_lanes_right(const uint8_t *bytes)
{
    const uint32_t letters = lanes_letters(bytes);
    bool same = letters == lanes_portable(bytes, LANE_LETTER) &&
                lanes_puncts(bytes) == lanes_portable(bytes, LANE_PUNCT) &&
                lanes_plain(bytes) == lanes_portable(bytes, LANE_PLAIN) &&
                lanes_high(bytes) == lanes_portable(bytes, LANE_HIGH) &&
                lanes_lowers(bytes) == lanes_lowers_portable(bytes) &&
                lanes_same(bytes, bytes + 3) == lanes_same_portable(bytes, bytes + 3);
    for (unsigned i = 0; i < LANES; i++)
        same &= (letters >> i & 1) == is_letter(bytes[i]) &&
                (lanes_same(bytes, bytes + 3) >> i & 1) == (bytes[i] == bytes[i + 3]) &&
                (!is_letter(bytes[i]) || (lanes_lowers(bytes) >> i & 1) == (bytes[i] >= 'a'));
    return same && letters >> LANES == 0;
}

static bool is_same(struct lanes_block a, struct lanes_block b)
{
    return a.letters == b.letters && a.digits == b.digits && a.puncts == b.puncts &&
           a.spaces == b.spaces && a.newlines == b.newlines && a.tabs == b.tabs &&
           a.quotes == b.quotes && a.high == b.high;
}

static bool is_block_right(const uint8_t *bytes)
{
    const struct lanes_block plain = lanes_block_portable(bytes);
    bool same = is_same(lanes_block(bytes), plain), all_plain = true;
#ifdef LANES_SSE2
    same &= is_same(lanes_block_narrow(bytes), plain);
#endif
#ifdef LANES_AVX2
    same &= is_same(lanes_block_wide(bytes), plain);
#endif
    for (unsigned i = 0; i < BLOCK; i++) {
        same &= (plain.letters >> i & 1) == is_letter(bytes[i]) &&
                (plain.digits >> i & 1) == is_digit(bytes[i]) &&
                (plain.puncts >> i & 1) == is_punct(bytes[i]) &&
                (plain.spaces >> i & 1) == (bytes[i] == ' ') &&
                (plain.newlines >> i & 1) == (bytes[i] == '\n') &&
                (plain.tabs >> i & 1) == (bytes[i] == '\t') &&
                (plain.quotes >> i & 1) == (bytes[i] == '\'') &&
                (plain.high >> i & 1) == (bytes[i] >= 0x80);
        all_plain &= is_plain(bytes[i]);
    }
    return same && lanes_all_plain(bytes) == all_plain;
}

static bool is_high_right(const uint8_t *bytes)
{
    const uint64_t leads = lanes_leads_portable(bytes);
    bool same = lanes_leads(bytes) == leads &&
                lanes_replacements(bytes) == lanes_replacements_portable(bytes) &&
                lanes_pairs(bytes) == lanes_pairs_portable(bytes);
#ifdef LANES_AVX2
    /* some first bytes of each row, and some of none */
    static const struct lead_set some_leads = { { 7, 0, 1, 2, 4, 3, 5, 6, 0, 7, 1, 1, 2, 4, 0,
                                                  7 } };
    const struct lanes_utf8 utf8 = lanes_utf8(bytes);
    same &= lanes_in_set(bytes, &some_leads) == lanes_in_set_portable(bytes, &some_leads);
    same &= utf8.leads == leads;
    for (unsigned i = 0; i < BLOCK; i++)
        same &= (utf8.long_leads >> i & 1) == (bytes[i] >= 0xe0) &&
                (utf8.rests >> i & 1) == (bytes[i] >= 0x80 && bytes[i] < 0xc0) &&
                (utf8.others >> i & 1) == (bytes[i] < 0x80 && !is_plain(bytes[i]));
#endif
    for (unsigned i = 0; i < BLOCK; i++)
        same &= (leads >> i & 1) == (bytes[i] >= 0xc0);
    return same;
}

/* U+FFFD at all places, cut off at the end. */
static void test_replacements(void)
{
    bool same = true;
    for (unsigned at = 0; at < BLOCK; at++) {
        uint8_t bytes[BLOCK + 3];
        memset(bytes, at % 2 ? 0xef : 'a', sizeof bytes);
        memcpy(bytes + at, "\xef\xbf\xbd", 3);
        const uint64_t want = at <= BLOCK - 3 ? (uint64_t)7 << at : 0;
        same &= lanes_replacements(bytes) == want && is_high_right(bytes);
    }
    ok(same, "U+FFFD at every place of sixty-four");
}

/* Which levels are compiled is no fault, but should be seen. */
static void show_levels(void)
{
    const char *widest = "portable only";
#ifdef LANES_SSE2
    widest = "SSE2";
#endif
#ifdef LANES_AVX2
    widest = "SSE2 and AVX2";
#endif
    printf("# compared with the portable functions: %s\n", widest);
}

static void test_every_byte(void)
{
    bool classes = true, lanes = true, blocks = true;
    for (unsigned byte = 0; byte < 256; byte++) {
        classes &= lane_classes[byte] == class_of((uint8_t)byte);
        for (unsigned at = 0; at < BLOCK; at++) {
            uint8_t bytes[BLOCK + 3];
            memset(bytes, at % 2 ? 'a' : 0, sizeof bytes);
            bytes[at] = (uint8_t)byte;
            lanes &= are_lanes_right(bytes + (at / LANES) * LANES);
            blocks &= is_block_right(bytes) && is_high_right(bytes);
        }
    }
    ok(classes, "the classes of bytes are what they are said to be");
    ok(lanes, "every byte at every place of sixteen");
    ok(blocks, "every byte at every place of sixty-four");
}

static void test_random(void)
{
    uint64_t state = 88172645463325252U;
    bool same = true;
    for (int i = 0; i < RANDOM_BLOCKS; i++) {
        uint8_t bytes[BLOCK + 1];
        for (unsigned at = 0; at <= BLOCK; at++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[at] = (uint8_t)(i % 2 ? state >> 40 : state >> 40 & 0x7f);
        }
        same &= is_block_right(bytes + i % 2) && is_high_right(bytes + i % 2) &&
                are_lanes_right(bytes + i % 8);
    }
    ok(same, "random bytes, aligned or not");
}

static void test_bits(void)
{
    bool same = true;
    for (unsigned i = 0; i < 64; i++)
        for (unsigned j = 0; j <= i; j++) {
            const uint64_t mask = (uint64_t)1 << i | (uint64_t)1 << j;
            same &= lanes_first(mask) == j && lanes_last(mask) == i &&
                    lanes_count(mask) == (i == j ? 1 : 2);
        }
    for (unsigned i = 0; i <= LANES; i++)
        same &= lanes_run((1U << i) - 1) == i;
    ok(same && lanes_count(UINT64_MAX) == 64 && lanes_count(0) == 0 && lanes_first_of_any(8) == 3,
       "bits are counted and found");
}

/* The places of all bits, by the table and one by one. */
static void test_places(void)
{
#ifdef LANES_AVX2
    uint16_t places[BLOCK + LANES_PLACES_MORE];
    uint64_t state = 88172645463325252U;
    bool same = true;
    for (unsigned i = 0; i < 5000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        uint64_t mask = i < 256 ? (uint64_t)i << (i % 8 * 8) : i % 2 ? state : state & state >> 9;
        mask = i == 256 ? UINT64_MAX : mask;
        const size_t len = lanes_places(mask, 64 * i % 4096, places);
        same &= len == lanes_count(mask);
        for (size_t j = 0; j < len; j++, mask &= mask - 1)
            same &= places[j] == 64 * i % 4096 + lanes_first(mask);
    }
    ok(same, "places of bits");
#endif
}

/* Compiled a second time for AVX2 (test_lanes_wide.c), which the processor need not have. */
static bool can_run(void)
{
#ifdef LANES_AVX2
    return blocks_choose() == blocks_wide;
#else
    return true;
#endif
}

int main(void)
{
    if (!can_run()) {
        ok(true, "wide masks # SKIP this processor has no AVX2, BMI or POPCNT");
        return tap_done();
    }
    show_levels();
    test_every_byte();
    test_random();
    test_replacements();
    test_bits();
    test_places();
    return tap_done();
}
