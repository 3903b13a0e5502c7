#include "json/keys.h"

#include <string.h>
#include <sys/random.h>

/* The names of an object with no more members than these are compared one by one, which is faster
 * than hashing them; those of a larger one are in the table, all of them. */
enum { FEW = 16 };

void json_keys_init(struct json_walk *walk)
{
    walk->keys = walk->keys_inline;
    walk->keys_cap = JSON_KEYS_INLINE;
    walk->keys_len = 0;
    walk->slots = NULL;
}

void json_keys_close(struct json_walk *walk)
{
    const struct json_frame *frame = &walk->frames[walk->depth - 1];
    while (frame->has_table && walk->keys_len > frame->keys_before)
        walk->slots[walk->keys[--walk->keys_len].slot] = 0;
    walk->keys_len = frame->keys_before;
}

static size_t slots_len(const struct json_walk *walk)
{
    return 2 * walk->keys_cap;
}

static void insert(struct json_walk *walk, size_t index)
{
    struct json_key *key = &walk->keys[index];
    key->slot = (size_t)key->hash & (slots_len(walk) - 1);
    while (walk->slots[key->slot])
        key->slot = (key->slot + 1) & (slots_len(walk) - 1);
    walk->slots[key->slot] = (uint32_t)index + 1;
}

/* The table of as many slots as the keys need, with those keys that were in it. */
static void make_table(struct json_walk *walk)
{
    const bool is_inline = walk->keys == walk->keys_inline;
    walk->slots =
        is_inline ? walk->slots_inline : ARENA_ARRAY(walk->arena, uint32_t, slots_len(walk));
    if (is_inline)
        memset(walk->slots_inline, 0, sizeof walk->slots_inline);
    for (size_t depth = 0; depth < walk->depth; depth++) {
        const struct json_frame *frame = &walk->frames[depth];
        const size_t to = depth + 1 < walk->depth ? frame[1].keys_before : walk->keys_len;
        for (size_t i = frame->keys_before; frame->has_table && i < to; i++)
            insert(walk, i);
    }
}

static void grow(struct json_walk *walk)
{
    walk->keys_cap *= 2;
    walk->keys = arena_grow(walk->arena, walk->keys, walk->keys_len * sizeof *walk->keys,
                            walk->keys_cap * sizeof *walk->keys);
    if (walk->slots)
        make_table(walk);
}

/* Names that are escaped are decoded for the comparison, so "a" and "\u0061" are one member. */
static bool same_name(struct json_text a, struct json_text b)
{
    if (!a.escaped && !b.escaped)
        return str_equal(a.raw, b.raw);
    struct arena scratch = { 0 };
    bool same = str_equal(json_decode(a, &scratch), json_decode(b, &scratch));
    arena_free(&scratch);
    return same;
}

static uint64_t name_hash(const struct json_walk *walk, struct json_text key)
{
    uint64_t seed = walk->seed ^ ((uint64_t)walk->depth << 32);
    if (!key.escaped)
        return str_hash(key.raw, seed);
    struct arena scratch = { 0 };
    uint64_t hash = str_hash(json_decode(key, &scratch), seed);
    arena_free(&scratch);
    return hash;
}

/* The innermost object is no small one any more. */
static void begin_table(struct json_walk *walk, struct json_frame *frame)
{
    if (!walk->slots) {
        if (getentropy(&walk->seed, sizeof walk->seed) != 0) /* unknown to who wrote the input */
            walk->seed = (uint64_t)(uintptr_t)walk;
        make_table(walk);
    }
    frame->has_table = true;
    for (size_t i = frame->keys_before; i < walk->keys_len; i++) {
        walk->keys[i].hash = name_hash(walk, walk->keys[i].text);
        insert(walk, i);
    }
}

static bool is_among_few(const struct json_walk *walk, size_t first, struct json_text key)
{
    for (size_t i = first; i < walk->keys_len; i++) {
        const struct json_text *other = &walk->keys[i].text;
        const bool may_be = other->raw.len == key.raw.len || other->escaped || key.escaped;
        if (may_be && same_name(*other, key))
            return true;
    }
    return false;
}

static bool is_in_table(const struct json_walk *walk, size_t first, const struct json_key *key)
{
    const size_t mask = slots_len(walk) - 1;
    for (size_t slot = (size_t)key->hash & mask; walk->slots[slot]; slot = (slot + 1) & mask) {
        const size_t index = walk->slots[slot] - 1;
        if (index >= first && walk->keys[index].hash == key->hash &&
            same_name(walk->keys[index].text, key->text))
            return true;
    }
    return false;
}

bool json_keys_add(struct json_walk *walk, struct json_text text)
{
    struct json_frame *frame = &walk->frames[walk->depth - 1];
    struct json_key key = { .text = text };
    if (walk->keys_len == walk->keys_cap)
        grow(walk);
    if (!frame->has_table && walk->keys_len - frame->keys_before == FEW)
        begin_table(walk, frame);
    if (frame->has_table)
        key.hash = name_hash(walk, text);
    if (frame->has_table ? is_in_table(walk, frame->keys_before, &key)
                         : is_among_few(walk, frame->keys_before, text))
        return false;
    walk->keys[walk->keys_len++] = key;
    if (frame->has_table)
        insert(walk, walk->keys_len - 1);
    return true;
}
