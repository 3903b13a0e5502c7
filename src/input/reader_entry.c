/* One entry of a manifest in a JSON file of its own, over as many lines as it likes. */
#include "input/manifest.h"

/* A JSON object with a custom_id and params, over several lines, that fills the file: on one line,
 * or with more after it, it is JSON lines. */
static enum match detect(const struct head *head)
{
    struct json_walk *walk = ARENA_NEW(head->arena, struct json_walk);
    struct json_text key;
    bool has_id = false, has_params = false;
    json_walk_init(walk, head->bytes, head->arena);
    if (json_object(walk))
        while (json_member(walk, &key)) {
            has_id |= json_text_is(key, STR("custom_id")) && json_peek(walk) == JSON_STRING;
            has_params |= json_text_is(key, STR("params")) && json_peek(walk) == JSON_OBJECT;
        }
    bool is_cut = walk->problem && walk->ended;
    if (is_cut && !head->is_whole && (has_id || has_params))
        return MATCH_LONGER_HEAD;
    struct str text = str_trim(head->bytes);
    bool has_lines = str_find(text, '\n', 0) < text.len;
    bool is_entry = has_id && has_params && json_finish(walk);
    return is_entry && has_lines && head->is_whole ? MATCH_YES : MATCH_NO;
}

const struct reader reader_entry = {
    .name = "entry",
    .summary = "one entry of a manifest, {\"custom_id\", \"params\"}, over several lines",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_message_batches,
    .detect = detect,
    .split = split_whole,
    .parse = manifest_parse,
};
