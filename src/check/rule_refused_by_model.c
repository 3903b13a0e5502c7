/*
 * What the API takes of some models and answers 400 to for others: types of thinking, levels of
 * effort, forced tool use, a message of the assistant to go on from, and more. Which, the catalog
 * says (models.json, "refuses"); a model of which it says nothing refuses nothing, and neither does
 * the default model, which is only a guess.
 */
#include "check/parameter.h"

static const struct rule_option options[] = { { .name = NULL } };

/* Parameters whose value is in the name of what is refused: "effort.xhigh". */
static const struct feature {
    struct str name, inner; /* of the body's member, and of the member of it */
    struct str group;
    const char *shown;
} features[] = {
    { STR_INIT("output_config"), STR_INIT("effort"), STR_INIT("effort"), "output_config.effort" },
    { STR_INIT("speed"), STR_INIT(""), STR_INIT("speed"), "speed" },
    { STR_INIT("thinking"), STR_INIT("type"), STR_INIT("thinking"), "thinking.type" },
};

enum { FEATURE_EFFORT, FEATURE_SPEED, FEATURE_THINKING };

/* The model, and what the request has of the features. */
struct asking {
    const struct model *model;
    struct parameter values[sizeof features / sizeof features[0]];
};

static bool is_refused(const struct subject *subject, const struct model *model,
                       const struct feature *feature, const struct parameter *value)
{
    const struct str shown = parameter_shown(subject, value);
    return catalog_refuses(
        model, str_format(subject->arena, "%.*s.%.*s", STR_ARGS(feature->group), STR_ARGS(shown)));
}

static void check_feature(const struct subject *subject, const struct rule *rule,
                          const struct asking *asking, size_t i, struct findings *findings)
{
    const struct feature *feature = &features[i];
    const struct parameter *value = &asking->values[i];
    const struct report report = { .at = value->at, .verdict = VERDICT_FAIL };
    const struct str shown = parameter_shown(subject, value);
    if (catalog_refuses(asking->model, feature->group))
        rule_report(subject, rule, findings, report, "%s is set, which %.*s does not take",
                    feature->shown, STR_ARGS(asking->model->id));
    else if (value->type == JSON_STRING && is_refused(subject, asking->model, feature, value))
        rule_report(subject, rule, findings, report, "%s is \"%.*s\", which %.*s does not take",
                    feature->shown, STR_ARGS(shown), STR_ARGS(asking->model->id));
}

/* Some types of thinking go with some levels of effort only. */
static void check_effort_of_thinking(const struct subject *subject, const struct rule *rule,
                                     const struct asking *asking, struct findings *findings)
{
    const struct parameter *effort = &asking->values[FEATURE_EFFORT];
    const struct str level = parameter_shown(subject, effort);
    const struct str type = parameter_shown(subject, &asking->values[FEATURE_THINKING]);
    const struct str both =
        str_format(subject->arena, "thinking.%.*s+effort.%.*s", STR_ARGS(type), STR_ARGS(level));
    if (catalog_refuses(asking->model, both))
        rule_report(subject, rule, findings,
                    (struct report){ .at = effort->at, .verdict = VERDICT_FAIL },
                    "output_config.effort is \"%.*s\", which %.*s does not take with thinking.type "
                    "\"%.*s\"",
                    STR_ARGS(level), STR_ARGS(asking->model->id), STR_ARGS(type));
}

static void check_parameters(const struct subject *subject, const struct rule *rule,
                             struct asking *asking, struct findings *findings)
{
    const struct model *model = asking->model;
    struct parameter value;
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
        if (parameter_find(subject, features[i].name, features[i].inner, &asking->values[i]))
            check_feature(subject, rule, asking, i, findings);
    if (asking->values[FEATURE_EFFORT].text.len && asking->values[FEATURE_THINKING].text.len)
        check_effort_of_thinking(subject, rule, asking, findings);
    if (catalog_refuses(model, STR("tool_choice.forced")) &&
        parameter_find(subject, STR("tool_choice"), STR("type"), &value) &&
        (parameter_is(&value, STR("any")) || parameter_is(&value, STR("tool"))))
        rule_report(subject, rule, findings,
                    (struct report){ .at = value.at, .verdict = VERDICT_FAIL },
                    "tool_choice.type is \"%.*s\": %.*s takes no forced tool use",
                    STR_ARGS(value.text), STR_ARGS(model->id));
    if (catalog_refuses(model, STR("inference_geo")) &&
        parameter_find(subject, STR("inference_geo"), STR(""), &value) && value.type == JSON_STRING)
        rule_report(subject, rule, findings,
                    (struct report){ .at = value.at, .verdict = VERDICT_FAIL },
                    "inference_geo is set, which %.*s does not take: Claude 4.6 and later do",
                    STR_ARGS(model->id));
}

