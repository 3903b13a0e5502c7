#include "check/rule.h"

static const struct rule_option options[] = { { .name = NULL } };

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request *request = subject->request;
    if (request->limits != &manifest_limits_message_batches)
        return;
    for (size_t i = 0; i < request->unbatchable_len; i++) {
        const struct unbatchable *member = &request->unbatchable[i];
        const struct report report = { .at = member->at, .verdict = VERDICT_FAIL };
        rule_report(subject, rule, findings, report, "%.*s is %s, which a Message Batch refuses",
                    STR_ARGS(member->name), member->value ? member->value : "set");
    }
}

const struct rule_kind rule_kind_batch_params = {
    .name = "batch-params",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "a request of a manifest has a parameter that a Message Batch refuses",
    .why = "Some of what the Messages API takes is not supported in a Message Batch: \"stream\": "
           "true, speed, store,\n"
           "previous_thread_event_id, cache_hint, context_hint and \"research_preview_2026_02\": "
           "\"active\"\n"
           "(build-with-claude/batch-processing, 2026-08-22); so is a max_tokens of 0, which is "
           "max-tokens'\n"
           "business. Params are validated only while the batch runs: it shows when the batch has "
           "ended",
    .example = "{ \"rules\": [ { \"rule\": \"batch-params\", \"severity\": \"error\" } ] }",
    .example_file = "batch.jsonl",
    .example_input = "{\"custom_id\": \"ticket-1\", \"params\": {\"model\": "
                     "\"claude-sonnet-5-5\", \"max_tokens\": 100, \"stream\": true, "
                     "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}",
    .options = options,
    .check = check,
};
