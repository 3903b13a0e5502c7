#include "plan/record_member.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "check/rule.h"
#include "json/walk.h"

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

static bool read_whole(struct line_reading *reading, void *place)
{
    return read_integer(reading, place);
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

/* Of a line or a column. */
static bool read_ordinal(struct line_reading *reading, void *place)
{
    size_t *ordinal = place;
    return read_number(reading, ordinal) && *ordinal > 0;
}

static bool read_flag(struct line_reading *reading, void *place)
{
    return json_bool(&reading->walk, place);
}

static bool read_real(struct line_reading *reading, void *place)
{
    struct str raw;
    if (!json_number(&reading->walk, &raw))
        return false;
    const double real = json_double(raw);
    *(double *)place = real;
    return isfinite(real); /* no report could print it */
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

static bool read_rule(struct line_reading *reading, void *place)
{
    struct str name;
    const struct rule_kind *kind = read_text(reading, &name) ? rule_kind_find(name) : NULL;
    if (kind)
        *(const char **)place = kind->name;
    return kind != NULL;
}

static bool read_severity(struct line_reading *reading, void *place)
{
    struct str name;
    enum severity *severity = place;
    return read_text(reading, &name) && severity_find(name, severity) && *severity != SEVERITY_OFF;
}

static bool read_verdict(struct line_reading *reading, void *place)
{
    struct str name;
    enum verdict *verdict = place;
    if (!read_text(reading, &name))
        return false;
    *verdict = str_equal_c(name, verdict_name(VERDICT_FAIL)) ? VERDICT_FAIL : VERDICT_UNDECIDED;
    return str_equal_c(name, verdict_name(*verdict));
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
    [MEMBER_ORDINAL] = { read_ordinal, "must be a whole number, 1 or more" },
    [MEMBER_REAL] = { read_real, "must be a number" },
    [MEMBER_FLAG] = { read_flag, "must be true or false" },
    [MEMBER_HASH] = { read_hash, "must be 16 hexadecimal digits" },
    [MEMBER_ORIGIN] = { read_origin, "must be offline, estimate, api or cache" },
    [MEMBER_RULE] = { read_rule, "must be a rule that this version of tokgate has" },
    [MEMBER_SEVERITY] = { read_severity, "must be error, warning or note" },
    [MEMBER_VERDICT] = { read_verdict, "must be fail or undecided" },
    [MEMBER_INTEGER] = { read_whole, "must be a whole number, 0 or more" },
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

bool record_members_read(struct arena *arena, struct str line, const struct member *members,
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
