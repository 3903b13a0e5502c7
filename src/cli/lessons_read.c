/* True counts that a team has, in a file. */
#include <string.h>

#include "base/list.h"
#include "base/utf8.h"
#include "cli/lessons.h"
#include "cli/pipeline.h"
#include "count/cache.h"
#include "count/stamp.h"

enum { ERRORS_SHOWN = 20, LINES_MAX = 500000 };

struct reading {
    struct run *run;
    struct str path, default_model;
    const struct ruleset *ruleset;
    struct offline *offline;
    struct observed_list *list;
    struct left_aside *left;
    struct arena scratch; /* of one line */
};

/* A line and where it is. */
struct line {
    struct str text;
    struct place start;
};

static void fail(struct reading *reading, const struct line *line, size_t at, struct str why)
{
    const struct place place = locate(line->start, line->text, at);
    if (reading->left->errors++ < ERRORS_SHOWN)
        pipeline_say(reading->run, "error", "%.*s:%zu:%zu: %.*s", STR_ARGS(reading->path),
                     place.line, place.column, STR_ARGS(why));
}

/* What tokgate reads of a line. */
struct members {
    struct str request, number;
    size_t request_at, number_at;
};

static bool read_members(struct json_walk *walk, struct members *members)
{
    struct json_text key;
    if (!json_object(walk))
        return false;
    while (json_member(walk, &key)) {
        const enum json_type type = json_peek(walk);
        const size_t at = walk->pos;
        struct str raw;
        if (!json_skip(walk, &raw))
            break;
        if (json_text_is(key, STR("request")) && type == JSON_OBJECT) {
            members->request = raw;
            members->request_at = at;
        } else if (json_text_is(key, STR("input_tokens")) && type == JSON_NUMBER) {
            members->number = raw;
            members->number_at = at;
        }
    }
    return true;
}

/* The members of a line; false when it was said what is wrong. */
static bool take_line(struct reading *reading, const struct line *line, struct members *members,
                      int64_t *tokens)
{
    struct json_walk *walk = ARENA_NEW(&reading->scratch, struct json_walk);
    json_walk_init(walk, line->text, &reading->scratch);
    const bool is_object = read_members(walk, members);
    if (is_object && !json_finish(walk))
        fail(reading, line, walk->problem_at,
             str_format(&reading->scratch, "not valid JSON: %s%s%.*s%s", walk->problem,
                        walk->problem_name.len ? " \"" : "", STR_ARGS(walk->problem_name),
                        walk->problem_name.len ? "\"" : ""));
    else if (!members->request.len)
        fail(reading, line, 0,
             STR("not a line {\"request\": {...}, \"input_tokens\": N}: there is no request"));
    else if (!members->number.len)
        fail(reading, line, 0,
             STR("not a line {\"request\": {...}, \"input_tokens\": N}: there is no input_tokens"));
    else if (!json_integer(members->number, tokens) || *tokens < 1 || *tokens > CACHE_TOKENS_MAX)
        fail(reading, line, members->number_at,
             STR("\"input_tokens\" must be a whole number from 1 to 2^53"));
    else
        return true;
    return false;
}

static void read_request(struct reading *reading, const struct members *members,
                         struct request *request)
{
    static const struct source nowhere = { 0 };
    const struct request_defaults defaults = { .max_tokens = REQUEST_UNSET };
    *request = (struct request){
        .source = &nowhere,
        .entry = members->request,
        .custom_id_at = REQUEST_NOWHERE,
        .model_at = REQUEST_NOWHERE,
        .max_tokens = REQUEST_UNSET,
        .max_tokens_at = REQUEST_NOWHERE,
        .parts = { .arena = &reading->scratch },
        .faults = { .arena = &reading->scratch },
    };
    reader_request.parse(&reading->scratch, &defaults, request);
    if (!request->model.len)
        request->model = reading->default_model;
}

