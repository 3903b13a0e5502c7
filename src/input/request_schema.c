/*
 * Schemas that the API compiles, of structured output and of strict tools: what it does not take in
 * them, and how much of them a request may have (build-with-claude/structured-outputs, 2026-08-22).
 */
#include "input/request_json.h"

enum { OPTIONAL_MAX = 24, UNIONS_MAX = 16, SCHEMA_DEPTH_MAX = 64 };

/* What was found in one of them. */
struct schema {
    size_t optional, unions; /* parameters that need not be there, and of several types */
    struct json_text odd;    /* the first member that is not taken */
};

static bool is_one_of(struct json_text name, const struct str *names, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (json_text_is(name, names[i]))
            return true;
    return false;
}

static bool is_unsupported(struct json_text name)
{
    static const struct str names[] = { STR_INIT("maxLength"), STR_INIT("maximum"),
                                        STR_INIT("minLength"), STR_INIT("minimum") };
    return is_one_of(name, names, sizeof names / sizeof names[0]);
}

/* Members that are schemas by names that anybody chose. */
static bool holds_named(struct json_text name)
{
    static const struct str names[] = { STR_INIT("$defs"), STR_INIT("definitions") };
    return is_one_of(name, names, sizeof names / sizeof names[0]);
}

/* Members that are a schema, or a list of them. */
static bool holds_schemas(struct json_text name)
{
    static const struct str names[] = { STR_INIT("additionalProperties"),
                                        STR_INIT("allOf"),
                                        STR_INIT("anyOf"),
                                        STR_INIT("items"),
                                        STR_INIT("oneOf"),
                                        STR_INIT("prefixItems") };
    return is_one_of(name, names, sizeof names / sizeof names[0]);
}

static bool read_schema(struct json_walk *walk, struct schema *schema, unsigned depth);

/* Returns how many. */
static size_t read_named(struct json_walk *walk, struct schema *schema, unsigned depth,
                         bool are_parameters)
{
    struct json_text name;
    size_t len = 0;
    if (!json_object(walk))
        return 0;
    for (; json_member(walk, &name); len++)
        schema->unions += read_schema(walk, schema, depth) && are_parameters;
    return len;
}

static void read_list(struct json_walk *walk, struct schema *schema, unsigned depth)
{
    if (!json_array(walk)) {
        read_schema(walk, schema, depth);
        return;
    }
    while (json_element(walk))
        read_schema(walk, schema, depth);
}

static size_t read_len(struct json_walk *walk)
{
    size_t len = 0;
    if (json_array(walk))
        while (json_element(walk))
            len++;
    return len;
}

/* Whether values may be of several types. What is no object, as true and false, is left alone. */
static bool read_schema(struct json_walk *walk, struct schema *schema, unsigned depth)
{
    struct json_text name;
    size_t parameters = 0, required = 0;
    bool is_union = false;
    if (depth == SCHEMA_DEPTH_MAX || !json_object(walk))
        return false;
    while (json_member(walk, &name)) {
        if (is_unsupported(name) && !schema->odd.raw.ptr)
            schema->odd = name;
        is_union |= json_text_is(name, STR("anyOf")) ||
                    (json_text_is(name, STR("type")) && json_peek(walk) == JSON_ARRAY);
        if (json_text_is(name, STR("properties")))
            parameters += read_named(walk, schema, depth + 1, true);
        else if (json_text_is(name, STR("required")))
            required += read_len(walk);
        else if (holds_named(name))
            read_named(walk, schema, depth + 1, false);
        else if (holds_schemas(name))
            read_list(walk, schema, depth + 1);
    }
    schema->optional += parameters > required ? parameters - required : 0;
    return is_union;
}

/* Adds to a number of the request; true when that is over the limit now, and was not before. */
static bool goes_over(size_t *sum, size_t more, size_t limit)
{
    const bool was_over = *sum > limit;
    *sum += more;
    return *sum > limit && !was_over;
}

void request_check_schema(struct arena *arena, struct request *request, struct str raw,
                          const char *what)
{
    const size_t at = (size_t)(raw.ptr - request->entry.ptr);
    struct json_walk walk;
    struct schema schema = { 0 };
    if (request->chat.len) /* a body of another API stands for the request */
        return;
    json_walk_init(&walk, raw, arena);
    walk.is_checked = true;
    read_schema(&walk, &schema, 0);
    if (schema.odd.raw.ptr)
        request_fault(
            request, at + schema.odd.at,
            "%s: the schema has %.*s, which neither structured output nor strict tools take", what,
            STR_ARGS(schema.odd.raw));
    if (goes_over(&request->optional_len, schema.optional, OPTIONAL_MAX))
        request_fault(
            request, at,
            "%s: %zu parameters of schemas are optional, and %d are the most in a request", what,
            request->optional_len, OPTIONAL_MAX);
    if (goes_over(&request->unions_len, schema.unions, UNIONS_MAX))
        request_fault(request, at,
                      "%s: %zu parameters of schemas have several types, and %d are the most in a "
                      "request",
                      what, request->unions_len, UNIONS_MAX);
}
