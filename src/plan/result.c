#include "plan/result.h"

#include "base/utf8.h"
#include "json/walk.h"

/* A line while it is read. */
struct reading {
    struct arena *arena;
    struct json_walk *walk;
    struct result *result;
    struct result_problem *problem;
    bool has_id, has_outcome, is_request, has_error;
    int64_t written; /* cache_creation_input_tokens */
    bool has_split;  /* of it: cache_creation */
    int depth;       /* of error in error */
};

struct member {
    struct str name;
    void (*read)(struct reading *reading);
};

static void read_object(struct reading *reading, const struct member *members);

static void fail(struct reading *reading, size_t at, struct str text)
{
    if (reading->problem->text.len || reading->walk->problem)
        return;
    reading->problem->text = text;
    reading->problem->at = at;
}

/* True when there is a value of that type; null is as good as none. */
static bool expect(struct reading *reading, enum json_type type, const char *what)
{
    enum json_type found = json_peek(reading->walk);
    if (found == type)
        return true;
    if (found != JSON_NULL && found != JSON_ERROR)
        fail(reading, reading->walk->pos,
             str_format(reading->arena, "%s must be %s, not %s", what, json_type_name(type),
                        json_type_name(found)));
    json_skip(reading->walk, NULL);
    return false;
}

static bool take_text(struct reading *reading, const char *what, struct str *into)
{
    struct json_text text;
    if (!expect(reading, JSON_STRING, what) || !json_text(reading->walk, &text))
        return false;
    *into = json_decode(text, reading->arena);
    return true;
}

static void take_tokens(struct reading *reading, const char *what, int64_t *into)
{
    struct str raw;
    size_t at = reading->walk->pos;
    int64_t tokens = 0;
    if (!expect(reading, JSON_NUMBER, what) || !json_number(reading->walk, &raw))
        return;
    if (json_integer(raw, &tokens) && tokens >= 0)
        *into = tokens;
    else
        fail(reading, at,
             str_format(reading->arena, "%s must be a whole number of tokens, not %.*s", what,
                        STR_ARGS(utf8_head(raw, 40))));
}

static void end_as(struct reading *reading, enum outcome outcome)
{
    if (!reading->has_outcome || outcome != OUTCOME_SUCCEEDED)
        reading->result->outcome = outcome;
    reading->has_outcome = true;
}

#define TOKENS(function, name, place)                                                              \
    static void function(struct reading *reading)                                                  \
    {                                                                                              \
        take_tokens(reading, name, &reading->place);                                               \
    }
TOKENS(read_input, "input_tokens", result->usage.input)
TOKENS(read_output, "output_tokens", result->usage.output)
TOKENS(read_cache_read, "cache_read_input_tokens", result->usage.read)
TOKENS(read_written, "cache_creation_input_tokens", written)
TOKENS(read_write_5m, "ephemeral_5m_input_tokens", result->usage.write_5m)
TOKENS(read_write_1h, "ephemeral_1h_input_tokens", result->usage.write_1h)
TOKENS(read_web_searches, "web_search_requests", result->usage.web_searches)
#undef TOKENS

#define TEXT(function, name, place)                                                                \
    static void function(struct reading *reading)                                                  \
    {                                                                                              \
        take_text(reading, name, &reading->result->place);                                         \
    }
TEXT(read_model, "model", model)
TEXT(read_stop_reason, "stop_reason", stop_reason)
TEXT(read_service_tier, "service_tier", service_tier)
TEXT(read_geo, "inference_geo", geo)
TEXT(read_error_message, "message", error_message)
#undef TEXT

static void read_split(struct reading *reading)
{
    static const struct member members[] = {
        { STR_INIT("ephemeral_1h_input_tokens"), read_write_1h },
        { STR_INIT("ephemeral_5m_input_tokens"), read_write_5m },
        { .read = NULL },
    };
    if (!expect(reading, JSON_OBJECT, "cache_creation"))
        return;
    reading->has_split = true;
    read_object(reading, members);
}

static void read_server_tools(struct reading *reading)
{
    static const struct member members[] = {
        { STR_INIT("web_search_requests"), read_web_searches },
        { .read = NULL },
    };
    if (expect(reading, JSON_OBJECT, "server_tool_use"))
        read_object(reading, members);
}

