/* The body of a Message Batches request: {"requests": [{"custom_id", "params"}, ...]}. */
#include "input/manifest.h"
#include "input/shape.h"
#include "input/split.h"

static enum match ended_early(const struct json_walk *walk, const struct head *head)
{
    return walk->problem && walk->ended && !head->is_whole ? MATCH_LONGER_HEAD : MATCH_NO;
}

/* One of the two members is enough here: "requests" says the rest. */
static bool first_is_entry(struct json_walk *walk, const struct head *head)
{
    struct json_text key;
    bool has_id = false;
    if (json_object(walk))
        while (json_member(walk, &key)) {
            has_id |= json_text_is(key, STR("custom_id"));
            if (json_text_is(key, STR("params")))
                return true;
        }
    return has_id && (head->is_whole || !(walk->problem && walk->ended));
}

/* Whether the list, which the walk is in, has no object at all, as far as it can be seen. */
static bool has_no_object(struct json_walk *walk)
{
    for (bool more = true; more; more = json_element(walk))
        if (json_peek(walk) == JSON_OBJECT)
            return false;
    return !walk->problem;
}

/* An object with a list "requests" that is empty or has an entry, be it after broken ones; or that
 * has nothing but a list of what is no entry: each is said then. */
static enum match detect(const struct head *head)
{
    struct json_walk *walk = ARENA_NEW(head->arena, struct json_walk);
    struct json_text key;
    bool is_first = true;
    json_walk_init(walk, head->bytes, head->arena);
    if (json_object(walk))
        for (; json_member(walk, &key); is_first = false) {
            if (!json_text_is(key, STR("requests")) || json_peek(walk) != JSON_ARRAY)
                continue;
            json_array(walk);
            if (!json_element(walk) && !walk->problem)
                return MATCH_YES;
            const bool is_object = json_peek(walk) == JSON_OBJECT;
            if (first_is_entry(walk, head))
                return MATCH_YES;
            enum match match = ended_early(walk, head);
            if (match == MATCH_NO)
                match = shape_detect(head, manifest_entries);
            if (match == MATCH_NO && is_first && !is_object && has_no_object(walk))
                return MATCH_YES;
            return match;
        }
    return ended_early(walk, head);
}

const struct reader reader_batch = {
    .name = "batch",
    .summary = "a Message Batches body: {\"requests\": [{\"custom_id\", \"params\"}]}",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_message_batches,
    .detect = detect,
    .split = split_body,
    .parse = manifest_parse,
};
