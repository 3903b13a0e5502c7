#include "base/text.h"
#include "check/rule.h"

enum { OPTION_MAX, OPTION_MAX_BATCH };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_DURATION,
                     .help = "longest time until the last answer of online calls" },
    [OPTION_MAX_BATCH] = { .name = "max_batch",
                           .type = OPTION_DURATION,
                           .help = "longest time after which all batches have ended or expired" },
    { .name = NULL },
};

static bool compile(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err)
{
    (void)ruleset;
    (void)catalog;
    return rule->values[OPTION_MAX].is_set || rule->values[OPTION_MAX_BATCH].is_set ||
           error_usage(err, "the rule \"plan-duration\" needs \"max\" or \"max_batch\"");
}

/* In seconds where the words for another time, which is not the same, would be the same. */
static struct str duration(struct arena *arena, double seconds, double other)
{
    struct str text = text_duration(arena, seconds);
    bool is_near = seconds != other && str_equal(text, text_duration(arena, other));
    return is_near ? str_format(arena, "%.10g s", seconds) : text;
}

static struct str budget_text(struct arena *arena, const struct plan_range *range, double budget)
{
    struct str low = duration(arena, budget, range->low);
    struct str high = duration(arena, budget, range->high);
    return str_equal(low, text_duration(arena, budget)) ? high : low;
}

static void check_online(const struct plan_numbers *numbers, const struct rule *rule,
                         struct findings *findings)
{
    struct arena *arena = numbers->arena;
    const struct plan_range *range = &numbers->online_seconds;
    const double max = rule->values[OPTION_MAX].number;
    const enum verdict verdict = verdict_at_most(range->low, range->high, max);
    if (verdict == VERDICT_PASS)
        return;
    const struct str budget = budget_text(arena, range, max);
    const char *over = verdict == VERDICT_FAIL ? "over" : "which may be over";
    struct str message;
    if (numbers->online_unknown)
        message = str_format(
            arena, "how long the plan takes online is not known, as %s; the budget is %.*s",
            numbers->online_unknown, STR_ARGS(budget));
    else if (range->low < range->high)
        message = str_format(arena, "the plan takes %.*s to %.*s online, %s the budget of %.*s",
                             STR_ARGS(duration(arena, range->low, max)),
                             STR_ARGS(duration(arena, range->high, max)), over, STR_ARGS(budget));
    else
        message = str_format(arena, "the plan takes %.*s online, %s the budget of %.*s",
                             STR_ARGS(duration(arena, range->value, max)), over, STR_ARGS(budget));
    rule_report_all(rule, findings, (struct report){ 0, verdict, true, range->value, max },
                    message);
}

static void check_batches(const struct plan_numbers *numbers, const struct rule *rule,
                          struct findings *findings)
{
    struct arena *arena = numbers->arena;
    const double seconds = numbers->batch_seconds, max = rule->values[OPTION_MAX_BATCH].number;
    if (numbers->no_batches.len)
        rule_report_all(rule, findings, (struct report){ 0, VERDICT_UNDECIDED, false, 0, max },
                        str_format(arena, "how long the plan takes in batches is not known: %.*s",
                                   STR_ARGS(numbers->no_batches)));
    if (numbers->no_batches.len || seconds <= max)
        return;
    const struct str message = str_format(
        arena, "the batches are sure to have ended only after %.*s, over the budget of %.*s",
        STR_ARGS(duration(arena, seconds, max)), STR_ARGS(duration(arena, max, seconds)));
    rule_report_all(rule, findings, (struct report){ 0, VERDICT_FAIL, true, seconds, max },
                    message);
}

static void check_plan(const struct plan_numbers *numbers, const struct rule *rule,
                       struct findings *findings)
{
    if (rule->values[OPTION_MAX].is_set)
        check_online(numbers, rule, findings);
    if (rule->values[OPTION_MAX_BATCH].is_set)
        check_batches(numbers, rule, findings);
}

const struct rule_kind rule_kind_plan_duration = {
    .name = "plan-duration",
    .severity = SEVERITY_ERROR,
    .is_of_plan = true,
    .summary = "a plan takes too long",
    .why = "As online calls a plan takes what the rate limits of its pools take: tokgate sends all "
           "requests\n"
           "against the token buckets of the tier (RPM, ITPM, OTPM), as fast as no call is "
           "answered with 429.\n"
           "The band of the input tokens, and output between none and max_tokens where "
           "\"--output-tokens\" does\n"
           "not say what to expect, make a band of it. As batches nobody knows when they end; each "
           "has ended\n"
           "or expired after 24 hours, and so many waves as the queue of the tier makes necessary "
           "take so many\n"
           "days at most",
    .example = "{ \"rules\": [ { \"rule\": \"plan-duration\", \"max_batch\": \"12h\" } ] }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\":\"a\",\"params\":{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":100,"
        "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}}",
    .options = options,
    .compile = compile,
    .check_plan = check_plan,
};
