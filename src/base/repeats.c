#include "base/repeats.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/first_repeats.h"
#include "base/temporary.h"

enum {
    PART_BITS = 6,
    PARTS_LEN = 1 << PART_BITS,
    DEPTH_MAX = 64 / PART_BITS, /* a hash has no bits left to part by */
    SET_CAP_MIN = 256,
};

/* A text seen for the first time. */
struct entry {
    uint64_t hash[2];
    uint64_t at;
};

/* A text in a file; text_len bytes follow. */
struct record {
    uint64_t hash[2];
    uint64_t at, index;
    uint32_t text_len;
};

/* Texts in memory, until there are too many of them: then all are in files, by their hash. Parts of
 * a part are one deeper. */
struct set {
    struct entry *entries; /* in the order in which they came */
    uint32_t *slots;       /* index + 1; twice as many as entries */
    size_t len, cap;
    unsigned depth;
    bool is_parted;
    FILE *parts[PARTS_LEN]; /* NULL: nothing in it */
};

struct repeats {
    struct repeats_options options;
    char *directory;
    uint64_t seed[2];
    uint64_t len;
    size_t cap; /* of a set in memory */
    struct set all;
    struct first_repeats first;
    struct arena arena;
};

static void hash_text(struct str text, const uint64_t seed[2], uint64_t hash[2])
{
    hash[0] = str_hash(text, seed[0]);
    hash[1] = str_hash(text, seed[1]);
}

struct repeats *repeats_open(const struct repeats_options *options)
{
    struct arena arena = { 0 };
    struct repeats *repeats = ARENA_NEW(&arena, struct repeats); /* lives in its own arena */
    size_t memory_bytes = options->memory_bytes ? options->memory_bytes : REPEATS_MEMORY_BYTES;
    repeats->options = *options;
    if (!options->hash)
        repeats->options.hash = hash_text;
    struct str directory = options->directory.len ? options->directory : STR("/tmp");
    repeats->directory = str_to_c(&arena, directory);
    if (getentropy(repeats->seed, sizeof repeats->seed) != 0)
        repeats->seed[0] = ~(repeats->seed[1] = (uint64_t)(uintptr_t)repeats);
    repeats->cap = SET_CAP_MIN;
    while (repeats->cap < UINT32_MAX / 4 &&
           repeats->cap * 2 * (sizeof(struct entry) + 2 * sizeof(uint32_t)) <= memory_bytes)
        repeats->cap *= 2;
    repeats->first.max = options->kept_max;
    repeats->arena = arena;
    return repeats;
}

static void free_set(struct set *set)
{
    free(set->entries);
    free(set->slots);
    for (size_t i = 0; i < PARTS_LEN; i++)
        if (set->parts[i])
            fclose(set->parts[i]); /* nobody will read it */
    *set = (struct set){ .depth = set->depth };
}

void repeats_close(struct repeats *repeats)
{
    if (!repeats)
        return;
    free_set(&repeats->all);
    first_repeats_free(&repeats->first);
    struct arena arena = repeats->arena;
    arena_free(&arena);
}

static bool write_record(const struct repeats *repeats, struct set *set,
                         const struct record *record, const char *text, struct error *err)
{
    unsigned shift = 64 - PART_BITS * (set->depth + 1);
    FILE **part = &set->parts[(record->hash[0] >> shift) % PARTS_LEN];
    if (!*part)
        *part = temporary_open(repeats->directory, err);
    if (!*part)
        return false;
    return (fwrite(record, sizeof *record, 1, *part) == 1 &&
            fwrite(text, 1, record->text_len, *part) == record->text_len) ||
           temporary_fail(repeats->directory, "write", err);
}

static bool is_same(const uint64_t a[2], const uint64_t b[2])
{
    return a[0] == b[0] && a[1] == b[1];
}

/* The slot of the text, or the free one where it belongs. The parts were chosen by the other half
 * of the hash. */
static uint32_t *slot_of(const struct set *set, const uint64_t hash[2])
{
    size_t mask = 2 * set->cap - 1, at = (size_t)hash[1] & mask;
    while (set->slots[at] && !is_same(set->entries[set->slots[at] - 1].hash, hash))
        at = (at + 1) & mask;
    return &set->slots[at];
}

static bool grow_set(struct set *set, struct error *err)
{
    size_t cap = set->cap ? 2 * set->cap : SET_CAP_MIN;
    bool fits = cap < UINT32_MAX / 2;
    struct entry *entries = fits ? realloc(set->entries, cap * sizeof *entries) : NULL;
    if (entries)
        set->entries = entries;
    free(set->slots);
    set->slots = fits ? calloc(2 * cap, sizeof *set->slots) : NULL;
    if (!entries || !set->slots)
        return error_set(err, "%s", strerror(ENOMEM));
    set->cap = cap;
    for (size_t i = 0; i < set->len; i++)
        *slot_of(set, set->entries[i].hash) = (uint32_t)i + 1;
    return true;
}

