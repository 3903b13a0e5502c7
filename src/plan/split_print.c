/* plan.json; rules/schema/split.schema.json describes it. */
#include <stdio.h>

#include "json/write.h"
#include "plan/split.h"

enum { SPLIT_VERSION = 1 };

void split_hex(const uint8_t hash[SHA256_SIZE], char hex[SPLIT_HEX_SIZE])
{
    for (size_t i = 0; i < SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned)hash[i]);
}

void split_add_up(const struct split *split, struct split_tally *tally)
{
    *tally = (struct split_tally){ 0 };
    for (size_t i = 0; i < split->chunks.len; i++) {
        const struct split_chunk *chunk = &split->chunks.items[i];
        tally->kept += chunk->is_kept;
        tally->requests += chunk->requests;
        tally->size_bytes += chunk->size_bytes;
    }
}

static void write_hash(struct json_write *json, const uint8_t hash[SHA256_SIZE])
{
    char hex[SPLIT_HEX_SIZE];
    split_hex(hash, hex);
    json_write_text_member(json, "sha256", str_from_c(hex));
}

static void write_limit(struct json_write *json, const char *name, int64_t value)
{
    json_write_integer_member(json, name, value ? value : -1);
}

static void write_limits(struct json_write *json, const struct split_limits *limits)
{
    json_write_key(json, "limits");
    json_write_begin(json, '{');
    write_limit(json, "requests", limits->requests_max);
    write_limit(json, "bytes", limits->bytes_max);
    write_limit(json, "tokens", limits->tokens_max);
    json_write_key(json, "by_model");
    json_write_bool(json, limits->by_model);
    json_write_end(json, '}');
}

static void write_sources(struct json_write *json, const struct split_sources *sources)
{
    json_write_key(json, "sources");
    json_write_begin(json, '[');
    for (size_t i = 0; i < sources->len; i++) {
        const struct split_source *source = &sources->items[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "path", source->path);
        json_write_integer_member(json, "bytes", source->status.st_size - source->start);
        write_hash(json, source->sha256);
        json_write_integer_member(json, "requests", (int64_t)source->requests);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

/* Runs of entries that follow each other in their source: [source, first index, last index]. */
static void write_ranges(struct json_write *json, const struct split *split,
                         const struct split_chunk *chunk)
{
    const bool was_pretty = json->pretty;
    uint32_t number = chunk->first;
    json_write_key(json, "entries");
    json_write_begin(json, '[');
    json->pretty = false; /* a line each */
    for (int64_t left = chunk->requests; left > 0;) {
        const struct split_entry *entry = split_entry_at(split, number);
        const uint32_t first = entry->index;
        const uint16_t source = entry->source;
        uint32_t last = first;
        for (left--; left > 0; left--, last++) {
            const struct split_entry *next = split_entry_at(split, entry->next);
            if (next->source != source || next->index != last + 1)
                break;
            entry = next;
        }
        number = entry->next;
        json_write_begin(json, '[');
        json_write_integer(json, source);
        json_write_integer(json, first);
        json_write_integer(json, last);
        json_write_end(json, ']');
    }
    json_write_end(json, ']');
    json->pretty = was_pretty;
}

static void write_models(struct json_write *json, const struct split *split,
                         const struct split_chunk *chunk, int64_t *counts)
{
    uint32_t number = chunk->first;
    for (int64_t left = chunk->requests; left > 0; left--) {
        const struct split_entry *entry = split_entry_at(split, number);
        counts[entry->model]++;
        number = entry->next;
    }
    json_write_key(json, "models");
    json_write_begin(json, '[');
    for (size_t i = 0; i < split->models.len; i++) {
        if (!counts[i])
            continue;
        json_write_begin(json, '{');
        json_write_text_member(json, "model", split->models.items[i]);
        json_write_integer_member(json, "requests", counts[i]);
        json_write_end(json, '}');
        counts[i] = 0;
    }
    json_write_end(json, ']');
}

static void write_chunks(struct json_write *json, const struct split *split)
{
    struct arena scratch = { 0 };
    int64_t *counts = ARENA_ARRAY(&scratch, int64_t, split->models.len);
    json_write_key(json, "chunks");
    json_write_begin(json, '[');
    for (size_t i = 0; i < split->chunks.len; i++) {
        const struct split_chunk *chunk = &split->chunks.items[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "file", str_from_c(chunk->name));
        json_write_text_member(json, "for", str_from_c(chunk->family->name));
        json_write_text_member(json, "format", chunk->is_jsonl ? STR("jsonl") : STR("json"));
        write_hash(json, chunk->sha256);
        json_write_integer_member(json, "bytes", chunk->size_bytes);
        json_write_integer_member(json, "requests", chunk->requests);
        json_write_integer_member(json, "tokens", chunk->tokens);
        json_write_integer_member(json, "tokens_at_most", chunk->high);
        write_models(json, split, chunk, counts);
        write_ranges(json, split, chunk);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
    arena_free(&scratch);
}

static void write_lefts(struct json_write *json, const struct split *split)
{
    json_write_key(json, "left_out");
    json_write_begin(json, '[');
    for (size_t i = 0; i < split->lefts.len; i++) {
        const struct split_left *left = &split->lefts.items[i];
        json_write_begin(json, '{');
        json_write_integer_member(json, "source", left->source);
        json_write_integer_member(json, "index", left->index);
        json_write_integer_member(json, "line", left->line);
        json_write_integer_member(json, "column", left->column);
        json_write_text_member(json, "reason", split->reasons.items[left->reason]);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

void split_print(const struct split *split, struct str plan, struct json_write *json)
{
    json_write_begin(json, '{');
    json_write_integer_member(json, "version", SPLIT_VERSION);
    json_write_text_member(json, "plan", plan);
    write_limits(json, &split->limits);
    write_sources(json, &split->sources);
    write_chunks(json, split);
    write_lefts(json, split);
    json_write_end(json, '}');
    fputc('\n', json->out);
}
