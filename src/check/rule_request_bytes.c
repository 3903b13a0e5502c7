#include "check/rule.h"

enum { OPTION_MAX };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_BYTES,
                     .help = "most bytes of a request body (default: 32 MB)" },
    { .name = NULL },
};

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct rule_value *max = &rule->values[OPTION_MAX];
    const struct manifest_limits *limits = subject->request->limits;
    bool is_elsewhere = limits && limits->request_bytes_max &&
                        limits->request_bytes_max < (size_t)subject->catalog->request_bytes_max;
    double api_max = is_elsewhere ? (double)limits->request_bytes_max
                                  : (double)subject->catalog->request_bytes_max;
    double limit = max->is_set && max->number < api_max ? max->number : api_max;
    double size = (double)subject->request->size_bytes;
    if (size <= limit)
        return;
    struct report report = { 0, VERDICT_FAIL, true, size, limit };
    rule_report(subject, rule, findings, report, "the request body has %.0f bytes, over %s of %.0f",
                size, limit < api_max ? "the budget" : "the API's limit", limit);
}

const struct rule_kind rule_kind_request_bytes = {
    .name = "request-bytes",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "a request body is larger than its budget or than the API takes",
    .why =
        "The API answers 413 to a request body over 32 MB (api/overview, 2026-08-22), before it "
        "looks at\n"
        "anything else; Amazon Bedrock takes 20 MB, Google Cloud 30 MB. Long before that, large "
        "bodies are\n"
        "slow to send and mostly images or documents that could be sent once as files. The size is "
        "that of\n"
        "the JSON body without spaces; for a prompt text, of the request it would become",
    .example = "{ \"rules\": [ { \"rule\": \"request-bytes\", \"max\": \"100 B\" } ] }",
    .example_file = "prompt.md",
    .example_input = "Summarise the following report for a reader who has one minute, and keep "
                     "every number in it.",
    .options = options,
    .check = check,
};
