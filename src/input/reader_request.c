/* One Messages API request in one JSON file. */
#include "input/reader.h"
#include "input/request_json.h"

/* A JSON object is a request when it has messages, or a model and max_tokens. */
static enum match detect(const struct head *head)
{
    struct json_walk *walk = ARENA_NEW(head->arena, struct json_walk);
    struct json_text key;
    bool has_model = false, has_max_tokens = false;
    json_walk_init(walk, head->bytes, head->arena);
    if (json_peek(walk) != JSON_OBJECT)
        return walk->ended && !head->is_whole ? MATCH_LONGER_HEAD : MATCH_NO;
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("messages")) && json_peek(walk) == JSON_ARRAY)
            return MATCH_YES;
        has_model |= json_text_is(key, STR("model")) && json_peek(walk) == JSON_STRING;
        has_max_tokens |= json_text_is(key, STR("max_tokens"));
        if (has_model && has_max_tokens)
            return MATCH_YES;
    }
    return walk->problem && walk->ended && !head->is_whole ? MATCH_LONGER_HEAD : MATCH_NO;
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
