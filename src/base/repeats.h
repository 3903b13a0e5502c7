#ifndef TOKGATE_BASE_REPEATS_H
#define TOKGATE_BASE_REPEATS_H

#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * Which of many texts occur more than once. Texts are told apart by 128 bits of SipHash-1-3 with a
 * seed that is new in every run: nobody can prepare texts that are taken for each other, and among
 * 10 million it happens by chance once in 10^24 runs. What is found does not depend on the seed.
 *
 * Memory: 32 bytes a text (24 and its slots), up to memory_bytes; of more texts, 36 bytes and the
 * beginning of each go to temporary files without names, in 64 parts by their hash, which are read
 * one after the other: so any number of texts takes memory_bytes, 256 kB for the files, and 160
 * bytes for each repeat that is kept. Not thread safe.
 */
struct repeats;

/* A text is kept up to so many bytes, in whole characters. */
enum { REPEATS_TEXT_MAX = 128, REPEATS_MEMORY_BYTES = 8 * 1024 * 1024 };

struct repeats_options {
    struct str directory; /* for temporary files; empty: /tmp */
    size_t memory_bytes;  /* 0: REPEATS_MEMORY_BYTES */
    size_t kept_max;      /* so many repeats are kept; more are counted */

    /* In place of the keyed hash, for tests; NULL: none. */
    void (*hash)(struct str text, const uint64_t seed[2], uint64_t hash[2]);
};

/* A text that was added before. at and first_at are what came with it then and the first time. */
struct repeat {
    uint64_t index; /* 0-based among all texts */
    uint64_t at, first_at;
    size_t len; /* of text, in bytes */
    char text[REPEATS_TEXT_MAX];
};

/* In the order in which they were added; valid until repeats_close. */
struct repeats_found {
    const struct repeat *items; /* the first kept_max */
    size_t len;
    uint64_t more; /* than are in items */
};

/* Never NULL. To be closed with repeats_close, which removes its files too. */
struct repeats *repeats_open(const struct repeats_options *options);
void repeats_close(struct repeats *repeats); /* NULL is fine */

/* Adds a text, which may be any bytes, also none; at is kept for repeats. Fails (ERROR_FAILED) when
 * it cannot be kept, as on a full disk; then nothing but repeats_close may follow. */
bool repeats_add(struct repeats *repeats, struct str text, uint64_t at, struct error *err);

/* Ends adding and says what occurred again; nothing when nothing was added. Fails as repeats_add.
 */
bool repeats_find(struct repeats *repeats, struct repeats_found *found, struct error *err);

#endif
