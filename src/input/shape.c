#include "input/shape.h"

#include "input/split.h"

/* Records that are looked at before a source is called foreign: broken or strange ones at the
 * beginning must not hide the others. */
enum { RECORDS_MAX = 64 };

static struct shape_fact *add_fact(struct shape *shape, struct str parent, struct json_text key,
                                   struct json_walk *walk)
{
    struct shape_fact *fact = &shape->facts[shape->len]; /* there is one more than are counted */
    shape->len += shape->len < FACTS_MAX;
    enum json_type type = json_peek(walk);
    *fact = (struct shape_fact){ .parent = parent, .name = key.raw, .type = type, .at = walk->pos };
    return fact;
}

static void read_value(struct shape *shape, struct json_walk *walk, struct shape_fact *fact)
{
    struct json_text text, key;
    struct str parent = fact->name;
    if (fact->type == JSON_STRING && json_text(walk, &text))
        fact->value = text.raw;
    if (fact->type != JSON_OBJECT || !json_object(walk))
        return;
    while (json_member(walk, &key)) {
        struct shape_fact *inner = add_fact(shape, parent, key, walk);
        if (inner->type == JSON_STRING && json_text(walk, &text))
            inner->value = text.raw;
    }
}

void shape_read(struct str text, struct shape *shape)
{
    struct arena scratch = { 0 }; /* of the walk alone: facts are slices of the text */
    struct json_walk walking, *walk = &walking;
    struct json_text key;
    shape->len = 0;
    json_walk_init(walk, text, &scratch);
    walk->is_checked = true; /* who parses it says which members it has twice */
    if (json_object(walk))
        while (json_member(walk, &key))
            read_value(shape, walk, add_fact(shape, (struct str){ 0 }, key, walk));
    shape->is_cut = walk->problem && walk->ended;
    arena_free(&scratch);
}

const struct shape_fact *shape_find(const struct shape *shape, struct str name)
{
    struct str parent = { 0 }, rest;
    struct str head;
    if (str_cut(name, '.', &head, &rest)) {
        parent = head;
        name = rest;
    }
    for (size_t i = 0; i < shape->len; i++) {
        const struct shape_fact *fact = &shape->facts[i];
        if (str_equal(fact->name, name) && str_equal(fact->parent, parent))
            return fact;
    }
    return NULL;
}

/* One name of a specification. */
static bool holds(const struct shape *shape, struct str term)
{
    struct str name, value;
    bool is_absent = str_starts(term, STR("-"));
    bool has_value = str_cut(str_slice(term, is_absent, term.len), '=', &name, &value);
    const struct shape_fact *fact = shape_find(shape, name);
    bool is = fact != NULL;
    if (is && has_value && str_ends(value, STR("*")))
        is = fact->type == JSON_STRING &&
             str_starts(fact->value, str_slice(value, 0, value.len - 1));
    else if (is && has_value)
        is = fact->type == JSON_STRING && str_equal(fact->value, value);
    return is != is_absent;
}

bool shape_is(const struct shape *shape, const char *spec)
{
    struct str term, rest = str_from_c(spec);
    while (rest.len) {
        str_cut(rest, ' ', &term, &rest);
        if (!holds(shape, term))
            return false;
    }
    return true;
}

/* The records of a head, one after the other. */
struct cursor {
    struct str rest; /* starts at a record, or at what is between them */
    bool is_list;    /* in an array */
    bool is_whole;   /* the head is all of the source */
};

/* Goes into the list of a body, {"requests": [...]}, when the head begins with one. */
static struct str enter_body(struct str text)
{
    struct arena scratch = { 0 };
    struct json_walk walking, *walk = &walking;
    struct json_text key;
    struct str found = text;
    json_walk_init(walk, text, &scratch);
    walk->is_checked = true; /* who parses it says which members it has twice */
    if (json_object(walk))
        while (found.len == text.len && json_member(walk, &key))
            if (json_text_is(key, STR("requests")) && json_peek(walk) == JSON_ARRAY)
                found = str_slice(text, walk->pos, text.len);
    arena_free(&scratch);
    return found;
}

static struct str skip_space(struct str text)
{
    size_t spaces = 0;
    while (spaces < text.len && split_is_space(text.ptr[spaces]))
        spaces++;
    return str_slice(text, spaces, text.len);
}

/* From the first object of a list on; empty when its first elements are none. A text that begins
 * with a bracket is no list. */
