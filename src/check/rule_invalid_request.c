#include <inttypes.h>

#include "check/rule.h"
#include "check/settings.h"

static const struct rule_option options[] = { { .name = NULL } };

/* The first image over so many. */
static size_t image_over(const struct request *request, size_t images_max)
{
    size_t images_len = 0;
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].kind == PART_IMAGE && images_len++ == images_max)
            return request->parts.items[i].at;
    return 0;
}

/* 400 for more (build-with-claude/vision, 2026-08-22); how many is not known of retired models. */
static void check_images(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct model *model = subject->model;
    const size_t images_len = subject->request->images_len;
    if (!model || model->max_images == CATALOG_UNKNOWN || images_len <= (size_t)model->max_images)
        return;
    const struct report report = { .verdict = VERDICT_FAIL,
                                   .at = image_over(subject->request, (size_t)model->max_images) };
    rule_report(subject, rule, findings, report, "%zu images: %" PRId64 " are the most for %.*s",
                images_len, model->max_images, STR_ARGS(model->id));
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request *request = subject->request;
    const struct faults *faults = &request->faults;
    struct report report = { .verdict = VERDICT_FAIL };
    for (size_t i = 0; i < faults->len; i++) {
        report.at = faults->items[i].at;
        rule_report(subject, rule, findings, report, "%.*s", STR_ARGS(faults->items[i].text));
    }
    check_images(subject, rule, findings);
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
