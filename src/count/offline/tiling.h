#ifndef TOKGATE_COUNT_OFFLINE_TILING_H
#define TOKGATE_COUNT_OFFLINE_TILING_H

/*
 * The fewest pieces that cover a marked stream: text in UTF-8 with the markers of vocab.h between.
 * Bytes are put in as they come, however many; memory stays the same. A character that no piece
 * covers costs its UTF-8 bytes, less what its longest byte prefix saves. See ALGORITHM.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count/offline/prices.h"
#include "count/offline/vocab.h"

/* No piece is longer, in bytes; a walk ends here. */
enum { TILING_PIECE_MAX = VOCAB_PIECE_MAX, TILING_SIZE = 2048 };

enum { TILING_RECENT_BITS = 11 };

struct tiling_recent {
    uint64_t words[2]; /* of the key */
    int64_t tokens;
};

struct tiling {
    const struct vocab *vocab;
    enum vocab_family family;
    int64_t settled; /* tokens before bytes[0] */
    size_t len, reached_len;
    uint8_t bytes[TILING_SIZE];
    int32_t best[TILING_SIZE + 1]; /* fewest tokens up to this byte, counted from settled, for the
                                      first reached_len */
    struct tiling_recent recent[1 << TILING_RECENT_BITS];
};

/* Makes it ready. Nothing has to be given back. */
void tiling_init(struct tiling *tiling, const struct vocab *vocab, enum vocab_family family);

/* A whole stream. */
struct tiling_text {
    const struct vocab *vocab;
    enum vocab_family family;
    const uint8_t *bytes;
    size_t len;
};

/* Tokens of a stream whose places fit in a mask. */
enum { TILING_SHORT = 63 };
int64_t tiling_short(const struct tiling_text *text);

/* What the character at a place costs by its bytes, and where it ends. */
struct tiling_step {
    size_t end;
    int32_t tokens;
};
struct tiling_step tiling_bytewise(const struct tiling_text *text, size_t at);

/* The one place for what a stream of at most PRICES_MEDIUM_MAX bytes costs, while it is remembered:
 * the key of this or of another stream, or zeros. */
static inline struct tiling_recent *tiling_recent(struct tiling *tiling,
                                                  const struct price_key *key)
{
    const uint64_t mixed = (key->words[0] ^ key->words[1] << 23) * 0x9e3779b97f4a7c15U;
    return tiling->recent + (mixed >> (64 - TILING_RECENT_BITS));
}

/* Adds to the stream. Whole characters and markers only. */
void tiling_put(struct tiling *tiling, const uint8_t *bytes, size_t len);
static inline void tiling_put_byte(struct tiling *tiling, uint8_t byte)
{
    if (tiling->len < TILING_SIZE)
        tiling->bytes[tiling->len++] = byte;
    else
        tiling_put(tiling, &byte, 1);
}

/* Whether the stream has at most TILING_SHORT bytes. */
static inline bool tiling_is_short(const struct tiling *tiling)
{
    return !tiling->settled && tiling->len <= TILING_SHORT;
}

/* Forgets a short stream. */
static inline void tiling_clear(struct tiling *tiling)
{
    tiling->len = 0;
}

/* The tokens of the stream, which is empty again then. */
int64_t tiling_finish(struct tiling *tiling);

/* Tokens of the one character of len bytes at bytes, standing alone. */
int32_t tiling_character(const struct vocab *vocab, enum vocab_family family, const uint8_t *bytes,
                         size_t len);

#endif
