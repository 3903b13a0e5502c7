/* The entries of a Message Batch as a bare array: [{"custom_id", "params"}, ...]. */
#include "input/manifest.h"
#include "input/shape.h"
#include "input/split.h"

static enum match detect(const struct head *head)
{
    struct str text = str_trim(head->bytes);
    bool is_array = text.len && text.ptr[0] == '[';
    return is_array ? shape_detect(head, manifest_entries) : MATCH_NO;
}

const struct reader reader_array = {
    .name = "array",
    .summary = "an array of entries, [{\"custom_id\", \"params\"}]",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_message_batches,
    .detect = detect,
    .split = split_array,
    .parse = manifest_parse,
};
