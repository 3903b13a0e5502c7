#include "plan/record.h"

/* Bytes of the text between the quotes of a JSON string. */
static int64_t escaped_size(struct str text)
{
    int64_t size = (int64_t)text.len;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        const bool is_short = c == '"' || c == '\\' || (c >= 8 && c <= 13 && c != 11);
        size += is_short ? 1 : c < 0x20 ? 5 : 0;
    }
    return size;
}

static int64_t entry_bytes(const struct request *request)
{
    static const struct str frame = STR_INIT("{\"custom_id\":\"\",\"params\":}");
    return (int64_t)(frame.len + request->size_bytes) + escaped_size(request->custom_id);
}

/* A small one. */
static uint64_t hash_number(unsigned number, uint64_t hash)
{
    const char byte = (char)number;
    return str_hash((struct str){ &byte, 1 }, hash);
}

static uint64_t hash_part(const struct part *part, uint64_t hash)
{
    const bool flags[] = { part->in_result, part->in_document, part->is_error, part->is_pdf,
                           part->is_deferred };
    unsigned bits = (unsigned)part->kind << 2 | (unsigned)part->role;
    hash = hash_number(bits, hash);
    bits = 0;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        bits = bits << 1 | flags[i];
    hash = hash_number(bits, hash);
    hash = str_hash(part->text, hash);
    hash = str_hash(part->name, hash);
    return str_hash(part->id, hash);
}

/* What the cache of a section depends on beside the parts before it
 * (build-with-claude/prompt-caching, 2026-08-22: tool_choice and thinking change that of the
 * messages, citations that of the system prompt too). */
static uint64_t hash_section(const struct request *request, enum request_section section,
                             uint64_t hash)
{
    hash = hash_number((unsigned)section, hash);
    if (section == REQUEST_SYSTEM)
        hash = hash_number(request->has_citations, hash);
    if (section != REQUEST_MESSAGES)
        return hash;
    hash = hash_number((unsigned)request->thinking, hash);
    hash = hash_number((unsigned)request->tool_choice << 1 | request->no_parallel_tools, hash);
    return str_hash(request->tool_choice_name, hash);
}

struct hashing {
    const struct request *request;
    const struct count *count;
    struct plan_record *record;
    uint64_t hash;
};

/* Everything up to here was hashed. */
static void end_prefix(struct hashing *hashing, bool is_1h)
{
    struct plan_record *record = hashing->record;
    const double share = hashing->count->prefixes[record->prefixes_len].share;
    record->prefixes[record->prefixes_len++] = (struct plan_prefix){
        .hash = hashing->hash,
        .tokens = (int64_t)(share * (double)hashing->count->tokens + 0.5),
        .is_1h = is_1h,
    };
}

/* Breakpoints stand in the order in which the parts come here. */
static void hash_parts(struct hashing *hashing, enum request_section section)
{
    const struct request *request = hashing->request;
    const struct count *count = hashing->count;
    const struct plan_record *record = hashing->record;
    hashing->hash = hash_section(request, section, hashing->hash);
    for (size_t i = 0; i < request->parts.len && record->prefixes_len < count->prefixes_len; i++) {
        if (request_section(request, i) != section)
            continue;
        hashing->hash = hash_part(&request->parts.items[i], hashing->hash);
        if (count->prefixes[record->prefixes_len].part == i)
            end_prefix(hashing, request->parts.items[i].is_1h);
    }
}

static void add_prefixes(struct plan_record *record, const struct request *request,
                         const struct count *count)
{
    struct hashing hashing = { request, count, record, str_hash(request->model, 0) };
    for (int section = 0; section < REQUEST_SECTIONS_LEN; section++)
        if (record->prefixes_len < count->prefixes_len)
            hash_parts(&hashing, (enum request_section)section);
    if (record->prefixes_len < count->prefixes_len)
        end_prefix(&hashing, request->caches_all_1h);
}

struct plan_record *plan_record_of(struct arena *arena, const struct request *request,
                                   const struct count *count)
{
    struct plan_record *record = ARENA_NEW(arena, struct plan_record);
    *record = (struct plan_record){
        .source = request->source->path,
        .index = request->index,
        .place = request->start,
        .offset = request->offset,
        .size = request->entry.len,
        .custom_id = request->custom_id,
        .model = request->model,
        .low = count->low,
        .tokens = count->tokens,
        .high = count->high,
        .origin = count->origin,
        .max_tokens = request->max_tokens,
        .entry_bytes = entry_bytes(request),
        .is_us = request->is_us,
        .is_fast = request->is_fast,
        .searches_web = request->searches_web,
        .is_other_batch = request->limits && request->limits != &manifest_limits_message_batches,
        .is_faulty = request_faults_len(request) > 0,
    };
    add_prefixes(record, request, count);
    return record;
}
