#include <inttypes.h>

#include "check/rule.h"

enum { OPTION_MAX_BYTES, OPTION_MAX_REQUESTS };

static const struct rule_option options[] = {
    [OPTION_MAX_BYTES] = { .name = "max_bytes",
                           .type = OPTION_BYTES,
                           .help = "most bytes of a manifest as it is sent (default: 256 MB)" },
    [OPTION_MAX_REQUESTS] = { .name = "max_requests",
                              .type = OPTION_COUNT,
                              .help = "most requests in a manifest (default: 100000)" },
    { .name = NULL },
};

/* What a manifest may have: surely, and perhaps. */
struct bounds {
    uint64_t sure, perhaps;
    bool is_budget; /* your own, below the API's */
};

struct state {
    struct place over_requests, over_bytes; /* entries that are the first beyond; line 0: none */
};

/* A documented size in MB or GB, read as a power of 2. */
static uint64_t binary_reading(uint64_t bytes)
{
    const uint64_t mega = 1000000, giga = 1000000000;
    if (bytes % giga == 0)
        return bytes / giga * (1 << 30);
    return bytes % mega == 0 ? bytes / mega * (1 << 20) : bytes;
}

/* max: of the format, 0 when there is none. */
static struct bounds bounds_of(const struct rule_value *value, uint64_t max, uint64_t perhaps)
{
    struct bounds bounds = { max, perhaps, false };
    if (!max)
        bounds.sure = bounds.perhaps = UINT64_MAX;
    if (value->is_set && value->number < (double)bounds.sure)
        bounds = (struct bounds){ (uint64_t)value->number, (uint64_t)value->number, true };
    return bounds;
}

static struct bounds request_bounds(const struct manifest_totals *totals, const struct rule *rule)
{
    uint64_t max = totals->limits->requests_max;
    return bounds_of(&rule->values[OPTION_MAX_REQUESTS], max, max);
}

static struct bounds byte_bounds(const struct manifest_totals *totals, const struct rule *rule)
{
    uint64_t max = totals->limits->bytes_max;
    return bounds_of(&rule->values[OPTION_MAX_BYTES], max, binary_reading(max));
}

static void see(const struct manifest_totals *totals, const struct request *request,
                const struct rule *rule, void *memory)
{
    struct state *state = memory;
    if (!state->over_requests.line && totals->requests > request_bounds(totals, rule).sure)
        state->over_requests = request->start;
    if (!state->over_bytes.line && totals->size_bytes > byte_bounds(totals, rule).sure)
        state->over_bytes = request->start;
}

/* one, many: what is counted. */
static void report_over(const struct manifest_totals *totals, const struct rule *rule,
                        struct findings *findings, struct place place, uint64_t value,
                        struct bounds bounds, const char *one, const char *many)
{
    bool is_sure = value > bounds.perhaps;
    struct str limit = bounds.is_budget
                           ? str_format(totals->arena, "the budget of %" PRIu64, bounds.sure)
                           : str_format(totals->arena, "the %" PRIu64 " that %s takes", bounds.sure,
                                        totals->limits->name);
    struct str doubt =
        is_sure ? STR("")
                : str_format(totals->arena, ", unless that is a binary size (%" PRIu64 ")",
                             bounds.perhaps);
    const struct finding finding = {
        .path = totals->source->path,
        .place = place,
        .rule = rule->kind->name,
        .severity = rule_severity(rule, is_sure ? VERDICT_FAIL : VERDICT_UNDECIDED),
        .verdict = is_sure ? VERDICT_FAIL : VERDICT_UNDECIDED,
        .message = str_format(totals->arena,
                              "the manifest has %" PRIu64 " %s, over %.*s%.*s: this request is the "
                              "first beyond",
                              value, value == 1 ? one : many, STR_ARGS(limit), STR_ARGS(doubt)),
        .has_numbers = true,
        .value = (double)value,
        .limit = (double)bounds.sure,
    };
    findings_add(findings, &finding);
}

static uint64_t check_manifest(const struct manifest_totals *totals, const struct rule *rule,
                               const void *memory, struct findings *findings)
{
    const struct state *state = memory;
    if (state->over_requests.line)
        report_over(totals, rule, findings, state->over_requests, totals->requests,
                    request_bounds(totals, rule), "request", "requests");
    if (state->over_bytes.line)
        report_over(totals, rule, findings, state->over_bytes, totals->size_bytes,
                    byte_bounds(totals, rule), "byte as it is sent", "bytes as it is sent");
    return 0;
}

const struct rule_kind rule_kind_batch_size = {
    .name = "batch-size",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .is_of_batch = true,
    .summary = "a manifest has more requests or bytes than its budget or than the API takes",
    .why =
        "A Message Batch takes 100,000 requests or 256 MB, whichever is reached first\n"
        "(build-with-claude/batch-processing, 2026-08-22; what other formats take is their "
        "own). The size is\n"
        "that of the body {\"requests\":[...]} without spaces, its texts escaped as they are in "
        "the file; of\n"
        "formats that are sent as files, that of the lines. The documents do not say whether MB "
        "are 10^6 or\n"
        "2^20 bytes: between the two it is undecided. The finding is at the first request "
        "beyond, where\n"
        "the manifest can be split. tokgate plan makes batches itself: there the rule is in force "
        "only when\n"
        "a rule file has it",
    .example = "{ \"rules\": [ { \"rule\": \"batch-size\", \"max_requests\": 1, \"max_bytes\": "
               "\"1 MB\" } ] }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\": \"ticket-1\", \"params\": {\"model\": \"claude-sonnet-5-5\", "
        "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}\n"
        "{\"custom_id\": \"ticket-2\", \"params\": {\"model\": \"claude-sonnet-5-5\", "
        "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}",
    .options = options,
    .state_size = sizeof(struct state),
    .see = see,
    .check_manifest = check_manifest,
};
