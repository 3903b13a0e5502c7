/* One Messages API request in one JSON file. */
#include "input/reader.h"
#include "input/request_json.h"

/* Whether another JSON value follows the one that was walked: lines of them are no request. */
static bool has_more_values(struct json_walk *walk)
{
    struct str rest = str_trim(str_slice(walk->text, walk->pos, walk->text.len));
    return rest.len && (rest.ptr[0] == '{' || rest.ptr[0] == '[');
}

/* A JSON object is a request when it has messages, or a model and max_tokens. */
static enum match detect(const struct head *head)
{
    struct json_walk *walk = ARENA_NEW(head->arena, struct json_walk);
    struct json_text key;
    bool has_messages = false, has_model = false, has_max_tokens = false;
    json_walk_init(walk, head->bytes, head->arena);
    if (json_object(walk))
        while (json_member(walk, &key)) {
            has_messages |= json_text_is(key, STR("messages")) && json_peek(walk) == JSON_ARRAY;
            has_model |= json_text_is(key, STR("model")) && json_peek(walk) == JSON_STRING;
            has_max_tokens |= json_text_is(key, STR("max_tokens"));
        }
    if (walk->problem && walk->ended && !head->is_whole)
        return MATCH_LONGER_HEAD;
    bool is_request = has_messages || (has_model && has_max_tokens);
    return is_request && (walk->problem || !has_more_values(walk)) ? MATCH_YES : MATCH_NO;
}

static void parse(struct arena *arena, const struct request_defaults *defaults,
                  struct request *request)
{
    (void)defaults;
    struct json_walk *walk = ARENA_NEW(arena, struct json_walk);
    json_walk_init(walk, request->entry, arena);
    request_json_read(arena, walk, request);
    request_json_finish(walk, request);
}

const struct reader reader_request = {
    .name = "request",
    .summary = "one Messages API request as JSON",
    .is_json = true,
    .detect = detect,
    .split = split_whole,
    .parse = parse,
};
