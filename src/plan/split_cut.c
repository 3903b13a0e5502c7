/* Which entries go into which chunk. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "plan/split.h"

/* What stands around and between the entries of a chunk: {"requests":[ and so on, or line ends. */
enum { JSON_AROUND = 18, JSON_BETWEEN = 2, JSONL_EACH = 1 };

/* What a chunk holds, and what it may. */
struct load {
    int64_t requests, entry_bytes, tokens, high;
};

struct cutting {
    struct split *split;
    const struct split_family *family;
    bool is_jsonl;
    struct load max; /* entry_bytes: of the whole chunk; 0: no limit */
    struct load now;
    uint32_t first; /* entry of the open chunk; 0: none is open */
};

static int64_t size_of(const struct cutting *cutting, const struct load *load)
{
    return load->entry_bytes + (cutting->is_jsonl
                                    ? load->requests * JSONL_EACH
                                    : JSON_AROUND + (load->requests - 1) * JSON_BETWEEN);
}

static struct load sum(const struct load *a, const struct load *b)
{
    return (struct load){ a->requests + b->requests, a->entry_bytes + b->entry_bytes,
                          a->tokens + b->tokens, a->high + b->high };
}

static bool fits(const struct cutting *cutting, const struct load *load)
{
    const struct load *max = &cutting->max;
    return (!max->requests || load->requests <= max->requests) &&
           (!max->entry_bytes || size_of(cutting, load) <= max->entry_bytes) &&
           (!max->high || load->high <= max->high);
}

static struct load load_of(const struct split_entry *entry)
{
    return (struct load){ 1, entry->size, entry->tokens, entry->high };
}

static void close_chunk(struct cutting *cutting)
{
    struct split_chunks *chunks = &cutting->split->chunks;
    if (!cutting->first)
        return;
    struct split_chunk *chunk = LIST_PUSH(chunks);
    *chunk = (struct split_chunk){
        .family = cutting->family,
        .first = cutting->first,
        .requests = cutting->now.requests,
        .size_bytes = size_of(cutting, &cutting->now),
        .tokens = cutting->now.tokens,
        .high = cutting->now.high,
        .is_jsonl = cutting->is_jsonl,
    };
    snprintf(chunk->name, sizeof chunk->name, "chunk-%05zu.%s", chunks->len,
             cutting->is_jsonl ? "jsonl" : "json");
    cutting->first = 0;
    cutting->now = (struct load){ 0 };
}

/* Why an entry fits no chunk. */
static struct str reason_of(const struct cutting *cutting, const struct load *load,
                            struct arena *arena)
{
    const struct load *max = &cutting->max;
    if (max->entry_bytes && size_of(cutting, load) > max->entry_bytes)
        return str_format(arena, "larger than a chunk may be: %" PRId64 " bytes", max->entry_bytes);
    return str_format(arena, "more tokens than a chunk may have: %" PRId64, max->high);
}

static void leave_out(struct cutting *cutting, const struct split_entry *entry)
{
    const struct split_source *source = &cutting->split->sources.items[entry->source];
    const struct load load = load_of(entry);
    struct arena scratch = { 0 };
    struct error ignored = { 0 }; /* the source is known: it cannot fail */
    split_leave_out(cutting->split, source->path, source->is_stdin, entry->index,
                    (struct place){ entry->line, entry->column },
                    reason_of(cutting, &load, &scratch), &ignored);
    arena_free(&scratch);
}

static void take_entry(struct cutting *cutting, uint32_t number)
{
    struct split *split = cutting->split;
    struct split_entry *entry = split_entry_at(split, number);
    const struct load load = load_of(entry);
    struct load more = sum(&cutting->now, &load);
    if (!fits(cutting, &load)) {
        leave_out(cutting, entry);
        return;
    }
    if (!fits(cutting, &more)) {
        close_chunk(cutting);
        more = load;
    }
    if (!cutting->first)
        cutting->first = number;
    cutting->now = more;
    if (split->tail)
        split_entry_at(split, split->tail)->next = number;
    split->tail = number;
    split->sources.items[entry->source].requests++;
}

/* A group that fits a chunk of its own is not cut for the sake of what is before it. */
static void take_group(struct cutting *cutting, uint32_t head)
{
    struct load group = { 0 };
    for (uint32_t number = head; number; number = split_entry_at(cutting->split, number)->next) {
        const struct load load = load_of(split_entry_at(cutting->split, number));
        group = sum(&group, &load);
    }
    const struct load all = sum(&cutting->now, &group);
    if (!fits(cutting, &all) && fits(cutting, &group))
        close_chunk(cutting);
    for (uint32_t number = head, next; number; number = next) {
        struct split_entry *entry = split_entry_at(cutting->split, number);
        next = entry->next;
        entry->next = 0;
        take_entry(cutting, number);
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

static int compare_lefts(const void *a, const void *b)
{
    const struct split_left *x = a, *y = b;
    return x->source != y->source ? (x->source > y->source) - (x->source < y->source)
                                  : (x->index > y->index) - (x->index < y->index);
}

void split_cut(struct split *split)
{
    const struct split_limits *limits = &split->limits;
    for (size_t i = 0; i < split->buckets.len; i++) {
        const struct split_bucket *bucket = &split->buckets.items[i];
        const struct split_family *family = bucket->family;
        struct cutting cutting = {
            .split = split,
            .family = family,
            .is_jsonl = family->is_jsonl || limits->format == SPLIT_JSONL,
            .max = { .requests = least(limits->requests_max, family->requests_max),
                     .entry_bytes = least(limits->bytes_max, family->bytes_max),
                     .high = limits->tokens_max },
        };
        for (uint32_t head = bucket->first_head, next; head; head = next) {
            next = split_entry_at(split, head)->next_head;
            take_group(&cutting, head);
        }
        close_chunk(&cutting);
    }
    if (split->lefts.len)
        qsort(split->lefts.items, split->lefts.len, sizeof *split->lefts.items, compare_lefts);
}
