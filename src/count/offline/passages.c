#include "count/offline/passages.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

/* Places for passages are had by the line; there are half a MB of lines. */
enum { LINE = 4, LINE_BYTES = LINE * sizeof(struct passage), LINES_BITS = 13 };

/* Of a passage four words at a time are hashed, the last ones padded with NUL. */
enum { WORDS = 4, WORD_SIZE = 8, STEP = WORDS * WORD_SIZE };

/* The key has as many words as the longest passage, after two that the sum is multiplied by. */
enum { KEY_FROM = 2, KEY_SIZE = KEY_FROM * WORD_SIZE + PASSAGE_SIZE_MAX + STEP };

void passages_free(struct passages *passages)
{
    free(passages->memory);
}

/* Makes the key and the lines, which have no pages before they are used. */
static bool make(struct passages *passages)
{
    char *memory = calloc(1, KEY_SIZE + LINE_BYTES + ((size_t)LINE_BYTES << LINES_BITS));
    passages->memory = memory;
    if (!memory || !random_fill(memory, KEY_SIZE))
        return false;
    passages->key = (uint64_t *)(void *)memory;
    passages->key[0] |= 1;
    memory += KEY_SIZE;
    memory += -(uintptr_t)memory % LINE_BYTES;
    passages->lines = (struct passage *)(void *)memory;
    return true;
}

/* The first thread that needs them makes them; others do without as long. */
static bool are_there(struct passages *passages)
{
    int state = atomic_load_explicit(&passages->state, memory_order_acquire);
    if (state == PASSAGES_NONE &&
        atomic_compare_exchange_strong(&passages->state, &state, PASSAGES_BEING_MADE)) {
        state = make(passages) ? PASSAGES_THERE : PASSAGES_NO_KEY;
        atomic_store_explicit(&passages->state, state, memory_order_release);
    }
    return state == PASSAGES_THERE;
}

static bool is_worth_it(const struct passage_reader *reader)
{
    return reader->met * PASSAGES_PARTS >= reader->looked;
}

bool passages_start(struct passage_reader *reader, struct str text)
{
    if (reader->looked >= PASSAGES_LOOKED) {
        reader->rest = is_worth_it(reader) ? 0 : PASSAGES_REST;
        reader->looked = reader->met = 0;
    }
    if (reader->rest) {
        reader->rest -= text.len < reader->rest ? text.len : reader->rest;
        return false;
    }
    return reader->passages && text.len <= PASSAGES_TEXT_MAX && are_there(reader->passages);
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
    return passages->lines + ((mixed ^ mixed >> 32) & ((1U << LINES_BITS) - 1)) * LINE;
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

/* What a passage holds, by which it is told apart. */
struct content {
    uint64_t high, rest;
};

enum { TOKENS_BITS = 16, LOW_SHIFT = VOCAB_FAMILIES_LEN * TOKENS_BITS };
static_assert(LOW_SHIFT == 32, "the tokens of all families and half a hash are a word");

static inline struct content content_of(struct passage *passage)
{
    const uint64_t rest = atomic_load_explicit(&passage->rest, memory_order_relaxed);
    return (struct content){
        .high = atomic_load_explicit(&passage->mark, memory_order_relaxed) ^ rest,
        .rest = rest,
    };
}

static inline void put(struct passage *passage, struct content content)
{
    atomic_store_explicit(&passage->mark, content.high ^ content.rest, memory_order_relaxed);
    atomic_store_explicit(&passage->rest, content.rest, memory_order_relaxed);
}

static inline bool is_of(struct content content, struct passage_hash hash)
{
    return content.high == hash.high && content.rest >> LOW_SHIFT == hash.low;
}

/* Puts a passage first in its line; what stands before a place moves up to it. */
static void put_first(struct passage *line, unsigned place, struct content content)
{
    for (; place; place--)
        put(line + place, content_of(line + place - 1));
    put(line, content);
}

/* The place of a new one: one that is free, or the last, which it leaves when it is met again. What
 * is met but once does not drive out what is met often. */
static struct passage *place_in(struct passage *line)
{
    unsigned place = 0;
    while (place < LINE - 1 && content_of(line + place).high)
        place++;
    return line + place;
}

struct passage_known passages_meet(struct passage_reader *reader, enum vocab_family family,
                                   const struct passage_id *id)
{
    struct passage *line = line_of(reader->passages, id->hash);
    reader->looked += id->size;
    for (unsigned i = 0; i < LINE; i++) {
        const struct content content = content_of(line + i);
        if (!is_of(content, id->hash))
            continue;
        reader->met += id->size;
        if (i == LINE - 1)
            put_first(line, i, content);
        return (struct passage_known){
            .is_met = true,
            .tokens = (uint16_t)(content.rest >> (unsigned)family * TOKENS_BITS),
        };
    }
    put(place_in(line), (struct content){ id->hash.high, (uint64_t)id->hash.low << LOW_SHIFT });
    return (struct passage_known){ 0 };
}

void passages_keep(struct passages *passages, enum vocab_family family, const struct passage_id *id,
                   int64_t tokens)
{
    struct passage *line = line_of(passages, id->hash);
    const unsigned shift = (unsigned)family * TOKENS_BITS;
    if (tokens < 1 || tokens > UINT16_MAX)
        return;
    for (unsigned i = 0; i < LINE; i++) {
        struct content content = content_of(line + i);
        if (!is_of(content, id->hash))
            continue;
        content.rest &= ~((uint64_t)UINT16_MAX << shift);
        content.rest |= (uint64_t)tokens << shift;
        put(line + i, content);
        return;
    }
}
