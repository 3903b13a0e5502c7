/* Entries by their ids, and groups by what their entries share. */
#include "plan/split_tables.h"

#include <unistd.h>

#include "json/walk.h"

enum { TABLE_MIN = 1024 };

/* The id of an entry that was added, read from its source; it lives in the arena. */
static bool read_id(const struct split *split, const struct split_entry *entry, struct arena *arena,
                    struct str *id, struct error *err)
{
    const struct split_source *source = &split->sources.items[entry->source];
    char *bytes = ARENA_ARRAY(arena, char, entry->size);
    struct json_walk *walk = ARENA_NEW(arena, struct json_walk);
    struct json_text key, text;
    if (pread(source->fd, bytes, entry->size, source->start + (off_t)entry->offset) !=
        (ssize_t)entry->size)
        return error_set(err, "%.*s changed while it was read", STR_ARGS(source->path));
    json_walk_init(walk, (struct str){ bytes, entry->size }, arena);
    *id = (struct str){ 0 };
    if (json_object(walk))
        while (!id->len && json_member(walk, &key))
            if ((json_text_is(key, STR("custom_id")) || json_text_is(key, STR("recordId"))) &&
                json_text(walk, &text))
                *id = json_decode(text, arena);
    return true;
}

static void place_id(struct split *split, uint32_t number)
{
    size_t at = (size_t)split_entry_at(split, number)->id_hash & (split->ids_cap - 1);
    while (split->ids[at])
        at = (at + 1) & (split->ids_cap - 1);
    split->ids[at] = number;
}

/* Keeps an eighth of the table free. */
void split_add_id(struct split *split, uint32_t number)
{
    if (split->ids_len >= split->ids_cap / 8 * 7) {
        split->ids_cap = split->ids_cap ? split->ids_cap * 2 : TABLE_MIN;
        arena_free(&split->ids_arena);
        split->ids = ARENA_ARRAY(&split->ids_arena, uint32_t, split->ids_cap);
        for (size_t i = 1; i < number; i++)
            if (split_entry_at(split, i)->id_hash)
                place_id(split, (uint32_t)i);
    }
    place_id(split, number);
    split->ids_len++;
}

bool split_find_id(const struct split *split, struct str id, uint32_t hash, uint32_t *number,
                   struct error *err)
{
    *number = 0;
    if (!split->ids_cap)
        return true;
    for (size_t at = (size_t)hash & (split->ids_cap - 1); split->ids[at];
         at = (at + 1) & (split->ids_cap - 1)) {
        const struct split_entry *entry = split_entry_at(split, split->ids[at]);
        struct arena scratch = { 0 };
        struct str other = { 0 };
        if (entry->id_hash != hash)
            continue;
        bool is_read = read_id(split, entry, &scratch, &other, err);
        bool is_same = is_read && str_equal(other, id);
        arena_free(&scratch);
        if (is_same)
            *number = split->ids[at];
        if (!is_read || is_same)
            return is_read;
    }
    return true;
}

static struct split_group *group_of(const struct split *split, uint64_t hash)
{
    size_t at = (size_t)hash & (split->groups_cap - 1);
    while (split->groups[at].tail && split->groups[at].hash != hash)
        at = (at + 1) & (split->groups_cap - 1);
    return &split->groups[at];
}

struct split_group *split_find_group(struct split *split, uint64_t hash)
{
    if (split->groups_len >= split->groups_cap / 4 * 3) {
        const struct split_group *old = split->groups;
        const size_t cap = split->groups_cap;
        struct arena old_arena = split->groups_arena;
        split->groups_arena = (struct arena){ 0 };
        split->groups_cap = cap ? cap * 2 : TABLE_MIN;
        split->groups = ARENA_ARRAY(&split->groups_arena, struct split_group, split->groups_cap);
        for (size_t i = 0; i < cap; i++)
            if (old[i].tail)
                *group_of(split, old[i].hash) = old[i];
        arena_free(&old_arena);
    }
    struct split_group *group = group_of(split, hash);
    split->groups_len += !group->tail;
    group->hash = hash;
    return group;
}
