#include "base/utf8.h"
#include "check/rule.h"

static const struct rule_option options[] = { { .name = NULL } };

static size_t place_of(const struct request *request)
{
    return request->model_at == REQUEST_NOWHERE ? 0 : request->model_at;
}

/* Not in the catalog may only mean newer than it. */
static void report_unknown(const struct subject *subject, const struct rule *rule,
                           struct findings *findings)
{
    struct rule softer = rule_softened(rule);
    const struct catalog *catalog = subject->catalog;
    struct str id = utf8_printable(subject->arena, subject->request->model, 80);
    struct str nearest = catalog_nearest_model(catalog, subject->request->model);
    struct report report = { .at = place_of(subject->request), .verdict = VERDICT_FAIL };
    rule_report(subject, &softer, findings, report,
                "the model \"%.*s\" is not in the catalog of %.*s%s%.*s%s", STR_ARGS(id),
                STR_ARGS(catalog->as_of), nearest.len ? "; did you mean \"" : "", STR_ARGS(nearest),
                nearest.len ? "\"?" : "");
}

static void report_deprecated(const struct subject *subject, const struct rule *rule,
                              struct findings *findings, struct report report)
{
    struct rule softer = rule_softened(rule);
    const struct model *model = subject->model;
    rule_report(subject, &softer, findings, report,
                "the model %.*s is deprecated, with its end of life on %.*s", STR_ARGS(model->id),
                STR_ARGS(model->end_of_life));
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct model *model = subject->model;
    struct report report = { .at = place_of(subject->request), .verdict = VERDICT_FAIL };
    if (subject->request->unreadable || !subject->request->model.len)
        return;
    if (!model)
        report_unknown(subject, rule, findings);
    else if (model->status == MODEL_STATUS_RETIRED)
        rule_report(subject, rule, findings, report,
                    "the model %.*s was retired on %.*s: the API refuses it", STR_ARGS(model->id),
                    STR_ARGS(model->retired));
    else if (model->status == MODEL_STATUS_DEPRECATED)
        report_deprecated(subject, rule, findings, report);
}

const struct rule_kind rule_kind_unknown_model = {
    .name = "unknown-model",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "the model is not in the catalog, deprecated or retired",
    .why = "A model id that does not exist, or no longer, is a 404; in a Message Batch it shows "
           "only when the\n"
           "batch has ended. An id that the catalog does not know may be newer than the catalog: "
           "that is a\n"
           "warning, and the count uses the newest profile with a wider band",
    .example = "{ \"rules\": [ { \"rule\": \"unknown-model\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonet-5-5\", \"max_tokens\": 100,\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .check = check,
};
