#include <inttypes.h>

#include "check/rule.h"

enum { OPTION_MAX };

static const struct rule_option options[] = {
    [OPTION_MAX] = { "max", OPTION_TOKENS, "most input tokens a request may have" },
    { NULL, 0, NULL },
};

static bool compile(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err)
{
    (void)ruleset;
    (void)catalog;
    return rule->values[OPTION_MAX].is_set ||
           error_usage(err, "the rule \"input-tokens\" needs \"max\"");
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct count *count = subject->count;
    double max = rule->values[OPTION_MAX].number;
    enum verdict verdict = verdict_at_most((double)count->low, (double)count->high, max);
    if (verdict == VERDICT_PASS)
        return;
    struct str tokens = rule_count_text(subject->arena, count);
    struct report report = { 0, verdict, true, (double)count->tokens, max };
    rule_report(subject, rule, findings, report, "%.*s, %s the budget of %.0f", STR_ARGS(tokens),
                verdict == VERDICT_FAIL ? "over" : "which may be over", max);
}

const struct rule_kind rule_kind_input_tokens = {
    .name = "input-tokens",
    .severity = SEVERITY_ERROR,
    .summary = "a request has more input tokens than its budget",
    .why =
        "Input tokens are what a prompt costs on every single call, and what the "
        "input-tokens-per-minute\n"
        "limit is spent on. Prompts grow a sentence at a time; a budget makes growth a decision.\n"
        "Counts are those of the Token Counting API: text, system prompt, tools, images and the\n"
        "message frame. Without the API the count is a band, and a budget inside the band is "
        "undecided",
    .example = "{ \"rules\": [ { \"rule\": \"input-tokens\", \"max\": 20 } ] }",
    .example_file = "prompt.md",
    .example_input = "You are the support agent of a small bakery. Answer in two sentences, stay "
                     "friendly, and never\n"
                     "promise a delivery date that the order system does not show.",
    .options = options,
    .compile = compile,
    .check = check,
};