/* The names of Message Batches, of the OpenAI form, and of Bedrock's Converse. */
static void read_usage(struct reading *reading)
{
    static const struct member members[] = {
        { STR_INIT("cacheReadInputTokens"), read_cache_read },
        { STR_INIT("cacheWriteInputTokens"), read_written },
        { STR_INIT("cache_creation"), read_split },
        { STR_INIT("cache_creation_input_tokens"), read_written },
        { STR_INIT("cache_read_input_tokens"), read_cache_read },
        { STR_INIT("completion_tokens"), read_output },
        { STR_INIT("inference_geo"), read_geo },
        { STR_INIT("inputTokens"), read_input },
        { STR_INIT("input_tokens"), read_input },
        { STR_INIT("outputTokens"), read_output },
        { STR_INIT("output_tokens"), read_output },
        { STR_INIT("prompt_tokens"), read_input },
        { STR_INIT("server_tool_use"), read_server_tools },
        { STR_INIT("service_tier"), read_service_tier },
        { .read = NULL },
    };
    if (!expect(reading, JSON_OBJECT, "usage"))
        return;
    reading->result->has_usage = true;
    read_object(reading, members);
}

static void read_error(struct reading *reading);

/* "type": "error" is around the error itself. */
static void read_error_type(struct reading *reading)
{
    struct str type = { 0 };
    if (take_text(reading, "type", &type) && !str_equal(type, STR("error")))
        reading->result->error_type = type;
}

/* A code may be a number. */
static void read_error_code(struct reading *reading)
{
    struct str raw;
    if (json_peek(reading->walk) == JSON_NUMBER && json_number(reading->walk, &raw))
        reading->result->error_type = raw;
    else
        take_text(reading, "code", &reading->result->error_type);
}

static void read_error(struct reading *reading)
{
    static const struct member members[] = {
        { STR_INIT("code"), read_error_code },
        { STR_INIT("error"), read_error },
        { STR_INIT("errorCode"), read_error_code },
        { STR_INIT("errorMessage"), read_error_message },
        { STR_INIT("message"), read_error_message },
        { STR_INIT("type"), read_error_type },
        { .read = NULL },
    };
    enum json_type type = json_peek(reading->walk);
    if (type == JSON_NULL || reading->depth > 2) {
        json_skip(reading->walk, NULL);
        return;
    }
    reading->has_error = true;
    if (type == JSON_STRING) {
        read_error_message(reading);
    } else if (expect(reading, JSON_OBJECT, "error")) {
        reading->depth++;
        read_object(reading, members);
        reading->depth--;
    }
}

/* Of the OpenAI form: the reason is that of the first choice. */
static void read_choices(struct reading *reading)
{
    static const struct member members[] = {
        { STR_INIT("finish_reason"), read_stop_reason },
        { .read = NULL },
    };
    if (!expect(reading, JSON_ARRAY, "choices"))
        return;
    json_array(reading->walk);
    while (json_element(reading->walk))
        if (!reading->result->stop_reason.len && json_peek(reading->walk) == JSON_OBJECT)
            read_object(reading, members);
    if (str_equal(reading->result->stop_reason, STR("length")))
        reading->result->stop_reason = STR("max_tokens");
}

static void read_body(struct reading *reading);

static void read_status_code(struct reading *reading)
{
    int64_t status = 200;
    take_tokens(reading, "status_code", &status);
    reading->has_error |= status >= 400;
}

/* An answer, also one in an envelope of its own. */
static const struct member message_members[] = {
    { STR_INIT("body"), read_body },
    { STR_INIT("choices"), read_choices },
    { STR_INIT("error"), read_error },
    { STR_INIT("model"), read_model },
    { STR_INIT("status_code"), read_status_code },
    { STR_INIT("stopReason"), read_stop_reason },
    { STR_INIT("stop_reason"), read_stop_reason },
    { STR_INIT("usage"), read_usage },
    { .read = NULL },
};

static void read_body(struct reading *reading)
{
    if (expect(reading, JSON_OBJECT, "body"))
        read_object(reading, message_members);
}

static void read_message(struct reading *reading)
{
    if (!expect(reading, JSON_OBJECT, "the answer"))
        return;
    end_as(reading, OUTCOME_SUCCEEDED);
    read_object(reading, message_members);
}

