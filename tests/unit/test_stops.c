/* Where readers of JSON strings must look: each way of finding it against a plain loop. */
#include "base/stops.h"

#include <stdlib.h>

#include "tap.h"

typedef size_t finder(struct str text, size_t from);

static bool finds(finder *find, bool (*stops)(unsigned char), struct str text, size_t from)
{
    size_t at = from;
    while (at < text.len && !stops((unsigned char)text.ptr[at]))
        at++;
    return find(text, from) == at;
}

static bool same_masks(struct stops_masks a, struct stops_masks b)
{
    return a.backslashes == b.backslashes && a.quotes == b.quotes && a.commons == b.commons &&
           a.others == b.others;
}

/* The masks of the block at a place, by a plain loop. */
static bool looks(struct str text, size_t from)
{
    struct stops_masks masks = { 0 };
    if (text.len - from < STOPS_BLOCK)
        return true;
    for (size_t i = 0; i < STOPS_BLOCK; i++) {
        const unsigned char c = (unsigned char)text.ptr[from + i];
        const uint64_t bit = (uint64_t)1 << i;
        masks.backslashes |= c == '\\' ? bit : 0;
        masks.quotes |= c == '"' ? bit : 0;
        masks.commons |= c == '\\' || c == '"' || c == 'n' || c == 't' ? bit : 0;
        masks.others |= c < 0x20 || c >= 0x80 ? bit : 0;
    }
    const char *block = text.ptr + from;
    return same_masks(stops_look(block), masks) && same_masks(stops_look_portable(block), masks) &&
           stops_look_backslashes(block) == masks.backslashes &&
           stops_look_near(block) == (masks.backslashes & 0xFFFF) &&
           stops_look_near_portable(block) == (masks.backslashes & 0xFFFF);
}

static bool all_find(struct str text, size_t from)
{
    return looks(text, from) && finds(stops_find_string, stops_string, text, from) &&
           finds(stops_find_string_portable, stops_string, text, from) &&
           finds(stops_find_plain, stops_plain, text, from) &&
           finds(stops_find_plain_portable, stops_plain, text, from);
}

/* Each byte at each place of a text of each length up to 70, which ends where its memory does. */
static void test_every_byte(void)
{
    bool same = true;
    for (size_t len = 0; len <= 70; len++) {
        char *bytes = malloc(len ? len : 1);
        for (size_t at = 0; bytes && at < len; at++)
            for (int byte = 0; byte < 256; byte++) {
                memset(bytes, 'a', len);
                bytes[at] = (char)byte;
                same &= all_find((struct str){ bytes, len }, (size_t)byte % (at + 1));
            }
        same &= bytes && all_find((struct str){ bytes, len }, len);
        free(bytes);
    }
    ok(same, "each byte at each place");
}

static void test_random(void)
{
    static const char some[] = "ab\"\\\n\t\x1f \x7f\x80\xff!#[]z\x21\x0b\x5d\x23";
    char bytes[200];
    uint64_t state = 88172645463325252U;
    bool same = true;
    for (unsigned i = 0; i < 20000; i++) {
        for (size_t at = 0; at < sizeof bytes; at++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes[at] = state >> 60 ? some[4 * (i % 4)] : some[(state >> 20) % (sizeof some - 1)];
        }
        same &= all_find((struct str){ bytes, i % sizeof bytes }, 0);
    }
    ok(same, "random texts");
}

int main(void)
{
    test_every_byte();
    test_random();
    return tap_done();
}
