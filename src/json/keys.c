#include "json/keys.h"

#include <string.h>
#include <sys/random.h>

void json_keys_init(struct json_walk *walk)
{
    if (getentropy(&walk->seed, sizeof walk->seed) != 0) /* unknown to whoever wrote the input */
        walk->seed = (uint64_t)(uintptr_t)walk;
    walk->keys = walk->keys_inline;
    walk->slots = walk->slots_inline;
    walk->slots_len = sizeof walk->slots_inline / sizeof walk->slots_inline[0];
    walk->keys_len = 0;
    memset(walk->slots_inline, 0, sizeof walk->slots_inline);
}

void json_keys_close(struct json_walk *walk, size_t keep_len)
{
    while (walk->keys_len > keep_len)
        walk->slots[walk->keys[--walk->keys_len].slot] = 0;
}

static size_t insert(const struct json_walk *walk, uint64_t hash)
{
    size_t slot = (size_t)hash & (walk->slots_len - 1);
    while (walk->slots[slot])
        slot = (slot + 1) & (walk->slots_len - 1);
    return slot;
}

static void grow(struct json_walk *walk)
{
    size_t new_len = walk->slots_len * 2;
    walk->keys = arena_grow(walk->arena, walk->keys, walk->keys_len * sizeof *walk->keys,
                            new_len / 2 * sizeof *walk->keys);
    walk->slots = ARENA_ARRAY(walk->arena, uint32_t, new_len);
    walk->slots_len = new_len;
    for (size_t i = 0; i < walk->keys_len; i++) {
        walk->keys[i].slot = insert(walk, walk->keys[i].hash);
        walk->slots[walk->keys[i].slot] = (uint32_t)i + 1;
    }
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

bool json_keys_add(struct json_walk *walk, struct json_text key)
{
    size_t first = walk->frames[walk->depth - 1].keys_before;
    uint64_t hash = name_hash(walk, key);
    if (walk->keys_len == walk->slots_len / 2)
        grow(walk);
    size_t slot = (size_t)hash & (walk->slots_len - 1);
    for (; walk->slots[slot]; slot = (slot + 1) & (walk->slots_len - 1)) {
        size_t index = walk->slots[slot] - 1;
        if (index >= first && walk->keys[index].hash == hash &&
            same_name(walk->keys[index].text, key))
            return false;
    }
    walk->slots[slot] = (uint32_t)walk->keys_len + 1;
    walk->keys[walk->keys_len++] = (struct json_key){ key, hash, slot };
    return true;
}
