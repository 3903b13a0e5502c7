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

static size_t slots_len(const struct json_walk *walk)
{
    return 2 * walk->keys_cap;
}

static struct json_text text_of(const struct json_walk *walk, const struct json_key *key)
{
    return (struct json_text){ { walk->text.ptr + key->at, key->len }, key->at - 1, key->escaped };
}

/* The slot of a key that is in the table, or the free one for it. */
static size_t slot_of(const struct json_walk *walk, size_t index)
{
    const size_t mask = slots_len(walk) - 1;
    size_t slot = walk->keys[index].hash & mask;
    while (walk->slots[slot] && walk->slots[slot] != index + 1)
        slot = (slot + 1) & mask;
    return slot;
}

void json_keys_close(struct json_walk *walk)
{
    const struct json_frame *frame = &walk->frames[walk->depth - 1];
    while (frame->has_table && walk->keys_len > frame->keys_before) {
        walk->keys_len--;
        walk->slots[slot_of(walk, walk->keys_len)] = 0;
    }
    walk->keys_len = frame->keys_before;
}

static void insert(struct json_walk *walk, size_t index)
{
    walk->slots[slot_of(walk, index)] = (uint32_t)index + 1;
}

/* The table of as many slots as the keys need, with those keys that were in it. old_len is how many
 * slots it had; 0: there was none. */
static void make_table(struct json_walk *walk, size_t old_len)
{
    const bool was_inline = !old_len || walk->slots == walk->slots_inline;
    const size_t size = slots_len(walk) * sizeof *walk->slots;
    if (walk->keys == walk->keys_inline)
        walk->slots = walk->slots_inline;
    else
        walk->slots = arena_regrow(walk->arena, was_inline ? NULL : walk->slots,
                                   was_inline ? 0 : old_len * sizeof *walk->slots, size);
    memset(walk->slots, 0, size);
    for (size_t depth = 0; depth < walk->depth; depth++) {
        const struct json_frame *frame = &walk->frames[depth];
        const size_t to = depth + 1 < walk->depth ? frame[1].keys_before : walk->keys_len;
        for (size_t i = frame->keys_before; frame->has_table && i < to; i++)
            insert(walk, i);
    }
}

static void grow(struct json_walk *walk)
{
    const size_t slots_before = slots_len(walk), size = walk->keys_cap * sizeof *walk->keys;
    walk->keys_cap *= 2;
    walk->keys = walk->keys == walk->keys_inline
                     ? arena_grow(walk->arena, walk->keys, size, 2 * size)
                     : arena_regrow(walk->arena, walk->keys, size, 2 * size);
    if (walk->slots)
        make_table(walk, slots_before);
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

static uint32_t name_hash(const struct json_walk *walk, struct json_text key)
{
    uint64_t seed = walk->seed ^ ((uint64_t)walk->depth << 32);
    if (!key.escaped)
        return (uint32_t)str_hash(key.raw, seed);
    struct arena scratch = { 0 };
    uint64_t hash = str_hash(json_decode(key, &scratch), seed);
    arena_free(&scratch);
    return (uint32_t)hash;
}

/* The innermost object is no small one any more. */
static void begin_table(struct json_walk *walk, struct json_frame *frame)
{
    if (!walk->slots) {
        if (getentropy(&walk->seed, sizeof walk->seed) != 0) /* unknown to who wrote the input */
            walk->seed = (uint64_t)(uintptr_t)walk;
        make_table(walk, 0);
    }
    frame->has_table = true;
    for (size_t i = frame->keys_before; i < walk->keys_len; i++) {
        walk->keys[i].hash = name_hash(walk, text_of(walk, &walk->keys[i]));
        insert(walk, i);
    }
}

static bool is_among_few(const struct json_walk *walk, size_t first, struct json_text key)
{
    for (size_t i = first; i < walk->keys_len; i++) {
        const struct json_key *other = &walk->keys[i];
        const bool may_be = other->len == key.raw.len || other->escaped || key.escaped;
        if (may_be && same_name(text_of(walk, other), key))
            return true;
    }
    return false;
}

static bool is_in_table(const struct json_walk *walk, size_t first, const struct json_key *key)
{
    const size_t mask = slots_len(walk) - 1;
    for (size_t slot = key->hash & mask; walk->slots[slot]; slot = (slot + 1) & mask) {
        const size_t index = walk->slots[slot] - 1;
        if (index >= first && walk->keys[index].hash == key->hash &&
            same_name(text_of(walk, &walk->keys[index]), text_of(walk, key)))
            return true;
    }
    return false;
}

bool json_keys_add(struct json_walk *walk, struct json_text text)
{
    struct json_frame *frame = &walk->frames[walk->depth - 1];
    struct json_key key = { .at = text.at + 1, .len = text.raw.len, .escaped = text.escaped };
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