/* Whether the message that starts there is more than a beginning of an answer: what a server tool
 * was doing goes on from there, and of a call the missing result is said. */
static bool is_resumed(const struct request *request, size_t message)
{
    for (size_t i = message + 1; i < request->messages_to; i++) {
        const enum part_kind kind = request->parts.items[i].kind;
        if (kind == PART_OPAQUE || kind == PART_UNCOUNTABLE || kind == PART_TOOL_USE)
            return true;
    }
    return false;
}

/* Something is wrong with the message itself, and said. */
static bool is_faulty(const struct request *request, const struct part *message)
{
    for (size_t i = 0; i < request->faults.len; i++)
        if (request->faults.items[i].at >= message->at)
            return true;
    return request->more_faults > 0;
}

static void check_prefill(const struct subject *subject, const struct rule *rule,
                          const struct model *model, struct findings *findings)
{
    const struct request *request = subject->request;
    size_t last = request->messages_to;
    while (last > request->messages_from && request->parts.items[last - 1].kind != PART_MESSAGE)
        last--;
    if (last == request->messages_from)
        return;
    const struct part *message = &request->parts.items[--last];
    if (message->role == ROLE_ASSISTANT && catalog_refuses(model, STR("prefill")) &&
        !is_resumed(request, last) && !is_faulty(request, message))
        rule_report(subject, rule, findings,
                    (struct report){ .at = message->at, .verdict = VERDICT_FAIL },
                    "the last message is the assistant's: for %.*s the conversation must end with "
                    "a user message",
                    STR_ARGS(model->id));
}

/* The first message may be no system message for any model, which is said elsewhere. */
static void check_roles(const struct subject *subject, const struct rule *rule,
                        const struct model *model, struct findings *findings)
{
    const struct request *request = subject->request;
    for (size_t i = request->messages_from + 1; i < request->messages_to; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind != PART_MESSAGE || part->role != ROLE_SYSTEM)
            continue;
        if (catalog_refuses(model, STR("role.system")))
            rule_report(subject, rule, findings,
                        (struct report){ .at = part->at, .verdict = VERDICT_FAIL },
                        "a message has the role \"system\", which %.*s does not take: use the "
                        "member system",
                        STR_ARGS(model->id));
        return;
    }
}

/* What is known of tools holds of the Claude API and Google Cloud. */
static void check_tools(const struct subject *subject, const struct rule *rule,
                        const struct model *model, struct findings *findings)
{
    const struct request *request = subject->request;
    size_t len = 0;
    for (size_t i = 0; request->tools_len && i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind != PART_API_TOOL ||
            !catalog_refuses(model, str_format(subject->arena, "tool.%.*s", STR_ARGS(part->id))) ||
            len++ >= RULE_LISTED_MAX)
            continue;
        rule_report(subject, rule, findings,
                    (struct report){ .at = part->at, .verdict = VERDICT_FAIL },
                    "%.*s, which %.*s does not take", STR_ARGS(part->text), STR_ARGS(model->id));
    }
    if (len > RULE_LISTED_MAX)
        rule_report(subject, rule, findings, (struct report){ .verdict = VERDICT_FAIL },
                    "and %zu more tools that %.*s does not take", len - RULE_LISTED_MAX,
                    STR_ARGS(model->id));
}

static bool is_of_bedrock(const struct subject *subject)
{
    struct parameter version;
    return parameter_find(subject, STR("anthropic_version"), STR(""), &version) &&
           str_starts(version.text, STR("bedrock-"));
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    struct asking asking = { .model = rule_named_model(subject) };
    if (!asking.model || !asking.model->refuses || subject->request->chat.len)
        return;
    check_parameters(subject, rule, &asking, findings);
    check_prefill(subject, rule, asking.model, findings);
    check_roles(subject, rule, asking.model, findings);
    if (!is_of_bedrock(subject))
        check_tools(subject, rule, asking.model, findings);
}

const struct rule_kind rule_kind_refused_by_model = {
    .name = "refused-by-model",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .stays_in_batch = true, /* params are validated while it runs (batch-processing, 2026-08-22) */
    .summary = "the request has something that the API refuses for its model",
    .why = "Types of thinking, levels of effort, forced tool use, a last message of the assistant, "
           "inference_geo,\n"
           "system messages within the conversation, fast mode and some tools are a 400 for some "
           "models and fine for\n"
           "others (thinking-troubleshooting, 2026-08-22; api/errors, 2026-08-22; release notes of "
           "2026-09-01; the\n"
           "pages on what is new in each model). The catalog says which, and only what a source "
           "says. Without a\n"
           "model in the request, on the command line or in the rule file nothing is said",
    .example = "{ \"rules\": [ { \"rule\": \"refused-by-model\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 4096,\n"
                     "  \"thinking\": { \"type\": \"enabled\", \"budget_tokens\": 2048 },\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .check = check,
};
