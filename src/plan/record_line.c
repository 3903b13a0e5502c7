#include "plan/record_line.h"

#include <stdio.h>
#include <stdlib.h>

#include "json/walk.h"

uint64_t record_hash(uint64_t hash, struct str line)
{
    return str_hash(line, hash);
}

/* One line while it is read. */
struct line_reading {
    struct json_walk walk;
    struct record_problem *problem;
    bool failed;
};

static bool fail(struct line_reading *reading, size_t at, const char *text, const char *name)
{
    if (!reading->failed) {
        reading->problem->at = at;
        snprintf(reading->problem->text, sizeof reading->problem->text, "%s%s%s", name,
                 *name ? " " : "", text);
    }
    reading->failed = true;
    return false;
}

/* How the value of a member is read. */
enum member_type {
    MEMBER_TEXT,    /* struct str */
    MEMBER_COUNT,   /* int64_t, 0 or more; null: COUNT_UNBOUNDED */
    MEMBER_NUMBER,  /* size_t */
    MEMBER_FLAG,    /* bool */
    MEMBER_HASH,    /* uint64_t as 16 hexadecimal digits */
    MEMBER_ORIGIN,  /* enum count_origin */
    MEMBER_PREFIXES /* of a plan_record */
};

struct member {
    size_t offset; /* in the struct */
    struct str name;
    enum member_type type;
    bool is_required;
};

static bool read_text(struct line_reading *reading, void *place)
{
    struct json_text text;
    if (!json_text(&reading->walk, &text))
        return false;
    *(struct str *)place = json_decode(text, reading->walk.arena);
    return true;
}

static bool read_integer(struct line_reading *reading, int64_t *number)
{
    struct str raw;
    return json_number(&reading->walk, &raw) && json_integer(raw, number) && *number >= 0;
}

static bool read_count(struct line_reading *reading, void *place)
{
    if (json_peek(&reading->walk) != JSON_NULL)
        return read_integer(reading, place);
    *(int64_t *)place = COUNT_UNBOUNDED;
    return json_skip(&reading->walk, NULL);
}

static bool read_number(struct line_reading *reading, void *place)
{
    int64_t number;
    if (!read_integer(reading, &number))
        return false;
    *(size_t *)place = (size_t)number;
    return true;
}

static bool read_flag(struct line_reading *reading, void *place)
{
    return json_bool(&reading->walk, place);
}

static bool read_hash(struct line_reading *reading, void *place)
{
    struct json_text text;
    char digits[17] = "", *end;
    if (!json_text(&reading->walk, &text) || text.raw.len != 16)
        return false;
    for (int i = 0; i < 16; i++)
        digits[i] = text.raw.ptr[i];
    *(uint64_t *)place = strtoull(digits, &end, 16);
    return end == digits + 16 && digits[0] != '-' && digits[0] != '+' && digits[0] != ' ';
}

static bool read_origin(struct line_reading *reading, void *place)
{
    struct json_text text;
    if (!json_text(&reading->walk, &text))
        return false;
    for (int origin = 0; origin < COUNT_ORIGINS_LEN; origin++)
        if (json_text_is(text, str_from_c(count_origin_name((enum count_origin)origin)))) {
            *(enum count_origin *)place = (enum count_origin)origin;
            return true;
        }
    return false;
}

/* ["0123456789abcdef", 1200, "5m"] */
static bool read_prefix(struct line_reading *reading, struct plan_prefix *prefix)
{
    struct json_walk *walk = &reading->walk;
    struct json_text life;
    bool has_life = json_array(walk) && json_element(walk) && read_hash(reading, &prefix->hash) &&
                    json_element(walk) && read_integer(reading, &prefix->tokens) &&
                    json_element(walk) && json_text(walk, &life);
    if (!has_life || json_element(walk))
        return false;
    prefix->is_1h = json_text_is(life, STR("1h"));
    return prefix->is_1h || json_text_is(life, STR("5m"));
}

static bool read_prefixes(struct line_reading *reading, void *place)
{
    struct plan_record *record = place;
    if (!json_array(&reading->walk))
        return false;
    while (json_element(&reading->walk)) {
        struct plan_prefix prefix = { 0 };
        if (record->prefixes_len == PLAN_PREFIXES_MAX || !read_prefix(reading, &prefix))
            return false;
        record->prefixes[record->prefixes_len++] = prefix;
    }
    return !reading->walk.problem;
}

static const struct {
    bool (*read)(struct line_reading *reading, void *place);
    const char *wanted;
} types[] = {
    [MEMBER_TEXT] = { read_text, "must be a string" },
    [MEMBER_COUNT] = { read_count, "must be a whole number, 0 or more" },
    [MEMBER_NUMBER] = { read_number, "must be a whole number, 0 or more" },
    [MEMBER_FLAG] = { read_flag, "must be true or false" },
    [MEMBER_HASH] = { read_hash, "must be 16 hexadecimal digits" },
    [MEMBER_ORIGIN] = { read_origin, "must be offline, estimate, api or cache" },
    [MEMBER_PREFIXES] = { read_prefixes,
                          "must be at most four of [\"0123456789abcdef\", 1200, \"5m\"]" },
};

/* Where a member is, or len. They are written in the order of the table, so the search begins after
 * the last one. */
