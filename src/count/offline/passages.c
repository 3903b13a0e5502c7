#include "count/offline/passages.h"

#include <string.h>

#include "base/random.h"

/* A line of places for passages; of lines there are 16 KB at first and half a MB at most. */
enum { LINE = 4, BITS_MIN = 8, BITS_MAX = 13, BITS_MORE = 2 };

/* Of a passage four words at a time are hashed, the last ones padded with NUL. */
enum { WORDS = 4, WORD_SIZE = 8, STEP = WORDS * WORD_SIZE };

/* The key has as many words as the longest passage, after two that the sum is multiplied by. */
enum { KEY_FROM = 2, KEY_SIZE = KEY_FROM * WORD_SIZE + PASSAGE_SIZE_MAX + STEP };

static void make_items(struct passages *passages, unsigned bits)
{
    enum { LINE_SIZE = LINE * sizeof *passages->items };
    passages->bits = bits;
    passages->kept = 0;
    passages->size_bytes = ((size_t)LINE_SIZE << bits) + LINE_SIZE;
    passages->memory = arena_alloc(passages->arena, passages->size_bytes, 1);
    char *memory = passages->memory;
    memory += -(uintptr_t)memory % LINE_SIZE;
    passages->items = (struct passage *)(void *)memory;
}

/* Makes the key and the first places. */
static bool make(struct passages *passages)
{
    uint64_t *key = arena_alloc(passages->arena, KEY_SIZE, 1);
    passages->is_off = !random_fill(key, KEY_SIZE);
    if (passages->is_off)
        return false;
    key[0] |= 1;
    passages->key = key;
    make_items(passages, BITS_MIN);
    return true;
}

static bool is_worth_it(const struct passages *passages)
{
    return passages->met * PASSAGES_PARTS >= passages->looked;
}

bool passages_start(struct passages *passages, struct str text)
{
    if (passages->looked >= PASSAGES_LOOKED) {
        passages->rest = is_worth_it(passages) ? 0 : PASSAGES_REST;
        passages->looked = passages->met = 0;
    }
    if (passages->rest) {
        passages->rest -= text.len < passages->rest ? text.len : passages->rest;
        return false;
    }
    return !passages->is_off && text.len <= PASSAGES_TEXT_MAX && (passages->key || make(passages));
}

/* A number of 128 bits. */
struct sum {
    uint64_t low, high;
};

#if defined(__SIZEOF_INT128__) && !defined(TOKGATE_PORTABLE)
__extension__ typedef unsigned __int128 wide;

static inline struct sum plus_product(struct sum sum, uint64_t a, uint64_t b)
{
    const wide total = ((wide)sum.high << 64 | sum.low) + (wide)a * b;
    return (struct sum){ (uint64_t)total, (uint64_t)(total >> 64) };
}
#else
/* Out of products of halves. */
static inline struct sum plus_product(struct sum sum, uint64_t a, uint64_t b)
{
    const uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    const uint64_t left = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    const uint64_t right = (a & UINT32_MAX) * (b >> 32) + (left & UINT32_MAX);
    const uint64_t word = right << 32 | (low & UINT32_MAX);
    sum.low += word;
    sum.high += (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32) + (sum.low < word);
    return sum;
}
#endif

static inline uint64_t load(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline struct sum plus_words(struct sum sum, const uint64_t *key, const char *at)
{
    sum = plus_product(sum, load(at) + key[0], load(at + WORD_SIZE) + key[1]);
    return plus_product(sum, load(at + 2 * WORD_SIZE) + key[2], load(at + 3 * WORD_SIZE) + key[3]);
}

/* Texts in a row, such as numbers, have hashes in a row, which may be far from spread out. */
static struct passage *line_of(const struct passages *passages, struct passage_hash hash)
{
    const uint64_t mixed = (hash.high ^ hash.high >> 29) * 0xbf58476d1ce4e5b9U;
    return passages->items + ((mixed ^ mixed >> 32) & (((uint64_t)1 << passages->bits) - 1)) * LINE;
}

struct passage_id passages_id(const struct passages *passages, struct str text)
{
    const uint64_t *key = passages->key + KEY_FROM;
    const char *at = text.ptr, *end = text.ptr + text.len;
    char rest[STEP] = { 0 };
    struct sum sum = { .low = text.len };
    for (; end - at >= STEP; at += STEP, key += WORDS)
        sum = plus_words(sum, key, at);
    memcpy(rest, at, (size_t)(end - at));
    sum = plus_words(sum, key, rest);
    struct sum mixed = plus_product((struct sum){ 0 }, sum.low, passages->key[0]);
    mixed.high += sum.low * passages->key[1] + sum.high * passages->key[0];
    const struct passage_hash hash = { mixed.high, (uint32_t)(mixed.low >> 32) };
#ifdef __GNUC__
    __builtin_prefetch(line_of(passages, hash));
#endif
    return (struct passage_id){ hash, text.len };
}

/* Puts a passage first in its line; what stands before a place moves up to it. */
static void put_first(struct passage *line, unsigned place, struct passage passage)
{
    memmove(line + 1, line, place * sizeof *line);
    line[0] = passage;
}

static void grow(struct passages *passages)
{
    const struct passages old = *passages;
    const unsigned bits = old.bits + BITS_MORE;
    make_items(passages, bits < BITS_MAX ? bits : BITS_MAX);
    for (size_t i = (size_t)LINE << old.bits; i-- > 0;)
        if (old.items[i].high)
            put_first(line_of(passages, (struct passage_hash){ .high = old.items[i].high }),
                      LINE - 1, old.items[i]);
    arena_release(passages->arena, old.memory, old.size_bytes);
}

/* The place of a new one: one that is free, or the last, which it leaves when it is met again. What
 * is met but once does not drive out what is met often. */
static struct passage *place_in(struct passage *line)
{
    unsigned place = 0;
    while (place < LINE - 1 && line[place].high)
        place++;
    return line + place;
}

uint16_t *passages_meet(struct passages *passages, enum vocab_family family,
                        const struct passage_id *id)
{
    struct passage *line = line_of(passages, id->hash);
    passages->looked += id->size;
    for (unsigned i = 0; i < LINE; i++) {
        if (line[i].high != id->hash.high || line[i].low != id->hash.low)
            continue;
        passages->met += id->size;
        if (i < LINE - 1)
            return &line[i].tokens[family];
        put_first(line, i, line[i]);
        return &line[0].tokens[family];
    }
    if (passages->bits < BITS_MAX && ++passages->kept > (size_t)1 << passages->bits) {
        grow(passages);
        line = line_of(passages, id->hash);
    }
    *place_in(line) = (struct passage){ .high = id->hash.high, .low = id->hash.low };
    return NULL;
}
