/*
 * Members of a request body that the Messages API does not have. Its validator is closed, so that
 * each is a 400, "max_token: Extra inputs are not permitted" (claude-code#4378, 2025-07). A slip is
 * an error. Any other name may be a member that is newer than tokgate, or an argument of an SDK
 * that never reaches the body (betas, timeout): a warning, as linters do with what they may only
 * not know yet. Members that need a beta are known, whether it is declared or not. What is inside
 * of tools, blocks and other members is left alone: their kinds grow faster than any list of them.
 */
#include "base/utf8.h"
#include "check/rule.h"
#include "check/settings.h"

static const struct rule_option options[] = { { .name = NULL } };

/* Finding the place of each costs a look at the whole, and asking what it is a slip of a look at
 * all names. */
enum { LISTED_MAX = 20, ASKED_MAX = 1000 };

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

/* What has members, and which. */
struct holder {
    const char *name; /* "a request" */
    const struct str *names;
    size_t len; /* 0: those of a request body */
};

/* {"requests": [{"custom_id": ..., "params": ...}]}, without additional properties: the vendor's
 * OpenAPI description (2026-08). */
static const struct str entry_names[] = { STR_INIT("custom_id"), STR_INIT("params") };
static const struct str batch_names[] = { STR_INIT("requests") };

static const struct holder body = { "a request", NULL, 0 };
static const struct holder entry = { "an entry of a Message Batch", entry_names, 2 };
static const struct holder batch = { "a Message Batch", batch_names, 1 };

static struct str slip_of(const struct holder *holder, const struct request_member *member)
{
    struct str slip = { 0 };
    if (holder->len)
        slip = str_slip(member->name, holder->names, holder->len);
    else if (!is_foreign(member->name))
        slip = request_member_slip(member->name);
    return slip;
}

static void report_member(const struct subject *subject, const struct rule *rule,
                          const struct holder *holder, const struct request_member *member,
                          struct findings *findings)
{
    const struct rule softer = rule_softened(rule);
    const struct str name = utf8_printable(subject->arena, member->name, 60);
    const struct str slip = slip_of(holder, member);
    const struct report report = { .at = member->at, .verdict = VERDICT_FAIL };
    if (slip.len)
        rule_report(subject, rule, findings, report,
                    "%s has no member \"%.*s\"; did you mean \"%.*s\"?", holder->name,
                    STR_ARGS(name), STR_ARGS(slip));
    else
        rule_report(subject, &softer, findings, report,
                    "%s has no member \"%.*s\" that is known, and the API permits no others",
                    holder->name, STR_ARGS(name));
}

/* What stands beside custom_id and params, or beside requests. */
static void check_strays(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct request *request = subject->request;
    const struct rule softer = rule_softened(rule);
    if (request->limits != &manifest_limits_message_batches)
        return;
    for (size_t i = 0; i < request->strays.len; i++)
        report_member(subject, rule, request->is_around ? &batch : &entry,
                      &request->strays.items[i], findings);
    if (request->more_strays)
        rule_report(subject, &softer, findings, (struct report){ .verdict = VERDICT_FAIL },
                    "and %zu more members that %s does not have", request->more_strays, entry.name);
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request_members *members = &subject->request->members;
    size_t unknown = 0;
    bool has_more_slips = false;
    check_strays(subject, rule, findings);
    if (is_for_others(subject))
        return;
    for (size_t i = 0; i < members->len; i++) {
        const struct request_member *member = &members->items[i];
        if (member->is_known)
            continue;
        if (unknown++ < LISTED_MAX)
            report_member(subject, rule, &body, member, findings);
        else if (unknown <= ASKED_MAX)
            has_more_slips |= slip_of(&body, member).len > 0;
    }
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
           "be newer than tokgate, or an argument of an SDK, is a warning. Only members of the "
           "body itself are\n"
           "looked at (the vendor's OpenAPI description, 2026-08; api/beta-headers, 2026-08-22)",
    .example = "{ \"rules\": [ { \"rule\": \"unknown-field\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 100, \"temperture\": 1,\n"
                     "  \"messages\": [ { \"role\": \"user\", \"content\": \"Hello\" } ] }",
    .options = options,
    .check = check,
};
