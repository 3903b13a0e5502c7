#include "plan/record_parts.h"

#include "base/list.h"

enum { PARTS_MAX = 1 << 26 };

void record_parts_init(struct record_parts *parts, struct arena *arena)
{
    *parts = (struct record_parts){
        .arena = arena,
        .list = { .arena = arena },
        .names = { .arena = arena },
        .seen = { .arena = arena },
        .whole = { .arena = arena, .len_max = PARTS_MAX },
        .whole_names = { .arena = arena, .len_max = PARTS_MAX },
    };
}

size_t record_header_at(struct str line)
{
    size_t at = 0;
    while (at < line.len && !str_starts(str_slice(line, at, line.len), STR(RECORD_HEADER)))
        at = str_find(line, '{', at + 1);
    return at;
}

enum record_kind record_kind_of(struct str line)
{
    if (!str_trim(line).len)
        return RECORD_IS_BLANK;
    if (str_starts(line, STR(RECORD_HEADER)))
        return RECORD_IS_HEADER;
    if (str_starts(line, STR(RECORD_FINDING)))
        return RECORD_IS_FINDING;
    return str_starts(line, STR(RECORD_TRAILER)) ? RECORD_IS_TRAILER : RECORD_IS_REQUEST;
}

size_t record_parts_name(struct record_parts *parts, struct str name)
{
    if (parts->names.len && str_equal(parts->names.items[parts->last_name], name))
        return parts->last_name;
    struct str copy = str_copy(parts->arena, name);
    size_t number = parts->names.len;
    if (!seen_before(&parts->seen, copy, &number))
        *LIST_PUSH(&parts->names) = copy;
    parts->last_name = number;
    return number;
}

static struct record_part *last_part(struct record_parts *parts)
{
    return &parts->list.items[parts->list.len - 1];
}

static void close_part(struct record_parts *parts, enum record_part_state state)
{
    last_part(parts)->state = parts->is_foreign ? RECORD_PART_FOREIGN : state;
    parts->is_open = false;
}

static void open_part(struct record_parts *parts, struct str line, size_t file, size_t number)
{
    struct arena scratch = { 0 };
    struct record_header header;
    struct record_problem problem;
    if (parts->is_open)
        close_part(parts, RECORD_PART_CUT);
    parts->is_foreign = !record_header_read(&scratch, line, &header, &problem) ||
                        header.version < RECORD_VERSION_FIRST || header.version > RECORD_VERSION;
    parts->is_open = true;
    parts->hash = record_hash(0, line);
    parts->requests = parts->findings = 0;
    parts->header = (struct record_header){
        .catalog = str_copy(parts->arena, header.catalog),
        .vocabulary = str_copy(parts->arena, header.vocabulary),
    };
    *LIST_PUSH(&parts->list) = (struct record_part){ .name = record_parts_name(parts, header.part),
                                                     .file = file,
                                                     .line = number,
                                                     .version = header.version };
    arena_free(&scratch);
}

/* Runs on standard input may all have one name: they are told apart by what is in them. */
static bool is_named(const struct record_parts *parts, const struct record_part *part)
{
    return !str_equal(parts->names.items[part->name], STR(RECORD_STDIN));
}

static enum record_part_state whole_state(struct record_parts *parts,
                                          const struct record_part *part)
{
    const uint64_t name = str_hash(parts->names.items[part->name], 0);
    if (hashes_has(&parts->whole, parts->hash))
        return RECORD_PART_REPEATED;
    if (is_named(parts, part) && hashes_has(&parts->whole_names, name))
        return RECORD_PART_CONFLICT;
    hashes_add(&parts->whole, parts->hash);
    hashes_add(&parts->whole_names, name);
    return RECORD_PART_WHOLE;
}

static void note_origin(struct record_parts *parts)
{
    if (!parts->has_whole) {
        parts->catalog = parts->header.catalog;
        parts->vocabulary = parts->header.vocabulary;
    }
    parts->has_whole = true;
    parts->different += !str_equal(parts->catalog, parts->header.catalog) ||
                        !str_equal(parts->vocabulary, parts->header.vocabulary);
    if (last_part(parts)->version == RECORD_VERSION_FIRST && !parts->old_len++)
        parts->old_first = parts->list.len - 1;
}

static void end_part(struct record_parts *parts, struct str line)
{
    struct arena scratch = { 0 };
    struct record_trailer trailer;
    struct record_problem problem;
    struct record_part *part = last_part(parts);
    const bool is_read = record_trailer_read(&scratch, line, &trailer, &problem);
    const bool is_whole = is_read && trailer.requests == parts->requests &&
                          trailer.findings == parts->findings && trailer.hash == parts->hash;
    arena_free(&scratch);
    part->failed = is_whole ? trailer.failed : 0;
    part->faulty = is_whole ? trailer.faulty : 0;
    part->waived = is_whole ? trailer.waived : 0;
    if (is_whole)
        close_part(parts, whole_state(parts, part));
    else
        close_part(parts, is_read ? RECORD_PART_DAMAGED : RECORD_PART_CUT);
    if (part->state == RECORD_PART_WHOLE)
        note_origin(parts);
}

static bool look_at(struct record_parts *parts, struct str line, size_t file, size_t number)
{
    const enum record_kind kind = record_kind_of(line);
    switch (kind) {
    case RECORD_IS_BLANK:
        return true;
    case RECORD_IS_HEADER:
        open_part(parts, line, file, number);
        return true;
    case RECORD_IS_TRAILER:
        if (!parts->is_open)
            return false;
        end_part(parts, line);
        return true;
    case RECORD_IS_FINDING:
    case RECORD_IS_REQUEST:
        break;
    }
    if (!parts->is_open)
        return false;
    parts->hash = record_hash(parts->hash, line);
    parts->findings += kind == RECORD_IS_FINDING;
    parts->requests += kind == RECORD_IS_REQUEST;
    return true;
}

bool record_parts_look(struct record_parts *parts, struct str line, size_t file, size_t number)
{
    const size_t at = record_header_at(line);
    bool is_inside = true;
    if (at)
        is_inside = look_at(parts, str_slice(line, 0, at), file, number);
    return at < line.len ? look_at(parts, str_slice(line, at, line.len), file, number) : is_inside;
}

void record_parts_end_file(struct record_parts *parts)
{
    if (parts->is_open)
        close_part(parts, RECORD_PART_CUT);
}

void record_parts_end(struct record_parts *parts)
{
    for (size_t i = 0; i < parts->list.len; i++) {
        struct record_part *part = &parts->list.items[i];
        const uint64_t name = str_hash(parts->names.items[part->name], 0);
        if ((part->state == RECORD_PART_CUT || part->state == RECORD_PART_DAMAGED) &&
            is_named(parts, part) && hashes_has(&parts->whole_names, name))
            part->state = RECORD_PART_RENEWED;
    }
}
