#include "count/offline/passages.h"

#include <string.h>

#include "base/random.h"

/* The places are 24 KB at first and 1.5 MB at most. */
enum { BITS_MIN = 10, BITS_MAX = 16, BITS_MORE = 2 };

/* Of a passage four words at a time are hashed, the last ones padded with NUL. */
enum { WORDS = 4, WORD_SIZE = 8, STEP = WORDS * WORD_SIZE, KEY_SIZE = PASSAGE_SIZE_MAX + STEP };

static void make_items(struct passages *passages, unsigned bits)
{
    passages->bits = bits;
    passages->kept = 0;
    passages->items = arena_alloc(passages->arena, (size_t)1 << bits, sizeof *passages->items);
}

/* Makes the key and the first places. */
static bool make(struct passages *passages)
{
    uint64_t *key = arena_alloc(passages->arena, KEY_SIZE, 1);
    passages->is_off = !random_fill(key, KEY_SIZE);
    if (passages->is_off)
        return false;
    passages->key = key;
    make_items(passages, BITS_MIN);
    return true;
}

static bool is_worth_it(const struct passages *passages)
{
    return passages->met * PASSAGES_WORTH >= passages->looked;
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

#if defined(__SIZEOF_INT128__) && !defined(TOKGATE_PORTABLE)
__extension__ typedef unsigned __int128 product;

static inline void add_product(product *sum, uint64_t a, uint64_t b)
{
    *sum += (product)a * b;
}

static inline struct passage_hash hash_of_sum(product sum)
{
    return (struct passage_hash){ { (uint64_t)sum, (uint64_t)(sum >> 64) } };
}
#else
typedef struct passage_hash product;

/* The same modulo 2^128, out of products of halves. */
static inline void add_product(product *sum, uint64_t a, uint64_t b)
{
    const uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    const uint64_t left = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    const uint64_t right = (a & UINT32_MAX) * (b >> 32) + (left & UINT32_MAX);
    const uint64_t high = (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32);
    const uint64_t word = right << 32 | (low & UINT32_MAX);
    sum->words[0] += word;
    sum->words[1] += high + (sum->words[0] < word);
}

static inline struct passage_hash hash_of_sum(product sum)
{
    return sum;
}
#endif

static inline uint64_t load(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline void add_words(product *sum, const uint64_t *key, const char *at)
{
    add_product(sum, load(at) + key[0], load(at + WORD_SIZE) + key[1]);
    add_product(sum, load(at + 2 * WORD_SIZE) + key[2], load(at + 3 * WORD_SIZE) + key[3]);
}

static struct passage *places_of(const struct passages *passages, struct passage_hash hash)
{
    const uint64_t mixed = (hash.words[0] ^ hash.words[1]) * 0x9e3779b97f4a7c15U;
    return passages->items + (mixed >> (64 - (passages->bits - 1))) * 2;
}

struct passage_hash passages_hash(const struct passages *passages, struct str text)
{
    const uint64_t *key = passages->key;
    const char *at = text.ptr, *end = text.ptr + text.len;
    char rest[STEP] = { 0 };
    product sum = { 0 };
    add_product(&sum, text.len, 1);
    for (; end - at >= STEP; at += STEP, key += WORDS)
        add_words(&sum, key, at);
    memcpy(rest, at, (size_t)(end - at));
    add_words(&sum, key, rest);
    const struct passage_hash hash = hash_of_sum(sum);
#ifdef __GNUC__
    __builtin_prefetch(places_of(passages, hash));
#endif
    return hash;
}

static bool has_hash(const struct passage *passage, struct passage_hash hash)
{
    return passage->hash.words[0] == hash.words[0] && passage->hash.words[1] == hash.words[1];
}

/* Puts the passage where the newer of two stands, whose place the older one gets. */
static void put(struct passage *places, const struct passage *passage)
{
    places[1] = places[0];
    places[0] = *passage;
}

static void grow(struct passages *passages)
{
    const struct passage *old = passages->items;
    const size_t len = (size_t)1 << passages->bits;
    make_items(passages, passages->bits + BITS_MORE);
    for (size_t i = len; i-- > 0;)
        if (old[i].hash.words[0] | old[i].hash.words[1])
            put(places_of(passages, old[i].hash), &old[i]);
}

uint32_t *passages_meet(struct passages *passages, enum vocab_family family,
                        struct passage_hash hash)
{
    struct passage *places = places_of(passages, hash);
    passages->looked++;
    for (int i = 0; i < 2; i++)
        if (has_hash(&places[i], hash)) {
            passages->met++;
            return &places[i].tokens[family];
        }
    if (passages->bits < BITS_MAX && ++passages->kept > (size_t)1 << (passages->bits - 1)) {
        grow(passages);
        places = places_of(passages, hash);
    }
    put(places, &(struct passage){ .hash = hash });
    return NULL;
}
