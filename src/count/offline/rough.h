#ifndef TOKGATE_COUNT_OFFLINE_ROUGH_H
#define TOKGATE_COUNT_OFFLINE_ROUGH_H

/* Bytes that are no UTF-8, controls, and what of ASCII stands between them: what each byte comes to
 * does not depend on any other, so many are written without a branch. */

#include "count/offline/vocab.h"

/* What a byte comes to that belongs to no character of several: so many of these bytes. */
struct rough_byte {
    uint8_t bytes[3], size;
};

struct rough {
    bool is_known;
    struct rough_byte bytes[256];
};

/* What the vocabulary says of controls; bytes beyond ASCII come to U+FFFD. */
void rough_learn(struct rough *rough, const struct vocab *vocab);

/* So many bytes are written at once, and so much room they need. */
enum { ROUGH_AT_ONCE = 16, ROUGH_ROOM = 3 * ROUGH_AT_ONCE + 1 };

/* Writes what the bytes before the first that may begin a character of several come to, and of no
 * more than ROUGH_AT_ONCE; returns where it ends. *out is moved on. */
const uint8_t *rough_write(const struct rough *rough, const uint8_t *at, const uint8_t *end,
                           uint8_t **out);

#endif
