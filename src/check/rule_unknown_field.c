/*
 * Members of a request body that the Messages API does not have. Its validator is closed, so that
 * each is a 400, "max_token: Extra inputs are not permitted" (claude-code#4378, 2025-07). A slip is
 * an error. Any other name may be a member that is newer than tokgate, or an argument of an SDK
 * that never reaches the body (betas, timeout): a warning, as linters do with what they may only
 * not know yet. Members that need a beta are known, whether it is declared or not. The same holds
 * of what is around the requests of a batch, and of messages, content blocks, tools of one's own
 * and a few other objects in a body; what the tools of the API have grows faster than any list.
 */
#include "base/utf8.h"
#include "check/rule.h"
#include "check/settings.h"

static const struct rule_option options[] = { { .name = NULL } };

/* Finding the place of each costs a look at the whole. */
enum { LISTED_MAX = 20 };

/* Members of other vendors' APIs: no slips, however near they are to one of this API. */
static bool is_foreign(struct str name)
{
    static const struct str names[] = {
        STR_INIT("frequency_penalty"),
        STR_INIT("functions"),
        STR_INIT("input"),
        STR_INIT("logit_bias"),
        STR_INIT("logprobs"),
        STR_INIT("max_completion_tokens"),
        STR_INIT("max_output_tokens"),
        STR_INIT("n"),
        STR_INIT("parallel_tool_calls"),
        STR_INIT("presence_penalty"),
        STR_INIT("reasoning_effort"),
        STR_INIT("response_format"),
        STR_INIT("seed"),
        STR_INIT("stop"),
        STR_INIT("stream_options"),
        STR_INIT("top_logprobs"),
        STR_INIT("user"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal(names[i], name))
            return true;
    return false;
}

/* A request for another vendor's model that looks like one for Claude. */
static bool is_for_others(const struct subject *subject)
{
    const struct request_members *members = &subject->request->members;
    for (size_t i = 0; i < members->len; i++)
        if (!subject->model && is_foreign(members->items[i].name))
            return true;
    return subject->request->chat.len > 0;
}

static void report_member(const struct subject *subject, const struct rule *rule,
                          const struct stray *stray, struct findings *findings)
{
    const struct rule softer = rule_softened(rule);
    const struct str name = utf8_printable(subject->arena, stray->name, 60);
    const struct report report = { .at = stray->at, .verdict = VERDICT_FAIL };
    if (stray->near.len)
        rule_report(subject, rule, findings, report,
                    "%s has no member \"%.*s\"; did you mean \"%.*s\"?", stray->holder,
                    STR_ARGS(name), STR_ARGS(stray->near));
    else
        rule_report(subject, &softer, findings, report,
                    "%s has no member \"%.*s\" that is known, and the API permits no others",
                    stray->holder, STR_ARGS(name));
}

/* Members of what is in the body, of an entry of a batch and of what is around it. */
static void check_strays(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct strays *strays = &subject->request->strays;
    const struct rule softer = rule_softened(rule);
    for (size_t i = 0; i < strays->len; i++)
        report_member(subject, rule, &strays->items[i], findings);
    if (strays->more)
        rule_report(subject, &softer, findings, (struct report){ .verdict = VERDICT_FAIL },
                    "and %zu more members that are not known", strays->more);
}

static struct str slip_of(const struct request_member *member)
{
    struct str slip = { 0 };
    if (!is_foreign(member->name))
        slip = request_member_slip(member->name);
    return slip;
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request_members *members = &subject->request->members;
    size_t unknown = 0;
    bool has_more_slips = false;
    if (is_for_others(subject))
        return;
    check_strays(subject, rule, findings);
    for (size_t i = 0; i < members->len; i++) {
        const struct request_member *member = &members->items[i];
        if (member->is_known)
            continue;
        if (unknown++ < LISTED_MAX)
            report_member(subject, rule,
                          &(struct stray){ member->name, slip_of(member), "a request", member->at },
                          findings);
        else
            has_more_slips |= slip_of(member).len > 0;
    }
    unknown += subject->request->more_unknown;
    if (unknown <= LISTED_MAX)
        return;
    const struct rule softer = rule_softened(rule);
    rule_report(subject, has_more_slips ? rule : &softer, findings,
                (struct report){ .verdict = VERDICT_FAIL },
                "and %zu more members that a request does not have", unknown - LISTED_MAX);
}

const struct rule_kind rule_kind_unknown_field = {
    .name = "unknown-field",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "a request or a batch has a member that the API does not have",
    .why = "The API answers 400 to any member it does not know: \"max_token: Extra inputs are not "
           "permitted\". In a\n"
           "Message Batch it shows only when the batch has ended. What looks like a slip is an "
           "error; what may\n"
           "be newer than tokgate, or an argument of an SDK, is a warning. Looked at are the "
           "members of the body, of\n"
           "what is around the requests of a batch, and of messages, content blocks, custom tools "
           "and a few other\n"
           "objects in a body (the vendor's OpenAPI description, 2026-08; api/beta-headers, "
           "2026-08-22)",
    .example = "{ \"rules\": [ { \"rule\": \"unknown-field\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 100, \"temperture\": 1,\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .check = check,
};
