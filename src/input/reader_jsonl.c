/* JSON lines: one {"custom_id", "params"} a line; also objects glued together on one line. */
#include "input/manifest.h"
#include "input/shape.h"
#include "input/split.h"

static enum match detect(const struct head *head)
{
    struct str text = str_trim(head->bytes);
    bool is_array = text.len && text.ptr[0] == '[';
    return is_array ? MATCH_NO : shape_detect(head, manifest_entries);
}

const struct reader reader_jsonl = {
    .name = "jsonl",
    .summary = "JSON lines, each {\"custom_id\", \"params\"}",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_message_batches,
    .detect = detect,
    .split = split_lines,
    .parse = manifest_parse,
};
