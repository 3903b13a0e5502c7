#include "check/rule.h"

static const struct rule_option options[] = { { .name = NULL } };

/* What is wrong with records is found while they are read (tokgate plan --from). */
const struct rule_kind rule_kind_plan_records = {
    .name = "plan-records",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .is_of_plan = true,
    .summary = "records of a plan are broken, cut off, or not all there",
    .why =
        "Records of many runs are glued together by engines that kill and repeat runs. A part "
        "without its\n"
        "trailer is one whose run was killed, and one with other lines than were written is "
        "damaged: both\n"
        "are left out, unless the same part is there whole. A part that is there twice counts "
        "once. What\n"
        "was found wrong with their requests is in them, and is reported as it was found; parts of "
        "earlier\n"
        "versions of tokgate have only the number of requests that could not be counted or that "
        "the API\n"
        "would refuse",
    .example = "{ \"rules\": [ { \"rule\": \"plan-records\", \"severity\": \"error\" } ] }",
    .example_file = "records.jsonl",
    .example_input =
        "{\"tokgate\": \"records\", \"version\": 2, \"part\": \"a.jsonl\", \"catalog\": "
        "\"2026-11-20\", \"vocabulary\": \"\"}\n"
        "{\"index\": 0, \"line\": 1, \"column\": 1, \"custom_id\": \"a\", \"model\": "
        "\"claude-sonnet-5-5\", \"tokens\": 13, \"origin\": \"api\", \"max_tokens\": 100, "
        "\"entry_bytes\": 130}",
    .options = options,
};