static struct str enter_list(const struct head *head, struct str text)
{
    struct json_walk walking, *walk = &walking;
    struct str inner = skip_space(str_slice(text, 1, text.len));
    if (inner.len && inner.ptr[0] == '{') /* which may be broken */
        return inner;
    json_walk_init(walk, text, head->arena);
    json_array(walk);
    for (int i = 0; i < RECORDS_MAX && json_element(walk); i++)
        if (json_peek(walk) == JSON_OBJECT)
            return str_slice(text, walk->pos, text.len);
    return (struct str){ 0 };
}

static struct cursor start(const struct head *head)
{
    struct str text = skip_space(head->bytes);
    if (text.len && text.ptr[0] == '{')
        text = enter_body(text);
    bool has_bracket = text.len && text.ptr[0] == '[';
    struct str inner = has_bracket ? enter_list(head, text) : text;
    bool is_list = has_bracket && inner.len;
    return (struct cursor){ is_list ? inner : text, is_list, head->is_whole };
}

/* Length of the object at the front, in the same way as it will be split off. */
static size_t measure(const struct cursor *cursor)
{
    struct extent extent = { 0 };
    const bool is_spread = cursor->rest.len > 1 && split_is_space(cursor->rest.ptr[1]);
    bool wants_more;
    while (!extent_find(&extent, cursor->rest, !cursor->is_list))
        if (extent.pos == cursor->rest.len || extent.in_string ||
            !split_goes_on(&extent, cursor->rest, is_spread, cursor->is_whole, &wants_more))
            break;
    return extent.pos;
}

/* The next object of the head. False when there is none. */
static bool next_record(struct cursor *cursor, struct str *record)
{
    struct str rest = cursor->rest;
    while (rest.len && rest.ptr[0] != '{') {
        bool is_between = split_is_space(rest.ptr[0]) || (cursor->is_list && rest.ptr[0] == ',');
        size_t next = is_between ? 1 : str_find(rest, cursor->is_list ? '{' : '\n', 0);
        rest = str_slice(rest, next, rest.len);
    }
    cursor->rest = rest;
    size_t len = rest.len ? measure(cursor) : 0;
    *record = str_slice(rest, 0, len);
    cursor->rest = str_slice(rest, len, rest.len);
    return len > 0;
}

static bool is_any(const struct shape *shape, const char *const *specs)
{
    for (; *specs; specs++)
        if (shape_is(shape, *specs))
            return true;
    return false;
}

/* The first record that is one of anybody's manifest decides whose the source is. */
static const char *const decisive[] = {
    "custom_id params",
    "params.messages",
    "custom_id body",
    "modelInput",
    "custom_id request -request.contents",
    NULL,
};

enum match shape_detect(const struct head *head, const char *const *specs)
{
    struct cursor cursor = start(head);
    struct shape *shape = ARENA_NEW(head->arena, struct shape);
    struct str record;
    bool is_cut = false;
    for (int i = 0; i < RECORDS_MAX && next_record(&cursor, &record); i++) {
        shape_read(record, shape);
        is_cut = shape->is_cut && !cursor.rest.len && !head->is_whole &&
                 head->bytes.len <= ENTRY_BYTES_MAX;
        if (!is_cut && is_any(shape, specs))
            return MATCH_YES;
        if (!is_cut && is_any(shape, decisive))
            return MATCH_NO;
    }
    return is_cut ? MATCH_LONGER_HEAD : MATCH_NO;
}

