/*
 * temperature, top_p and top_k: what a model and an API version take of them. With API version
 * 2026-10-21 none, even at its default (api/migration-2026-10-21). Before it, by the vendor's
 * OpenAPI description (2026-08): from 0 to 1, top_k from 0; on models after Opus 4.6 a temperature
 * of 1 alone, a top_p of at least 0.99 and no top_k. Which models those are, and which refuse
 * temperature beside top_p, the catalog says (models.json, "sampling"). A value of null is left
 * alone, and so is what only the default model would refuse.
 */
#include <math.h>

#include "check/rule.h"
#include "check/settings.h"
#include "json/walk.h"

static const struct rule_option options[] = { { .name = NULL } };

#define NO_SAMPLING_VERSION STR("2026-10-21")

static const struct parameter {
    struct str name;
    double max;             /* from 0; 0: any number */
    double fixed_from;      /* with SAMPLING_FIXED no less than this */
    const char *fixed_text; /* ... in words */
    double thinking_from;   /* while thinking no less than this */
    const char *thinking_text;
} parameters[] = {
    { STR_INIT("temperature"), 1, 1, "takes a temperature of 1 alone", 1,
      "may only be 1 while thinking" },
    { STR_INIT("top_k"), 0, 1e300, "takes no top_k", 1e300, "must be unset while thinking" },
    { STR_INIT("top_p"), 1, 0.99, "takes no top_p under 0.99", 0.95,
      "may not be under 0.95 while thinking" },
};

/* A number that a parameter is set to. */
struct setting {
    struct str text; /* as it stands there */
    double value;
    size_t at; /* of its name */
};

enum { NUMBER_SHOWN_MAX = 20 };

static bool setting_of(const struct request *request, const struct parameter *parameter,
                       struct setting *setting)
{
    const struct request_member *member = request_member(request, parameter->name);
    struct json_walk walk;
    struct arena none = { 0 };
    if (!member)
        return false;
    json_walk_init(&walk, member->value, &none);
    if (json_peek(&walk) != JSON_NUMBER || !json_number(&walk, &setting->text))
        return false;
    setting->value = json_double(setting->text);
    setting->at = member->at;
    if (setting->text.len > NUMBER_SHOWN_MAX)
        setting->text.len = NUMBER_SHOWN_MAX;
    return true;
}

/* "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode", "`top_p` must
 * be greater than or equal to 0.95 or unset" (seen refused 2026-01 to 2026-07), and top_k is as
 * little compatible (build-with-claude/extended-thinking). */
static bool is_thinking(const struct request *request)
{
    return request->thinking == THINKING_ENABLED || request->thinking == THINKING_ADAPTIVE;
}

static void check_parameter(const struct subject *subject, const struct rule *rule,
                            const struct parameter *parameter, bool is_refused,
                            struct findings *findings)
{
    const struct model *model = rule_named_model(subject);
    const struct str name = parameter->name;
    struct setting setting;
    if (!setting_of(subject->request, parameter, &setting))
        return;
    const struct report report = { .at = setting.at, .verdict = VERDICT_FAIL };
    const double value = setting.value;
    if (is_refused)
        rule_report(subject, rule, findings, report,
                    "%.*s is set, which API version 2026-10-21 does not take", STR_ARGS(name));
    else if (value < 0 || (parameter->max > 0 && value > parameter->max))
        rule_report(subject, rule, findings, report, "%.*s is %.*s, which is not %s",
                    STR_ARGS(name), STR_ARGS(setting.text),
                    parameter->max > 0 ? "from 0 to 1" : "0 or more");
    else if (parameter->max <= 0 && value > floor(value))
        rule_report(subject, rule, findings, report, "%.*s is %.*s, which is not an integer",
                    STR_ARGS(name), STR_ARGS(setting.text));
    else if (model && model->sampling == SAMPLING_FIXED && value < parameter->fixed_from)
        rule_report(subject, rule, findings, report, "%.*s is %.*s: %.*s %s", STR_ARGS(name),
                    STR_ARGS(setting.text), STR_ARGS(model->id), parameter->fixed_text);
    else if (is_thinking(subject->request) && value < parameter->thinking_from)
        rule_report(subject, rule, findings, report, "%.*s is %.*s, and %s", STR_ARGS(name),
                    STR_ARGS(setting.text), parameter->thinking_text);
}

/* Most requests have none. */
static bool has_any(const struct request *request)
{
    for (size_t i = 0; i < request->members.len; i++)
        if (str_starts(request->members.items[i].name, STR("te")) ||
            str_starts(request->members.items[i].name, STR("top_")))
            return true;
    return false;
}

/* "temperature and top_p cannot both be specified for this model" (AionUi#2081, 2026-04). */
static void check_both(const struct subject *subject, const struct rule *rule,
                       struct findings *findings)
{
    const struct model *model = rule_named_model(subject);
    struct setting temperature, top_p;
    if (model && model->sampling == SAMPLING_ONE &&
        setting_of(subject->request, &parameters[0], &temperature) &&
        setting_of(subject->request, &parameters[2], &top_p))
        rule_report(subject, rule, findings,
                    (struct report){ .at = top_p.at, .verdict = VERDICT_FAIL },
                    "temperature and top_p cannot both be set for %.*s", STR_ARGS(model->id));
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct str version = subject->settings->ruleset->api_version;
    if (subject->request->chat.len || !has_any(subject->request))
        return;
    const bool is_cloud = request_member(subject->request, STR("anthropic_version")) != NULL;
    const bool is_refused = !is_cloud && str_equal(version, NO_SAMPLING_VERSION);
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        check_parameter(subject, rule, &parameters[i], is_refused, findings);
    if (!is_refused)
        check_both(subject, rule, findings);
}

const struct rule_kind rule_kind_sampling = {
    .name = "sampling",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "temperature, top_p or top_k is set where the model or the API version refuses it",
    .why = "Models after Opus 4.6 take these at their defaults only (\"temperature is deprecated "
           "for this model\"),\n"
           "Claude 4.1 to 4.6 not temperature and top_p together, and API version 2026-10-21 not "
           "at all: each is\n"
           "a 400, in a Message Batch only when the batch has ended (the vendor's OpenAPI "
           "description, 2026-08;\n"
           "api/migration-2026-10-21). A top_p from 0.99 on is documented as accepted",
    .example = "{ \"rules\": [ { \"rule\": \"sampling\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 100, \"temperature\": "
                     "0.2,\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .check = check,
};
