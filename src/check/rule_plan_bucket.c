#include <inttypes.h>

#include "check/rule.h"

static const struct rule_option options[] = {
    { .name = NULL },
};

static struct str message_of(struct arena *arena, const struct plan_stuck *stuck, bool is_sure)
{
    if (!stuck->limit_tokens)
        return str_format(arena, "pool %.*s has 0 %s: as an online call it can never pass",
                          STR_ARGS(stuck->pool), stuck->limit);
    return str_format(arena,
                      "its %" PRId64 " %s tokens do not fit the %" PRId64
                      " %s of pool %.*s: as an online call it %s never pass",
                      stuck->tokens, stuck->limit[0] == 'O' ? "output" : "input",
                      stuck->limit_tokens, stuck->limit, STR_ARGS(stuck->pool),
                      is_sure ? "can" : "may");
}

static void check_stuck(const struct plan_stuck *stuck, const struct rule *rule,
                        struct findings *findings)
{
    const bool is_sure = stuck->low > stuck->limit_tokens;
    const struct finding finding = {
        .path = stuck->path,
        .place = stuck->place,
        .rule = rule->kind->name,
        .severity =
            is_sure || rule->severity < SEVERITY_WARNING ? rule->severity : SEVERITY_WARNING,
        .verdict = is_sure ? VERDICT_FAIL : VERDICT_UNDECIDED,
        .message = message_of(findings->arena, stuck, is_sure),
        .has_numbers = true,
        .value = (double)stuck->tokens,
        .limit = (double)stuck->limit_tokens,
        .custom_id = stuck->custom_id,
    };
    findings_add(findings, &finding);
}

const struct rule_kind rule_kind_plan_bucket = {
    .name = "plan-bucket",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .is_of_plan = true,
    .summary = "a request is larger than the bucket of its pool: as an online call it never passes",
    .why = "Rate limits are token buckets that hold what a minute brings (api/rate-limits, "
           "2026-08-22). A\n"
           "request with more uncached input tokens than that is answered with 429 however long "
           "one waits.\n"
           "In a Message Batch it passes: switch the rule off where nothing is sent online",
    .example = "{ \"limits\": { \"sonnet-5.5\": { \"itpm\": 10 } } }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\":\"a\",\"params\":{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":100,"
        "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to all of us in a few kind "
        "words, please.\"}]}}",
    .options = options,
    .check_stuck = check_stuck,
};
