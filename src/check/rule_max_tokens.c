#include <inttypes.h>

#include "check/rule.h"
#include "check/settings.h"

enum { OPTION_MAX, OPTION_MIN, OPTION_REQUIRED };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_TOKENS,
                     .help = "most max_tokens a request may ask for" },
    [OPTION_MIN] = { .name = "min",
                     .type = OPTION_TOKENS,
                     .help = "fewest, so that answers are not cut off" },
    [OPTION_REQUIRED] = { .name = "required",
                          .type = OPTION_BOOL,
                          .help =
                              "true: prompt texts must declare it too; false: no request must" },
    { .name = NULL },
};

static bool compile(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err)
{
    const struct rule_value *min = &rule->values[OPTION_MIN], *max = &rule->values[OPTION_MAX];
    (void)ruleset;
    (void)catalog;
    if (!min->is_set || !max->is_set || min->number <= max->number)
        return true;
    return error_usage(err, "the rule \"max-tokens\" has a min of %.0f over its max of %.0f",
                       min->number, max->number);
}

static bool in_message_batch(const struct request *request)
{
    return request->limits == &manifest_limits_message_batches;
}

/* It raises the limit in batches (build-with-claude/batch-processing, 2026-08-22). */
#define LONG_OUTPUT_BETA "output-300k-2026-03-24"

static int64_t output_limit(const struct subject *subject)
{
    const struct model *model = subject->model;
    struct str name, betas = subject->settings->ruleset->betas;
    if (!model)
        return CATALOG_UNKNOWN;
    while (in_message_batch(subject->request) && betas.len) {
        str_cut(betas, ',', &name, &betas);
        if (str_equal(name, STR(LONG_OUTPUT_BETA)) &&
            model->max_output_batch_beta != CATALOG_UNKNOWN)
            return model->max_output_batch_beta;
    }
    return model->max_output;
}

/* What would raise the limit for the request, to be said with it. */
static struct str raised_by(const struct subject *subject, int64_t limit)
{
    int64_t raised = subject->model->max_output_batch_beta;
    if (!in_message_batch(subject->request) || raised <= limit ||
        subject->request->max_tokens > raised)
        return STR("");
    return str_format(subject->arena, " (%" PRId64 " with the beta %s in the rule file)", raised,
                      LONG_OUTPUT_BETA);
}

static void check_missing(const struct subject *subject, const struct rule *rule,
                          struct findings *findings)
{
    const struct request *request = subject->request;
    const struct rule_value *required = &rule->values[OPTION_REQUIRED];
    bool is_optional =
        request->is_prompt || (request->limits && request->limits->max_tokens_optional);
    bool is_required = required->is_set ? required->flag : !is_optional;
    bool is_faulty = request->max_tokens_at != REQUEST_NOWHERE; /* present, but no number */
    struct report report = { .at = 0, .verdict = VERDICT_FAIL };
    if (!is_required || is_faulty || request->unreadable)
        return;
    if (request->is_prompt)
        rule_report(subject, rule, findings, report,
                    "no max_tokens is declared for this prompt in the rule file");
    else
        rule_report(subject, rule, findings, report,
                    "max_tokens is missing, which the API requires");
}

static void check_bounds(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct rule_value *min = &rule->values[OPTION_MIN], *max = &rule->values[OPTION_MAX];
    const struct request *request = subject->request;
    double value = (double)request->max_tokens;
    size_t at = request->max_tokens_at == REQUEST_NOWHERE ? 0 : request->max_tokens_at;
    if (max->is_set && value > max->number)
        rule_report(subject, rule, findings,
                    (struct report){ at, VERDICT_FAIL, true, value, max->number },
                    "max_tokens is %.0f, over the budget of %.0f", value, max->number);
    if (min->is_set && value < min->number && request->max_tokens)
        rule_report(subject, rule, findings,
                    (struct report){ at, VERDICT_FAIL, true, value, min->number },
                    "max_tokens is %.0f, under the minimum of %.0f", value, min->number);
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request *request = subject->request;
    if (request->max_tokens == REQUEST_UNSET) {
        check_missing(subject, rule, findings);
        return;
    }
    double value = (double)request->max_tokens;
    int64_t limit = output_limit(subject);
    size_t at = request->max_tokens_at == REQUEST_NOWHERE ? 0 : request->max_tokens_at;
    struct report report = { at, VERDICT_FAIL, true, value, (double)limit };
    if (limit != CATALOG_UNKNOWN && request->max_tokens > limit)
        rule_report(subject, rule, findings, report,
                    "max_tokens is %.0f, over the %" PRId64 " output tokens of %.*s%.*s", value,
                    limit, STR_ARGS(subject->model->id), STR_ARGS(raised_by(subject, limit)));
    report.limit = 1;
    if (!request->max_tokens && in_message_batch(request))
        rule_report(subject, rule, findings, report,
                    "max_tokens is 0, which a Message Batch refuses");
    check_bounds(subject, rule, findings);
}

const struct rule_kind rule_kind_max_tokens = {
    .name = "max-tokens",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "max_tokens is missing, outside its bounds, or over the model's output limit",
    .why = "max_tokens is required, and a value over the model's output limit is a 400. In a "
           "Message Batch\n"
           "both show only when the whole batch has ended. It bounds what one answer may cost; it "
           "does not\n"
           "enter the output-tokens-per-minute limit any more (api/rate-limits, 2026-08-22). Too "
           "small a\n"
           "value cuts answers off",
    .example = "{ \"rules\": [ { \"rule\": \"max-tokens\", \"max\": 4096, \"required\": true } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 200000,\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .compile = compile,
    .check = check,
};
