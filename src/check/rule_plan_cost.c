#include "base/text.h"
#include "check/rule.h"

enum { OPTION_MAX_USD, OPTION_MAX_ONLINE_USD };

static const struct rule_option options[] = {
    [OPTION_MAX_USD] = { .name = "max_usd",
                         .type = OPTION_USD,
                         .help = "most that the plan may cost as Message Batches" },
    [OPTION_MAX_ONLINE_USD] = { .name = "max_online_usd",
                                .type = OPTION_USD,
                                .help = "most that it may cost as online calls" },
    { .name = NULL },
};

static bool compile(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err)
{
    (void)ruleset;
    (void)catalog;
    return rule->values[OPTION_MAX_USD].is_set || rule->values[OPTION_MAX_ONLINE_USD].is_set ||
           error_usage(err, "the rule \"plan-cost\" needs \"max_usd\" or \"max_online_usd\"");
}

/* All of the digits of a cost that would look like the budget without them. */
static struct str usd(struct arena *arena, double value, double budget)
{
    struct str text = text_usd(arena, value);
    bool is_near = value != budget && str_equal(text, text_usd(arena, budget));
    return is_near ? str_format(arena, "$%.10g", value) : text;
}

static struct str range_text(struct arena *arena, const struct plan_range *range, double budget)
{
    struct str low = usd(arena, range->low, budget);
    if (range->low == range->high)
        return low;
    if (range->high > 1e15) /* not known */
        return str_format(arena, "at least %.*s", STR_ARGS(low));
    return str_format(arena, "%.*s to %.*s", STR_ARGS(low),
                      STR_ARGS(usd(arena, range->high, budget)));
}

static struct str budget_text(struct arena *arena, const struct plan_range *range, double budget)
{
    struct str low = usd(arena, budget, range->low), high = usd(arena, budget, range->high);
    return low.len > high.len ? low : high;
}

static void check_cost(const struct plan_numbers *numbers, const struct rule *rule,
                       struct findings *findings, const struct rule_value *max,
                       const struct plan_range *range, const char *how)
{
    struct arena *arena = numbers->arena;
    const enum verdict verdict =
        max->is_set ? verdict_at_most(range->low, range->high, max->number) : VERDICT_PASS;
    if (verdict == VERDICT_PASS)
        return;
    const struct str costs = range_text(arena, range, max->number),
                     budget = budget_text(arena, range, max->number);
    const struct str message =
        str_format(arena, "the plan costs %.*s %s, %s the budget of %.*s", STR_ARGS(costs), how,
                   verdict == VERDICT_FAIL ? "over" : "which may be over", STR_ARGS(budget));
    rule_report_all(rule, findings, (struct report){ 0, verdict, true, range->value, max->number },
                    message);
}

static void check_plan(const struct plan_numbers *numbers, const struct rule *rule,
                       struct findings *findings)
{
    const struct rule_value *max = &rule->values[OPTION_MAX_USD];
    if (numbers->no_batches.len && max->is_set)
        rule_report_all(
            rule, findings, (struct report){ 0, VERDICT_UNDECIDED, false, 0, max->number },
            str_format(numbers->arena, "what the plan costs in batches is not known: %.*s",
                       STR_ARGS(numbers->no_batches)));
    else
        check_cost(numbers, rule, findings, max, &numbers->batch_usd, "in batches");
    check_cost(numbers, rule, findings, &rule->values[OPTION_MAX_ONLINE_USD], &numbers->online_usd,
               "online");
}

const struct rule_kind rule_kind_plan_cost = {
    .name = "plan-cost",
    .severity = SEVERITY_ERROR,
    .is_of_plan = true,
    .summary = "all requests of a plan together cost too much",
    .why =
        "A batch is paid for when it has ended, and a wrong max_tokens or a forgotten cache "
        "breakpoint\n"
        "shows only on the bill. The cost has a band: from the fewest input tokens, all cached "
        "prefixes\n"
        "read and no output, to the most, none read and max_tokens of output everywhere. What "
        "is known\n"
        "narrows it: \"--output-tokens\" (or \"output_tokens\" in the rule file) and "
        "\"--cache-hit\". A budget\n"
        "inside the band is undecided. Requests whose price is not known leave it open at the top",
    .example = "{ \"rules\": [ { \"rule\": \"plan-cost\", \"max_usd\": 0.00001 } ] }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\":\"a\",\"params\":{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":100,"
        "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to all of us in a few kind "
        "words, please.\"}]}}",
    .options = options,
    .compile = compile,
    .check_plan = check_plan,
};
