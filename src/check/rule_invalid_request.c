#include "check/rule.h"
#include "check/settings.h"

static const struct rule_option options[] = { { .name = NULL } };

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request *request = subject->request;
    const struct faults *faults = &request->faults;
    struct report report = { .verdict = VERDICT_FAIL };
    for (size_t i = 0; i < faults->len; i++) {
        report.at = faults->items[i].at;
        rule_report(subject, rule, findings, report, "%.*s", STR_ARGS(faults->items[i].text));
    }
    report.at = 0;
    if (request->more_faults)
        rule_report(subject, rule, findings, report,
                    "and %zu more faults of this kind in the request", request->more_faults);
    bool names_model = request->model_at != REQUEST_NOWHERE || request->is_prompt ||
                       (request->limits && request->limits->model_is_of_job);
    if (!names_model && !request->unreadable && !subject->settings->defaults.model_declared)
        rule_report(subject, rule, findings, report, "model is missing, which the API requires");
}

const struct rule_kind rule_kind_invalid_request = {
    .name = "invalid-request",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "the request cannot be one: broken JSON, no messages, wrong types, empty text",
    .why =
        "The API answers 400 to these. In a Message Batch, params are validated only while the "
        "batch runs,\n"
        "so that one typing error shows up hours later (build-with-claude/batch-processing, "
        "2026-08-22).\n"
        "The JSON is read strictly: UTF-8, the grammar, no duplicate members, no lone surrogates",
    .example = "{ \"rules\": [ { \"rule\": \"invalid-request\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 100, \"messages\": [] }",
    .options = options,
    .check = check,
};