static void add(struct reading *reading, const struct request *request, int64_t tokens)
{
    const struct run *run = reading->run;
    const struct model *model = catalog_model(run->catalog, request->model);
    struct count count;
    if (!model) {
        reading->left->unknown_model++;
        return;
    }
    offline_count(reading->offline, &reading->scratch, request, run->catalog, &count);
    if (count.uncountable.len || request->edits.len) {
        reading->left->open_ended++;
        return;
    }
    struct observed *observed = LIST_PUSH(reading->list);
    *observed = (struct observed){
        .model = model->id,
        .shape = shape_of(request),
        .stamp = stamp_of(run->catalog, model, run->vocab, reading->ruleset->api_version,
                          reading->ruleset->betas),
        .numbers = { count.low, count.tokens, count.high, tokens, { 0 } },
    };
    const uint64_t hashes[] = { str_hash(request->entry, 1), str_hash(request->entry, 2) };
    _Static_assert(sizeof hashes == sizeof observed->numbers.body, "a body has 16 bytes");
    memcpy(observed->numbers.body, hashes, sizeof hashes);
}

static void read_line(struct reading *reading, const struct line *line)
{
    struct members members = { 0 };
    struct request request;
    int64_t tokens;
    if (!take_line(reading, line, &members, &tokens))
        return;
    read_request(reading, &members, &request);
    if (request.unreadable)
        fail(reading, line, members.request_at + request.faults.items[0].at,
             request.faults.items[0].text);
    else if (request.faults.len)
        reading->left->faulty++;
    else
        add(reading, &request, tokens);
}

static bool read_lines(struct reading *reading, struct splitting *splitting, struct error *err)
{
    struct entry entry;
    while (reader_jsonl.split(splitting, &entry, err)) {
        const struct line line = { entry.bytes, entry.start };
        if (reading->list->len == LINES_MAX)
            return error_usage(err, "%.*s: there are more than %d true counts",
                               STR_ARGS(reading->path), LINES_MAX);
        if (entry.problem)
            fail(reading, &line, entry.problem_at, str_from_c(entry.problem));
        else
            read_line(reading, &line);
        arena_reset(&reading->scratch);
        if (pipeline_is_interrupted(reading->run))
            return error_set(err, "interrupted: not everything was read");
    }
    return !err->kind;
}

static bool read_stream(struct reading *reading, struct error *err)
{
    struct splitting splitting = { 0 };
    struct error cause = { 0 };
    const bool is_stdin = str_equal(reading->path, STR("-"));
    const char *path = is_stdin ? NULL : str_to_c(reading->run->arena, reading->path);
    if (!stream_open(&splitting.stream, path, &cause))
        return error_set(err, "%.*s: %s", STR_ARGS(reading->path), cause.text);
    const bool is_read = reader_begin(&reader_jsonl, &splitting.stream, &cause) &&
                         read_lines(reading, &splitting, &cause);
    stream_close(&splitting.stream);
    if (!is_read && cause.kind == ERROR_USAGE)
        *err = cause;
    else if (!is_read)
        error_set(err, "%.*s: %s", STR_ARGS(reading->path), cause.text);
    return is_read;
}

bool lessons_read(struct run *run, const struct ruleset *ruleset, struct str path,
                  struct observed_list *list, struct left_aside *left, struct error *err)
{
    const struct counter_options options = { .vocab = run->vocab };
    const struct str declared =
        ruleset->command_line_model.len ? ruleset->command_line_model : ruleset->model;
    struct reading reading = {
        .run = run,
        .path = path,
        .default_model = declared.len ? declared : run->catalog->default_model->id,
        .ruleset = ruleset,
        .list = list,
        .left = left,
    };
    reading.offline = offline_open(&options);
    const bool is_read = read_stream(&reading, err);
    offline_close(reading.offline);
    arena_free(&reading.scratch);
    if (left->errors > ERRORS_SHOWN)
        pipeline_say(run, "error", "%.*s: %zu more lines could not be used", STR_ARGS(path),
                     left->errors - ERRORS_SHOWN);
    return is_read;
}