static size_t find_member(const struct member *members, size_t len, struct json_text key,
                          size_t from)
{
    for (size_t i = from; i < from + len; i++) {
        const size_t at = i < len ? i : i - len;
        if (json_text_is(key, members[at].name))
            return at;
    }
    return len;
}

static bool read_members(struct line_reading *reading, const struct member *members, size_t len,
                         void *into)
{
    struct json_text key;
    uint64_t seen = 0;
    size_t next = 0;
    while (json_member(&reading->walk, &key)) {
        const size_t i = find_member(members, len, key, next);
        if (i == len)
            continue;
        next = i + 1;
        json_peek(&reading->walk);
        const size_t at = reading->walk.pos;
        seen |= UINT64_C(1) << i;
        if (!types[members[i].type].read(reading, (char *)into + members[i].offset))
            return fail(reading, at, types[members[i].type].wanted, members[i].name.ptr);
    }
    if (!json_finish(&reading->walk))
        return fail(reading, reading->walk.problem_at, reading->walk.problem, "");
    for (size_t i = 0; i < len; i++)
        if (members[i].is_required && !(seen & UINT64_C(1) << i))
            return fail(reading, 0, "is missing", members[i].name.ptr);
    return true;
}

static bool read_line(struct arena *arena, struct str line, const struct member *members,
                      size_t len, void *into, struct record_problem *problem)
{
    struct line_reading reading;
    reading.problem = problem;
    reading.failed = false;
    json_walk_init(&reading.walk, line, arena);
    if (json_object(&reading.walk))
        return read_members(&reading, members, len, into);
    return fail(&reading, 0, "not a JSON object", "");
}

#define MEMBER(type, name, kind, member, required)                                                 \
    {                                                                                              \
        offsetof(struct type, member), STR_INIT(name), kind, required                              \
    }

bool record_header_read(struct arena *arena, struct str line, struct record_header *header,
                        struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(record_header, "version", MEMBER_COUNT, version, true),
        MEMBER(record_header, "part", MEMBER_TEXT, part, true),
        MEMBER(record_header, "catalog", MEMBER_TEXT, catalog, true),
        MEMBER(record_header, "vocabulary", MEMBER_TEXT, vocabulary, true),
    };
    *header = (struct record_header){ 0 };
    return read_line(arena, line, members, sizeof members / sizeof members[0], header, problem);
}

bool record_trailer_read(struct arena *arena, struct str line, struct record_trailer *trailer,
                         struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(record_trailer, "requests", MEMBER_COUNT, requests, true),
        MEMBER(record_trailer, "failed", MEMBER_COUNT, failed, true),
        MEMBER(record_trailer, "faulty", MEMBER_COUNT, faulty, true),
        MEMBER(record_trailer, "hash", MEMBER_HASH, hash, true),
    };
    *trailer = (struct record_trailer){ 0 };
    return read_line(arena, line, members, sizeof members / sizeof members[0], trailer, problem);
}

bool record_line_read(struct arena *arena, struct str line, struct plan_record *record,
                      struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(plan_record, "index", MEMBER_NUMBER, index, true),
        MEMBER(plan_record, "path", MEMBER_TEXT, source, false),
        MEMBER(plan_record, "line", MEMBER_NUMBER, place.line, true),
        MEMBER(plan_record, "column", MEMBER_NUMBER, place.column, true),
        MEMBER(plan_record, "custom_id", MEMBER_TEXT, custom_id, false),
        MEMBER(plan_record, "model", MEMBER_TEXT, model, true),
        MEMBER(plan_record, "tokens", MEMBER_COUNT, tokens, true),
        MEMBER(plan_record, "low", MEMBER_COUNT, low, false),
        MEMBER(plan_record, "high", MEMBER_COUNT, high, false),
        MEMBER(plan_record, "origin", MEMBER_ORIGIN, origin, true),
        MEMBER(plan_record, "max_tokens", MEMBER_COUNT, max_tokens, false),
        MEMBER(plan_record, "entry_bytes", MEMBER_COUNT, entry_bytes, true),
        { 0, STR_INIT("prefixes"), MEMBER_PREFIXES, false },
        MEMBER(plan_record, "us", MEMBER_FLAG, is_us, false),
        MEMBER(plan_record, "fast", MEMBER_FLAG, is_fast, false),
        MEMBER(plan_record, "web_search", MEMBER_FLAG, searches_web, false),
        MEMBER(plan_record, "faulty", MEMBER_FLAG, is_faulty, false),
        MEMBER(plan_record, "other_batch", MEMBER_FLAG, is_other_batch, false),
    };
    *record = (struct plan_record){ .low = -1, .high = -1, .max_tokens = REQUEST_UNSET };
    if (!read_line(arena, line, members, sizeof members / sizeof members[0], record, problem))
        return false;
    record->low = record->low < 0 ? record->tokens : record->low;
    record->high = record->high < 0 ? record->tokens : record->high;
    if (record->low <= record->tokens && record->tokens <= record->high &&
        record->tokens != COUNT_UNBOUNDED && record->max_tokens != COUNT_UNBOUNDED &&
        record->entry_bytes != COUNT_UNBOUNDED)
        return true;
    snprintf(problem->text, sizeof problem->text, "low, tokens and high must be in this order");
    problem->at = 0;
    return false;
}