/* Moves what is in memory to the parts. These came first: their own texts are never told. */
static bool part_set(const struct repeats *repeats, struct set *set, struct error *err)
{
    bool written = true;
    for (size_t i = 0; i < set->len && written; i++) {
        const struct entry *entry = &set->entries[i];
        const struct record record = { { entry->hash[0], entry->hash[1] }, entry->at, 0, 0 };
        written = write_record(repeats, set, &record, "", err);
    }
    free(set->entries);
    free(set->slots);
    set->entries = NULL;
    set->slots = NULL;
    set->is_parted = true;
    return written;
}

static bool keep_repeat(struct repeats *repeats, const struct record *record, const char *text,
                        uint64_t first_at, struct error *err)
{
    struct repeat item = {
        .index = record->index, .at = record->at, .first_at = first_at, .len = record->text_len
    };
    memcpy(item.text, text, record->text_len);
    return first_repeats_add(&repeats->first, &item, err);
}

static bool add_to_set(struct repeats *repeats, struct set *set, const struct record *record,
                       const char *text, struct error *err)
{
    if (set->is_parted)
        return write_record(repeats, set, record, text, err);
    if (!set->cap && !grow_set(set, err))
        return false;
    assert(set->entries && set->slots);
    uint32_t *slot = slot_of(set, record->hash);
    if (*slot)
        return keep_repeat(repeats, record, text, set->entries[*slot - 1].at, err);
    if (set->len == set->cap) {
        if (set->cap >= repeats->cap && set->depth < DEPTH_MAX)
            return part_set(repeats, set, err) && write_record(repeats, set, record, text, err);
        if (!grow_set(set, err))
            return false;
        slot = slot_of(set, record->hash);
    }
    set->entries[set->len] = (struct entry){ { record->hash[0], record->hash[1] }, record->at };
    *slot = (uint32_t)++set->len;
    return true;
}

/* The beginning of the text, in whole characters. */
static size_t kept_len(struct str text)
{
    size_t len = text.len < REPEATS_TEXT_MAX ? text.len : REPEATS_TEXT_MAX;
    while (len < text.len && len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    return len;
}

bool repeats_add(struct repeats *repeats, struct str text, uint64_t at, struct error *err)
{
    struct record record = {
        .at = at,
        .index = repeats->len++,
        .text_len = (uint32_t)kept_len(text),
    };
    repeats->options.hash(text, repeats->seed, record.hash);
    return add_to_set(repeats, &repeats->all, &record, text.len ? text.ptr : "", err);
}

static bool find_in(struct repeats *repeats, struct set *set, struct error *err);

/* Finds what occurs again in one part. */
static bool find_in_part(struct repeats *repeats, FILE *part, unsigned depth, struct error *err)
{
    struct set set = { .depth = depth };
    struct record record;
    char text[REPEATS_TEXT_MAX];
    bool goes_on = (fflush(part) == 0 && fseek(part, 0, SEEK_SET) == 0) ||
                   temporary_fail(repeats->directory, "write", err);
    while (goes_on && fread(&record, sizeof record, 1, part) == 1)
        goes_on = (record.text_len <= sizeof text &&
                   fread(text, 1, record.text_len, part) == record.text_len)
                      ? add_to_set(repeats, &set, &record, text, err)
                      : temporary_fail(repeats->directory, "read", err);
    if (goes_on && ferror(part))
        goes_on = temporary_fail(repeats->directory, "read", err);
    goes_on = goes_on && find_in(repeats, &set, err);
    free_set(&set);
    return goes_on;
}

/* What is in memory is known already. */
static bool find_in(struct repeats *repeats, struct set *set, struct error *err)
{
    bool goes_on = true;
    for (size_t i = 0; i < PARTS_LEN && goes_on; i++) {
        FILE *part = set->parts[i];
        set->parts[i] = NULL;
        goes_on = !part || find_in_part(repeats, part, set->depth + 1, err);
        if (part)
            fclose(part); /* all that is wanted of it was read */
    }
    return goes_on;
}

bool repeats_find(struct repeats *repeats, struct repeats_found *found, struct error *err)
{
    if (!find_in(repeats, &repeats->all, err))
        return false;
    free_set(&repeats->all);
    first_repeats_sort(&repeats->first);
    *found =
        (struct repeats_found){ repeats->first.items, repeats->first.len, repeats->first.more };
    return true;
}
