#include "plan/split.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "plan/split_tables.h"

enum { PAGE_LEN = 4096 };

/* build-with-claude/batch-processing, 2026-08-22: 100,000 requests or 256 MB. */
const struct split_family split_message_batches = {
    .name = "a Message Batch",
    .requests_max = 100000,
    .bytes_max = 256000000,
};

void split_init(struct split *split, struct arena *arena, const struct split_limits *limits)
{
    *split = (struct split){
        .arena = arena,
        .limits = *limits,
        .pages = { .arena = arena },
        .sources = { .arena = arena },
        .models = { .arena = arena },
        .reasons = { .arena = arena },
        .reasons_seen = { .arena = arena },
        .lefts = { .arena = arena },
        .buckets = { .arena = arena },
        .chunks = { .arena = arena },
    };
}

void split_free(struct split *split)
{
    for (size_t i = 0; i < split->sources.len; i++)
        if (split->sources.items[i].fd > STDIN_FILENO)
            close(split->sources.items[i].fd);
    arena_free(&split->ids_arena);
    arena_free(&split->groups_arena);
}

struct split_entry *split_entry_at(const struct split *split, size_t number)
{
    return &split->pages.items[(number - 1) / PAGE_LEN][(number - 1) % PAGE_LEN];
}

static bool open_source(struct split_source *source, struct error *err)
{
    struct arena scratch = { 0 };
    source->fd = source->is_stdin ? STDIN_FILENO
                                  : open(str_to_c(&scratch, source->path), O_RDONLY | O_CLOEXEC);
    arena_free(&scratch);
    if (source->fd < 0 || fstat(source->fd, &source->status) != 0)
        return error_set(err, "%.*s: %s", STR_ARGS(source->path), strerror(errno));
    if (!S_ISREG(source->status.st_mode))
        return error_usage(err, "%.*s is no file: to be split, it must be read twice",
                           STR_ARGS(source->path));
    return true;
}

/* The number of the source, which is mostly the last one. */
static bool find_source(struct split *split, struct str path, bool is_stdin, uint16_t *number,
                        struct error *err)
{
    struct split_sources *sources = &split->sources;
    *number = (uint16_t)(sources->len - 1);
    if (sources->len && str_equal(sources->items[sources->len - 1].path, path))
        return true;
    if (sources->len > UINT16_MAX)
        return error_set(err, "more than %u files to split", UINT16_MAX + 1U);
    struct split_source *source = LIST_PUSH(sources);
    *source = (struct split_source){
        .path = str_copy(split->arena, path),
        .is_stdin = is_stdin,
        .fd = -1,
        .start = is_stdin ? split->stdin_start : 0,
    };
    *number = (uint16_t)(sources->len - 1);
    return open_source(source, err);
}

