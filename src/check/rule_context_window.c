#include <inttypes.h>

#include "check/rule.h"

enum { OPTION_MAX };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_PERCENT,
                     .help = "most of the context window the input may fill (default: 100%)" },
    { .name = NULL },
};

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct rule_value *max = &rule->values[OPTION_MAX];
    const struct count *count = subject->count;
    if (!subject->model || subject->model->context_window == CATALOG_UNKNOWN)
        return;
    double window = (double)subject->model->context_window;
    double limit = max->is_set && max->number < 100 ? window * max->number / 100 : window;
    enum verdict verdict = verdict_at_most((double)count->low, (double)count->high, limit);
    bool only_unknown = count->high == COUNT_UNBOUNDED && (double)count->tokens <= limit / 2;
    if (verdict == VERDICT_PASS || (verdict == VERDICT_UNDECIDED && only_unknown && !max->is_set))
        return; /* a PDF or a tool is no reason to doubt a window that is half empty */
    struct str tokens = rule_count_text(subject->arena, count);
    struct str costliest;
    struct report report = { rule_costliest(subject, &costliest), verdict, true,
                             (double)count->tokens, limit };
    struct str budget =
        limit < window ? str_format(subject->arena, "%.15g%% of ", max->number) : (struct str){ 0 };
    rule_report(subject, rule, findings, report,
                "%.*s, %s %.*sthe %.0f tokens of the context window of %.*s%.*s", STR_ARGS(tokens),
                verdict == VERDICT_FAIL ? "over" : "which may be over", STR_ARGS(budget), window,
                STR_ARGS(subject->model->id), STR_ARGS(costliest));
}

const struct rule_kind rule_kind_context_window = {
    .name = "context-window",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "the input does not fit the model's context window",
    .why = "Input over the context window is a 400 \"prompt is too long\". Input plus max_tokens "
           "over it is\n"
           "accepted by Claude 4.5 and newer, but the answer stops early with\n"
           "model_context_window_exceeded (build-with-claude/context-windows, 2026-08-22): leave "
           "room for it",
    .example = "{ \"rules\": [ { \"rule\": \"context-window\", \"max\": \"0.001%\" } ] }",
    .example_file = "prompt.md",
    .example_input = "Translate the following text into plain English, and keep its paragraphs and "
                     "its lists as they are.",
    .options = options,
    .check = check,
};
