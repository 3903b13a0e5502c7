#include "plan/result.h"

#include "base/utf8.h"
#include "plan/result_reading.h"

static void end_as(struct result_reading *reading, enum outcome outcome)
{
    if (!reading->has_outcome || outcome != OUTCOME_SUCCEEDED)
        reading->result->outcome = outcome;
    reading->has_outcome = true;
}

#define TEXT(function, name, place)                                                                \
    static void function(struct result_reading *reading)                                           \
    {                                                                                              \
        result_take_text(reading, name, &reading->result->place);                                  \
    }
TEXT(read_model, "model", model)
TEXT(read_stop_reason, "stop_reason", stop_reason)
TEXT(read_error_message, "message", error_message)
#undef TEXT

static void read_error(struct result_reading *reading);

/* "type": "error" is around the error itself. */
static void read_error_type(struct result_reading *reading)
{
    struct str type = { 0 };
    if (result_take_text(reading, "type", &type) && !str_equal(type, STR("error")))
        reading->result->error_type = type;
}

/* A code may be a number. */
static void read_error_code(struct result_reading *reading)
{
    struct str raw;
    if (json_peek(reading->walk) == JSON_NUMBER && json_number(reading->walk, &raw))
        reading->result->error_type = raw;
    else
        result_take_text(reading, "code", &reading->result->error_type);
}

static void read_error(struct result_reading *reading)
{
    static const struct result_member members[] = {
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
    } else if (result_expect(reading, JSON_OBJECT, "error")) {
        reading->depth++;
        result_read_members(reading, members);
        reading->depth--;
    }
}

/* Of the OpenAI form: the reason is that of the first choice. */
static void read_choices(struct result_reading *reading)
{
    static const struct result_member members[] = {
        { STR_INIT("finish_reason"), read_stop_reason },
        { .read = NULL },
    };
    if (!result_expect(reading, JSON_ARRAY, "choices"))
        return;
    json_array(reading->walk);
    while (json_element(reading->walk))
        if (!reading->result->stop_reason.len && json_peek(reading->walk) == JSON_OBJECT)
            result_read_members(reading, members);
    if (str_equal(reading->result->stop_reason, STR("length")))
        reading->result->stop_reason = STR("max_tokens");
}

static void read_body(struct result_reading *reading);

static void read_status_code(struct result_reading *reading)
{
    int64_t status = 200;
    result_take_tokens(reading, "status_code", &status);
    reading->has_error |= status >= 400;
}

/* An answer, also one in an envelope of its own. */
static const struct result_member message_members[] = {
    { STR_INIT("body"), read_body },
    { STR_INIT("choices"), read_choices },
    { STR_INIT("error"), read_error },
    { STR_INIT("model"), read_model },
    { STR_INIT("status_code"), read_status_code },
    { STR_INIT("stopReason"), read_stop_reason },
    { STR_INIT("stop_reason"), read_stop_reason },
    { STR_INIT("usage"), result_read_usage },
    { .read = NULL },
};

static void read_body(struct result_reading *reading)
{
    if (result_expect(reading, JSON_OBJECT, "body"))
        result_read_members(reading, message_members);
}

static void read_message(struct result_reading *reading)
{
    if (!result_expect(reading, JSON_OBJECT, "the answer"))
        return;
    end_as(reading, OUTCOME_SUCCEEDED);
    result_read_members(reading, message_members);
}

static void read_result_type(struct result_reading *reading)
{
    struct str type = { 0 };
    size_t at = reading->walk->pos;
    if (!result_take_text(reading, "result.type", &type))
        return;
    for (int i = 0; i < OUTCOMES_LEN; i++)
        if (str_equal_c(type, outcome_name((enum outcome)i))) {
            end_as(reading, (enum outcome)i);
            return;
        }
    result_fail(
        reading, at,
        str_format(reading->arena,
                   "result.type must be succeeded, errored, canceled or expired, not \"%.*s\"",
                   STR_ARGS(utf8_head(type, 40))));
}

static void read_result(struct result_reading *reading)
{
    static const struct result_member members[] = {
        { STR_INIT("error"), read_error },
        { STR_INIT("message"), read_message },
        { STR_INIT("type"), read_result_type },
        { .read = NULL },
    };
    if (result_expect(reading, JSON_OBJECT, "result"))
        result_read_members(reading, members);
}

static void read_id(struct result_reading *reading)
{
    reading->has_id |= result_take_text(reading, "custom_id", &reading->result->id);
}

/* Of Google: empty when all went well. */
static void read_status(struct result_reading *reading)
{
    struct str status = { 0 };
    if (json_peek(reading->walk) == JSON_OBJECT)
        read_error(reading);
    else if (result_take_text(reading, "status", &status) && status.len) {
        reading->has_error = true;
        reading->result->error_message = status;
    }
}

static void read_request(struct result_reading *reading)
{
    reading->is_request = true;
    json_skip(reading->walk, NULL);
}

static const struct result_member line_members[] = {
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

/* What never ran is an error of its own in an OpenAI batch (BatchRequestOutputError, 2025-11). */
static enum outcome outcome_of_error(struct str type)
{
    if (str_equal(type, STR("batch_expired")))
        return OUTCOME_EXPIRED;
    return str_equal(type, STR("batch_cancelled")) ? OUTCOME_CANCELED : OUTCOME_ERRORED;
}

static void judge(struct result_reading *reading)
{
    struct result_problem *problem = reading->problem;
    struct result *result = reading->result;
    if (reading->has_error)
        end_as(reading, outcome_of_error(result->error_type));
    if (!reading->has_outcome) {
        problem->is_foreign = true;
        result_fail(reading, 0,
                    reading->is_request
                        ? STR("this is a request, no result of one")
                        : STR("no result: it has neither result, modelOutput nor response"));
    } else if (!reading->has_id || !result->id.len) {
        result_fail(reading, 0, STR("the result has no custom_id"));
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
    struct result_reading reading = {
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
        result_read_members(&reading, line_members);
    if (!json_finish(reading.walk)) {
        problem->text = str_format(arena, "not valid JSON: %s", reading.walk->problem);
        problem->at = reading.walk->problem_at;
        return false;
    }
    if (!is_object) {
        problem->is_foreign = true;
        result_fail(&reading, 0, STR("no result: it is no JSON object"));
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