/* Files that lie beside manifests and are none, the narrower shapes first. */
static const struct foreign {
    const char *spec;
    const char *what;
    const char *instead; /* what to do with it, or NULL */
    bool is_loose;       /* a prompt text may look like it */
} foreigns[] = {
    { "tokgate=records part", "records of tokgate count", "give them to tokgate plan --from",
      false },
    { "plan limits.by_model sources chunks", "the plan.json of tokgate plan --split",
      "give the chunks beside it", false },
    { "send_ms pool", "a schedule of tokgate plan", "give the manifest", false },
    { "totalRecordCount processedRecordCount", "the summary of an Amazon Bedrock batch job",
      "give the job's input", false },
    { "custom_id result", "results of a Message Batch",
      "give the manifest they answer (tokgate reconcile compares both)", false },
    { "recordId modelOutput", "output of an Amazon Bedrock batch job", "give the job's input",
      false },
    { "recordId modelInput error", "output of an Amazon Bedrock batch job", "give the job's input",
      false },
    { "modelInput modelOutput", "output of an Amazon Bedrock batch job", "give the job's input",
      false },
    { "custom_id response -request", "output of an OpenAI batch", "give the batch's input file",
      false },
    { "custom_id error -body -params", "errors of an OpenAI batch", "give the batch's input file",
      false },
    { "request response", "output of a Google Cloud batch job", "give the job's input", false },
    { "request status", "output of a Google Cloud batch job", "give the job's input", true },
    { "candidates", "answers of Gemini, which is not Claude", NULL, true },
    { "request.contents", "a batch for Gemini, which is not Claude", NULL, false },
    { "text.contents", "a batch for Gemini, which is not Claude", NULL, false },
    { "contents", "requests to Gemini, which is not Claude", NULL, true },
    { "id=msgbatch_* -custom_id", "a Message Batch as the API describes it",
      "give the body that created it", false },
    { "object=batch", "an OpenAI batch as its API describes it", "give the batch's input file",
      false },
    { "object=chat.completion*", "answers of Chat Completions", "give the requests", false },
    { "object=response", "answers of OpenAI's Responses API", "give the requests", false },
    { "object=embedding*", "embeddings", NULL, false },
    { "object=list data", "a list that an API answered", "give the requests", false },
    { "data has_more", "a list that an API answered", "give the requests", true },
    { "type=message role content", "answers of the Messages API", "give the requests", false },
    { "type=message_start message", "a recorded stream of the Messages API", "give the request",
      false },
    { "type=error error", "errors of the API", "give the requests", false },
    { "error.type error.message", "errors of an API", "give the requests", false },
    { "input_tokens -messages", "answers of the token counting API", "give the requests", true },
    { "interactions version", "a recording of HTTP calls", "give the requests", true },
    { "custom_id messages", "requests beside their custom_id", "put each into a member \"params\"",
      true },
    { "messages", "requests without a custom_id, as for fine-tuning",
      "make each {\"custom_id\", \"params\"}, or a file of its own", true },
    { "role content", "messages without a request around them", "put them into \"messages\"",
      true },
    { "input -custom_id -model", "inputs without a request around them", NULL, true },
    { "model input", "requests for embeddings or the Responses API, not for Claude", NULL, true },
};

/* "nothing to check: results of a Message Batch; give ..." */
static struct str describe(struct arena *arena, const char *what, const char *instead)
{
    return str_format(arena, "nothing to check: %s%s%s", what, instead ? "; " : "",
                      instead ? instead : "");
}

static bool is_empty_list(const struct head *head)
{
    struct str text = str_trim(head->bytes);
    bool has_brackets = text.len > 1 && text.ptr[0] == '[' && str_ends(text, STR("]"));
    return has_brackets && head->is_whole && !str_trim(str_slice(text, 1, text.len - 1)).len;
}

struct str shape_foreign(const struct head *head, bool must_be_json)
{
    if (is_empty_list(head))
        return STR("an empty list: there is no request in it");
    struct cursor cursor = start(head);
    struct shape *shape = ARENA_NEW(head->arena, struct shape);
    struct str record;
    bool is_object = cursor.rest.len && cursor.rest.ptr[0] == '{';
    if (!is_object || !next_record(&cursor, &record))
        return (struct str){ 0 };
    struct str rest = skip_space(cursor.rest);
    bool is_json = must_be_json || cursor.is_list || !rest.len || rest.ptr[0] == '{';
    if (!is_json) /* a text that begins with an object */
        return (struct str){ 0 };
    shape_read(record, shape);
    for (size_t i = 0; i < sizeof foreigns / sizeof foreigns[0]; i++)
        if ((must_be_json || !foreigns[i].is_loose) && shape_is(shape, foreigns[i].spec))
            return describe(head->arena, foreigns[i].what, foreigns[i].instead);
    return (struct str){ 0 };
}

struct str shape_foreign_text(struct arena *arena, struct str text)
{
    static const struct str begin = STR_INIT("interactions:");
    struct str line, rest;
    if (!str_starts(text, begin))
        return (struct str){ 0 };
    str_cut(text, '\n', &line, &rest);
    if (!str_starts(skip_space(rest), STR("- request:")))
        return (struct str){ 0 };
    return describe(arena, "a recording of HTTP calls", "give the requests");
}
