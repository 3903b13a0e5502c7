#include "json/blocks.h"

#include "base/stops.h"

/* Of a block that starts with *carried, whether its first byte is escaped: which bytes are; and
 * whether the first one after it is. Of backslashes in a row every second one is escaped: adding
 * where rows begin to the rows carries to where they end (Langdale and Lemire, "Parsing gigabytes
 * of JSON per second", 2019). */
static inline uint64_t escaped_bytes(uint64_t backslashes, bool *carried)
{
    const uint64_t even = 0x5555555555555555U, before = *carried;
    backslashes &= ~before;
    const uint64_t follows = backslashes << 1 | before;
    const uint64_t odd_starts = backslashes & ~even & ~follows;
    const uint64_t ends = odd_starts + backslashes;
    *carried = ends < backslashes;
    return (even ^ ends << 1) & follows;
}

static size_t skip(struct str text, size_t from, bool *escaped)
{
    bool carried = false;
    for (; text.len - from >= STOPS_BLOCK; from += STOPS_BLOCK) {
        const struct stops_masks masks = stops_look(text.ptr + from);
        const uint64_t bytes = escaped_bytes(masks.backslashes, &carried);
        const uint64_t stops = (masks.quotes & ~bytes) | masks.others | (bytes & ~masks.commons);
        if (stops) {
            const unsigned at = stops_first(stops);
            *escaped |= (masks.backslashes & (((uint64_t)1 << at) - 1)) != 0;
            return from + at - (bytes >> at & 1); /* to the backslash */
        }
        *escaped |= masks.backslashes != 0;
    }
    return from - carried;
}

/* A block may be read after each escape of another one, the last of which ends a byte behind it. */
enum { DECODE_ROOM = 2 * STOPS_BLOCK + 1 };

/* Whole blocks are copied, to be written over from where the text is shorter. */
static size_t decode_blocks(struct str raw, size_t *at, char *out)
{
    size_t len = 0;
    while (raw.len - *at >= DECODE_ROOM) {
        const char *block = raw.ptr + *at;
        uint64_t backslashes = stops_look_backslashes(block);
        size_t from = 0; /* of what was copied last */
        memcpy(out + len, block, STOPS_BLOCK);
        while (backslashes) {
            const unsigned to = stops_first(backslashes);
            const char letter = block[to + 1];
            len += to - from;
            from = to + 2;
            if (letter == 'u') {
                *at += to;
                return len;
            }
            out[len++] = json_letters[(unsigned char)letter];
            memcpy(out + len, block + from, STOPS_BLOCK);
            backslashes &= ~((uint64_t)3 << to);
        }
        const size_t to = from > STOPS_BLOCK ? from : STOPS_BLOCK;
        len += to - from;
        *at += to;
    }
    return len;
}

/* Near the end, in steps up to the next escape. */
static size_t decode(struct str raw, size_t *at, char *out)
{
    size_t len = decode_blocks(raw, at, out);
    while (raw.len - *at >= JSON_BLOCKS_REST) {
        const char *from = raw.ptr + *at;
        const uint64_t backslashes = stops_look_near(from);
        memcpy(out + len, from, 16);
        const unsigned to = backslashes ? stops_first(backslashes) : 16;
        *at += to;
        len += to;
        if (!backslashes)
            continue;
        if (from[to + 1] == 'u')
            return len;
        out[len++] = json_letters[(unsigned char)from[to + 1]];
        *at += 2;
    }
    return len;
}

const struct json_blocks json_blocks_narrow = { skip, decode };
