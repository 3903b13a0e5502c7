#include "base/text.h"
#include "check/rule.h"

enum { OPTION_MAX };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_PERCENT,
                     .help =
                         "most of the queue of batches that requests may take (default: 100%)" },
    { .name = NULL },
};

static void check_plan(const struct plan_numbers *numbers, const struct rule *rule,
                       struct findings *findings)
{
    struct arena *arena = numbers->arena;
    const double max = rule->values[OPTION_MAX].is_set ? rule->values[OPTION_MAX].number : 100;
    if (numbers->no_batches.len) {
        rule_report_all(
            rule, findings, (struct report){ 0, VERDICT_UNDECIDED, false, 0, max },
            str_format(arena, "there is no queue of batches: %.*s", STR_ARGS(numbers->no_batches)));
        return;
    }
    if (numbers->queue <= 0) {
        rule_report_all(rule, findings, (struct report){ 0, VERDICT_UNDECIDED, false, 0, max },
                        STR("how many requests the queue of batches takes is not known at this "
                            "tier"));
        return;
    }
    const double share = (double)numbers->queued * 100 / (double)numbers->queue;
    if (share <= max)
        return;
    const struct str message =
        str_format(arena,
                   "%.*s requests take %.15g%% of the %.*s that the queue of batches takes, over "
                   "%.15g%%",
                   STR_ARGS(text_grouped(arena, numbers->queued)), share,
                   STR_ARGS(text_grouped(arena, numbers->queue)), max);
    rule_report_all(rule, findings, (struct report){ 0, VERDICT_FAIL, true, share, max }, message);
}

const struct rule_kind rule_kind_plan_queue = {
    .name = "plan-queue",
    .severity = SEVERITY_ERROR,
    .is_of_plan = true,
    .summary = "the requests of a plan take too much of the queue of batches",
    .why = "All batches of an organization share one queue, of 200,000 requests at tier Start "
           "(api/rate-limits,\n"
           "2026-08-22): over it a new batch is refused. What one plan takes, others do not have. "
           "Requests that\n"
           "are in the queue already (\"--queued\") count too; over 100% the plan needs several "
           "waves",
    .example = "{ \"rules\": [ { \"rule\": \"plan-queue\", \"max\": \"0.0001%\" } ] }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\":\"a\",\"params\":{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":100,"
        "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}}",
    .options = options,
    .check_plan = check_plan,
};
