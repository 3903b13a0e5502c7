#include "count/offline/rough.h"

#include <string.h>

#include "count/offline/lanes_high.h"

void rough_learn(struct rough *rough, const struct vocab *vocab)
{
    for (unsigned byte = 0; byte < 0x80; byte++) {
        const unsigned flags = vocab_traits(vocab, byte)->flags;
        rough->bytes[byte] = (struct rough_byte){
            .bytes = { flags & CHAR_AS_SPACE ? ' ' : (uint8_t)byte },
            .size = !(flags & CHAR_DROPPED),
        };
    }
    for (unsigned byte = 0x80; byte < 256; byte++)
        rough->bytes[byte] = (struct rough_byte){ { 0xef, 0xbf, 0xbd }, 3 };
    rough->is_known = true;
}

/* How many bytes stand before the first that may begin a character of several; at most
 * ROUGH_AT_ONCE, and all that are left. */
static inline size_t rough_len(const uint8_t *at, const uint8_t *end)
{
    const size_t left = (size_t)(end - at);
    if (left > LANES)
        return lanes_run(~lanes_pairs(at));
    for (size_t i = 0; i + 1 < left; i++)
        if (lanes_is_pair(at + i))
            return i;
    return left;
}

const uint8_t *rough_write(const struct rough *rough, const uint8_t *at, const uint8_t *end,
                           uint8_t **out)
{
    const uint8_t *const to = at + rough_len(at, end);
    uint8_t *written = *out;
    for (; at < to; at++) { /* whatever the next byte is, there is no branch on it */
        const struct rough_byte byte = rough->bytes[*at];
        memcpy(written, &byte, sizeof byte);
        written += byte.size;
    }
    *out = written;
    return to;
}