static uint32_t in_32_bits(int64_t number)
{
    return number < 0 || number > (int64_t)UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

bool split_leave_out(struct split *split, struct str source, bool is_stdin, size_t index,
                     struct place place, struct str reason, struct error *err)
{
    size_t number = split->reasons.len;
    uint16_t source_number;
    if (!find_source(split, source, is_stdin, &source_number, err))
        return false;
    struct str kept = str_copy(split->arena, reason);
    if (!seen_before(&split->reasons_seen, kept, &number))
        *LIST_PUSH(&split->reasons) = kept;
    *LIST_PUSH(&split->lefts) = (struct split_left){
        .source = source_number,
        .index = in_32_bits((int64_t)index),
        .line = in_32_bits((int64_t)place.line),
        .column = in_32_bits((int64_t)place.column),
        .reason = (uint32_t)number,
    };
    return true;
}

static bool find_model(struct split *split, struct str name, uint16_t *number, struct error *err)
{
    for (size_t i = split->models.len; i-- > 0;)
        if (str_equal(split->models.items[i], name)) {
            *number = (uint16_t)i;
            return true;
        }
    if (split->models.len > UINT16_MAX)
        return error_set(err, "more than %u models to split by", UINT16_MAX + 1U);
    *LIST_PUSH(&split->models) = str_copy(split->arena, name);
    *number = (uint16_t)(split->models.len - 1);
    return true;
}

static struct split_bucket *find_bucket(struct split *split, const struct split_family *family,
                                        uint16_t model)
{
    struct split_buckets *buckets = &split->buckets;
    for (size_t i = buckets->len; i-- > 0;)
        if (buckets->items[i].family == family &&
            (!(split->limits.by_model || family->one_model) || buckets->items[i].model == model))
            return &buckets->items[i];
    *LIST_PUSH(buckets) = (struct split_bucket){ .family = family, .model = model };
    return &buckets->items[buckets->len - 1];
}

/* Puts the entry behind the last one of its group, or begins one. */
static void link_entry(struct split *split, uint32_t number, const struct plan_record *record,
                       struct split_bucket *bucket)
{
    struct split_group *group = NULL;
    if (record->prefixes_len) {
        const uint64_t prefix = record->prefixes[record->prefixes_len - 1].hash;
        group = split_find_group(split, prefix ^ (uint64_t)(uintptr_t)bucket->family);
    }
    if (group && group->tail) {
        split_entry_at(split, group->tail)->next = number;
    } else if (bucket->last_head) {
        split_entry_at(split, bucket->last_head)->next_head = number;
        bucket->last_head = number;
    } else {
        bucket->first_head = bucket->last_head = number;
    }
    if (group)
        group->tail = number;
}

static bool leave_duplicate(struct split *split, const struct plan_record *record, bool is_stdin,
                            uint32_t first, struct error *err)
{
    const struct split_entry *entry = split_entry_at(split, first);
    struct arena scratch = { 0 };
    struct str reason =
        str_format(&scratch, "the same custom_id as %.*s:%" PRIu32 ":%" PRIu32,
                   STR_ARGS(split->sources.items[entry->source].path), entry->line, entry->column);
    bool is_good =
        split_leave_out(split, record->source, is_stdin, record->index, record->place, reason, err);
    arena_free(&scratch);
    return is_good;
}

/* Its low bits tell where it is in a table. */
static uint32_t id_hash(struct str id)
{
    const uint64_t hash = str_hash(id, 0);
    const uint32_t folded = (uint32_t)(hash ^ hash >> 32);
    return folded ? folded : 1;
}

static bool make_entry(struct split *split, const struct plan_record *record, bool is_stdin,
                       struct split_entry *entry, struct error *err)
{
    *entry = (struct split_entry){
        .offset = record->offset,
        .id_hash = record->custom_id.len ? id_hash(record->custom_id) : 0,
        .size = in_32_bits((int64_t)record->size),
        .tokens = in_32_bits(record->tokens),
        .high = in_32_bits(record->high == COUNT_UNBOUNDED ? record->tokens : record->high),
        .index = in_32_bits((int64_t)record->index),
        .line = in_32_bits((int64_t)record->place.line),
        .column = in_32_bits((int64_t)record->place.column),
    };
    return find_source(split, record->source, is_stdin, &entry->source, err) &&
           find_model(split, record->model, &entry->model, err);
}

bool split_add(struct split *split, const struct plan_record *record, bool is_stdin,
               uint64_t entry_hash, const struct split_family *family, struct error *err)
{
    struct split_entry entry;
    uint32_t first = 0;
    if (split->len >= UINT32_MAX - 1)
        return error_set(err, "more than %" PRIu32 " requests", UINT32_MAX - 1);
    if (!make_entry(split, record, is_stdin, &entry, err))
        return false;
    entry.hash = entry_hash;
    if (entry.id_hash && !split_find_id(split, record->custom_id, entry.id_hash, &first, err))
        return false;
    if (first)
        return leave_duplicate(split, record, is_stdin, first, err);
    if (split->len == split->pages.len * PAGE_LEN)
        *LIST_PUSH(&split->pages) = ARENA_ARRAY(split->arena, struct split_entry, PAGE_LEN);
    uint32_t number = (uint32_t)++split->len;
    *split_entry_at(split, number) = entry;
    if (entry.id_hash)
        split_add_id(split, number);
    link_entry(split, number, record, find_bucket(split, family, entry.model));
    return true;
}
