#ifndef TOKGATE_COUNT_CACHE_INDEX_FILE_H
#define TOKGATE_COUNT_CACHE_INDEX_FILE_H

#include <stddef.h>

#include "base/fingerprint.h"
#include "count/cache_index.h"

/* How the file is laid out, for who reads it and who writes it: head, then for each bucket which of
 * the rows is its first, and twice their number; then the rows, bucket by bucket. */
struct index_head {
    char magic[8];
    uint32_t order; /* of the bytes of a number */
    uint32_t bits;
    uint32_t len;
    uint32_t guard; /* of what is before it */
};

struct index_row {
    struct cache_key key;
    int64_t tokens;
    uint32_t mark;
    uint32_t guard; /* of what is before it */
};

#define INDEX_MAGIC "tokgate1" /* its 8 bytes */

enum { INDEX_ORDER = 0x01020304 };

_Static_assert(sizeof(struct index_head) == 24 && sizeof(struct index_row) == 48,
               "no byte of them is unset");

static inline uint32_t index_guard_of(const void *bytes, size_t size)
{
    return (uint32_t)fingerprint((struct str){ bytes, size });
}

static inline size_t index_rows_at(unsigned bits)
{
    const size_t starts = ((size_t)1 << bits) + 2; /* one to spare: rows are aligned */
    return sizeof(struct index_head) + starts * sizeof(uint32_t);
}

/* What of a key says where it is: its bucket is that shifted right by 32 - bits. */
static inline uint32_t index_place_of(const struct cache_key *key)
{
    const uint8_t *b = key->bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Whether a row is what was written. */
static inline bool index_is_sound(const struct index_row *row)
{
    return row->guard == index_guard_of(row, offsetof(struct index_row, guard)) &&
           row->tokens > 0 && row->tokens <= CACHE_TOKENS_MAX;
}

/* So many bytes from a place in an open file on. False when they are not there. */
bool index_read_exactly(int fd, void *bytes, size_t size, size_t at);

#endif
