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

/* An object with a list "requests" that is empty or has an entry, be it after broken ones. */
static enum match detect(const struct head *head)
{
    struct json_walk *walk = ARENA_NEW(head->arena, struct json_walk);
    struct json_text key;
    json_walk_init(walk, head->bytes, head->arena);
    if (json_object(walk))
        while (json_member(walk, &key)) {
            if (!json_text_is(key, STR("requests")) || json_peek(walk) != JSON_ARRAY)
                continue;
            json_array(walk);
            if (!json_element(walk) && !walk->problem)
                return MATCH_YES;
            if (first_is_entry(walk, head))
                return MATCH_YES;
            enum match match = ended_early(walk, head);
            return match == MATCH_NO ? shape_detect(head, manifest_entries) : match;
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
