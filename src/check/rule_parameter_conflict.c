/*
 * Parameters that the API takes each for itself and refuses together, whatever the model: a
 * thinking budget that is not under max_tokens, forced tool use while thinking (extended-thinking,
 * 2026-08-22), a tool_choice of what is not in tools (seen refused 2026-09-29), what a max_tokens
 * of 0 cannot go with (prompt-caching, 2026-08-22), citations with structured output
 * (structured-outputs, 2026-08-22).
 */
#include <inttypes.h>

#include "check/parameter.h"
#include "check/settings.h"
#include "json/walk.h"

static const struct rule_option options[] = { { .name = NULL } };

static struct report report_at(size_t at)
{
    return (struct report){ .at = at, .verdict = VERDICT_FAIL };
}

/* With it the budget is that of a whole turn of the assistant, which may be over max_tokens. A
 * cloud's body names its betas itself. */
static bool interleaves(const struct subject *subject)
{
    static const struct str beta = STR_INIT("interleaved-thinking-");
    struct parameter betas;
    return str_contains(subject->settings->ruleset->betas, beta) ||
           (parameter_find(subject, STR("anthropic_beta"), STR(""), &betas) &&
            str_contains(betas.raw, beta));
}

static void check_budget(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const int64_t max_tokens = subject->request->max_tokens;
    struct parameter budget;
    int64_t tokens;
    if (subject->request->thinking != THINKING_ENABLED || max_tokens <= 0 ||
        !parameter_find(subject, STR("thinking"), STR("budget_tokens"), &budget) ||
        budget.type != JSON_NUMBER || !json_integer(budget.raw, &tokens) || tokens < max_tokens ||
        interleaves(subject))
        return;
    struct report report = report_at(budget.at);
    report.has_numbers = true;
    report.value = (double)tokens;
    report.limit = (double)max_tokens;
    rule_report(subject, rule, findings, report,
                "thinking.budget_tokens is %" PRId64 ", not less than the max_tokens of %" PRId64,
                tokens, max_tokens);
}

/* Whether there may be tools that are not among the parts: of an MCP server, of a toolset, added by
 * a message, or not to be made out. */
static bool has_other_tools(const struct request *request)
{
    size_t len = 0;
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        len += part->is_tool;
        if ((part->is_tool && str_contains(part->id, STR("toolset"))) ||
            (part->kind == PART_OPAQUE && str_equal(part->text, STR("a tool_addition block"))))
            return true;
    }
    return len < request->tools_len || request_member(request, STR("mcp_servers"));
}

static bool has_tool(const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].is_tool && str_equal(request->parts.items[i].name, name))
            return true;
    return false;
}

static void check_choice(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct request *request = subject->request;
    struct parameter type, name;
    if (request->tool_choice == TOOL_CHOICE_AUTO ||
        !parameter_find(subject, STR("tool_choice"), STR("type"), &type))
        return;
    if (request->thinking == THINKING_ENABLED)
        rule_report(subject, rule, findings, report_at(type.at),
                    "tool_choice.type is \"%.*s\": tool use cannot be forced with thinking.type "
                    "\"enabled\"",
                    STR_ARGS(type.text));
    if (has_other_tools(request))
        return;
    if (request->tool_choice == TOOL_CHOICE_ANY && !request->tools_len)
        rule_report(subject, rule, findings, report_at(type.at),
                    "tool_choice.type is \"any\", and there are no tools");
    if (request->tool_choice == TOOL_CHOICE_TOOL &&
        parameter_find(subject, STR("tool_choice"), STR("name"), &name) &&
        name.type == JSON_STRING && !has_tool(request, name.text))
        rule_report(subject, rule, findings, report_at(name.at),
                    "tool_choice names \"%.*s\", which is not in tools",
                    STR_ARGS(parameter_shown(subject, &name)));
}

/* Pre-warming of the cache: nothing is answered. A batch, which refuses it too, is the business of
 * max-tokens. */
static void check_no_tokens(const struct subject *subject, const struct rule *rule,
                            struct findings *findings)
{
    const struct request *request = subject->request;
    struct parameter value;
    const char *with = NULL;
    if (request->max_tokens != 0)
        return;
    if (parameter_find(subject, STR("stream"), STR(""), &value) && str_equal_c(value.raw, "true"))
        with = "stream true";
    else if (request->thinking == THINKING_ENABLED)
        with = "thinking.type \"enabled\"";
    else if (request->tool_choice != TOOL_CHOICE_AUTO)
        with = "a tool_choice of \"any\" or \"tool\"";
    else if (parameter_find(subject, STR("output_config"), STR("format"), &value))
        with = "output_config.format";
    else if (parameter_find(subject, STR("output_format"), STR(""), &value))
        with = "output_format";
    if (with)
        rule_report(subject, rule, findings, report_at(request->max_tokens_at),
                    "max_tokens is 0, which the API refuses with %s", with);
}

static void check_citations(const struct subject *subject, const struct rule *rule,
                            struct findings *findings)
{
    struct parameter format;
    if (!subject->request->has_citations && !subject->request->has_citing_results)
        return;
    if (parameter_find(subject, STR("output_config"), STR("format"), &format))
        rule_report(
            subject, rule, findings, report_at(format.at),
            "output_config.format is set, which the API refuses where citations are enabled");
    else if (parameter_find(subject, STR("output_format"), STR(""), &format))
        rule_report(subject, rule, findings, report_at(format.at),
                    "output_format is set, which the API refuses where citations are enabled");
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    if (subject->request->chat.len || subject->request->is_prompt)
        return;
    check_budget(subject, rule, findings);
    check_choice(subject, rule, findings);
    check_no_tokens(subject, rule, findings);
    check_citations(subject, rule, findings);
}

const struct rule_kind rule_kind_parameter_conflict = {
    .name = "parameter-conflict",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "parameters that the API refuses together",
    .why =
        "A thinking budget must be less than max_tokens (but with the beta interleaved-thinking, "
        "in the rule file's\n"
        "betas), a tool cannot be forced while thinking is \"enabled\", tool_choice must be of a "
        "tool that is there,\n"
        "a max_tokens of 0 (to warm the cache) goes with neither stream, thinking, structured "
        "output nor a forced\n"
        "tool, and citations not with structured output (build-with-claude/extended-thinking, "
        "prompt-caching and\n"
        "structured-outputs, 2026-08-22). Each is a 400, in a Message Batch only when the batch "
        "has ended",
    .example = "{ \"rules\": [ { \"rule\": \"parameter-conflict\", \"severity\": \"error\" } ] "
               "}",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-4-5\", \"max_tokens\": 2048,\n"
                     "  \"thinking\": { \"type\": \"enabled\", \"budget_tokens\": 4096 },\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .check = check,
};
