#include "cli/chunk.h"

#include "base/list.h"

struct chunk *chunk_new(void)
{
    struct arena lasting = { 0 };
    struct chunk *chunk = ARENA_NEW(&lasting, struct chunk); /* a chunk lives in its own arena */
    chunk->lasting = lasting;
    chunk->items.arena = &chunk->lasting;
    chunk->findings.arena = &chunk->arena;
    return chunk;
}

void chunk_free(struct chunk *chunk)
{
    struct arena lasting = chunk->lasting;
    arena_free(&chunk->arena);
    arena_free(&lasting);
}

void chunk_renew(struct chunk *chunk)
{
    arena_recycle(&chunk->arena);
    chunk->items.len = 0;
    chunk->findings = (struct findings){ .arena = &chunk->arena };
    chunk->size_bytes = 0;
}

static void add_item(struct chunk *chunk, struct job_source *from, const struct entry *entry,
                     struct str bytes)
{
    struct arena *arena = &chunk->arena;
    struct item *item = LIST_PUSH(&chunk->items);
    *item = (struct item){
        .from = from,
        .remark = entry->remark ? str_to_c(arena, str_from_c(entry->remark)) : NULL,
        .is_fault = entry->is_fault,
        .begins_manifest = entry->begins_manifest,
    };
    item->request = (struct request){
        .source = &from->source,
        .entry = bytes,
        .offset = entry->offset,
        .start = entry->start,
        .index = entry->index,
        .in_manifest = from->reader->is_manifest,
        .limits = from->reader->limits,
        .custom_id_at = REQUEST_NOWHERE,
        .model_at = REQUEST_NOWHERE,
        .max_tokens = REQUEST_UNSET,
        .max_tokens_at = REQUEST_NOWHERE,
        .entry_size_bytes = entry->size_bytes,
        .parts = { .arena = arena },
        .faults = { .arena = arena },
    };
    if (entry->remark && entry->member.ptr) {
        item->request.is_around = true;
        const struct stray stray = { .holder = "a Message Batch",
                                     .name = str_copy(arena, entry->member),
                                     .near = entry->near };
        request_add_stray(arena, &item->request, &stray);
    }
    if (entry->problem) {
        item->request.unreadable = true;
        request_fault(&item->request, entry->problem_at, "%s", entry->problem);
    }
    chunk->size_bytes += entry->bytes.len;
}

void chunk_add(struct chunk *chunk, struct job_source *from, const struct entry *entry)
{
    add_item(chunk, from, entry, str_copy(&chunk->arena, entry->bytes));
}

void chunk_adopt(struct chunk *chunk, struct job_source *from, const struct entry *entry)
{
    arena_adopt(&chunk->arena, (void *)entry->bytes.ptr);
    add_item(chunk, from, entry, entry->bytes);
}

bool chunk_is_full(const struct chunk *chunk, bool is_asking)
{
    const size_t most = is_asking ? CHUNK_REQUESTS_ASKED : CHUNK_REQUESTS_OFFLINE;
    return chunk->items.len >= most || chunk->size_bytes >= CHUNK_BYTES_MAX;
}
