#include <inttypes.h>

#include "check/rule.h"

enum { OPTION_MAX };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_TOKENS,
                     .help = "most input tokens a request may have",
                     .is_required = true },
    { .name = NULL },
};

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct count *count = subject->count;
    double max = rule->values[OPTION_MAX].number;
    enum verdict verdict = verdict_at_most((double)count->low, (double)count->high, max);
    if (verdict == VERDICT_PASS)
        return;
    struct str tokens = rule_count_text(subject->arena, count);
    struct str costliest;
    struct report report = { rule_costliest(subject, &costliest), verdict, true,
                             (double)count->tokens, max };
    rule_report(subject, rule, findings, report, "%.*s, %s the budget of %.0f%.*s",
                STR_ARGS(tokens), verdict == VERDICT_FAIL ? "over" : "which may be over", max,
                STR_ARGS(costliest));
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
    .check = check,
};