static void read_result_type(struct reading *reading)
{
    struct str type = { 0 };
    size_t at = reading->walk->pos;
    if (!take_text(reading, "result.type", &type))
        return;
    for (int i = 0; i < OUTCOMES_LEN; i++)
        if (str_equal_c(type, outcome_name((enum outcome)i))) {
            end_as(reading, (enum outcome)i);
            return;
        }
    fail(reading, at,
         str_format(reading->arena,
                    "result.type must be succeeded, errored, canceled or expired, not \"%.*s\"",
                    STR_ARGS(utf8_head(type, 40))));
}

static void read_result(struct reading *reading)
{
    static const struct member members[] = {
        { STR_INIT("error"), read_error },
        { STR_INIT("message"), read_message },
        { STR_INIT("type"), read_result_type },
        { .read = NULL },
    };
    if (expect(reading, JSON_OBJECT, "result"))
        read_object(reading, members);
}

static void read_id(struct reading *reading)
{
    reading->has_id |= take_text(reading, "custom_id", &reading->result->id);
}

/* Of Google: empty when all went well. */
static void read_status(struct reading *reading)
{
    struct str status = { 0 };
    if (json_peek(reading->walk) == JSON_OBJECT)
        read_error(reading);
    else if (take_text(reading, "status", &status) && status.len) {
        reading->has_error = true;
        reading->result->error_message = status;
    }
}

static void read_request(struct reading *reading)
{
    reading->is_request = true;
    json_skip(reading->walk, NULL);
}

static const struct member line_members[] = {
    { STR_INIT("body"), read_request },
    { STR_INIT("custom_id"), read_id },
    { STR_INIT("error"), read_error },
    { STR_INIT("modelInput"), read_request },
    { STR_INIT("modelOutput"), read_message },
    { STR_INIT("params"), read_request },
    { STR_INIT("recordId"), read_id },
    { STR_INIT("request"), read_request },
    { STR_INIT("requests"), read_request },
    { STR_INIT("response"), read_message },
    { STR_INIT("result"), read_result },
    { STR_INIT("status"), read_status },
    { .read = NULL },
};

static void read_object(struct reading *reading, const struct member *members)
{
    struct json_text key;
    if (!json_object(reading->walk))
        return;
    while (json_member(reading->walk, &key))
        for (const struct member *member = members; member->read; member++)
            if (json_text_is(key, member->name)) {
                json_peek(reading->walk); /* pos is at the value */
                member->read(reading);
                break;
            }
}

static void judge(struct reading *reading)
{
    struct result_problem *problem = reading->problem;
    struct result *result = reading->result;
    if (reading->has_error)
        end_as(reading, OUTCOME_ERRORED);
    if (!reading->has_outcome) {
        problem->is_foreign = true;
        fail(reading, 0,
             reading->is_request
                 ? STR("this is a request, no result of one")
                 : STR("no result: it has neither result, modelOutput nor response"));
    } else if (!reading->has_id || !result->id.len) {
        fail(reading, 0, STR("the result has no custom_id"));
    }
    result->has_usage &= result->usage.input >= 0 && result->usage.output >= 0;
    if (!result->has_usage)
        result->usage = (struct usage){ 0 };
    else if (!reading->has_split)
        result->usage.write_5m = reading->written; /* the default (prompt-caching, 2026-08-22) */
    else if (reading->written > result->usage.write_5m + result->usage.write_1h)
        result->usage.write_5m = reading->written - result->usage.write_1h;
}

bool result_read(struct arena *arena, struct str line, struct result *result,
                 struct result_problem *problem)
{
    struct reading reading = {
        .arena = arena,
        .walk = ARENA_NEW(arena, struct json_walk),
        .result = result,
        .problem = problem,
    };
    *result = (struct result){ .usage = { .input = -1, .output = -1 } };
    *problem = (struct result_problem){ 0 };
    json_walk_init(reading.walk, line, arena);
    bool is_object = json_peek(reading.walk) == JSON_OBJECT;
    if (is_object)
        read_object(&reading, line_members);
    if (!json_finish(reading.walk)) {
        problem->text = str_format(arena, "not valid JSON: %s", reading.walk->problem);
        problem->at = reading.walk->problem_at;
        return false;
    }
    if (!is_object) {
        problem->is_foreign = true;
        fail(&reading, 0, STR("no result: it is no JSON object"));
        return false;
    }
    judge(&reading);
    return !problem->text.len;
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_SUCCEEDED] = "succeeded",
        [OUTCOME_ERRORED] = "errored",
        [OUTCOME_CANCELED] = "canceled",
        [OUTCOME_EXPIRED] = "expired",
    };
    return names[outcome];
}
