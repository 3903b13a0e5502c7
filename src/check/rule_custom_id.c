#include "base/utf8.h"
#include "check/rule.h"

enum { CUSTOM_ID_LEN_MAX = 64 };

static const struct rule_option options[] = { { .name = NULL } };

/* The bytes it may have: [a-zA-Z0-9_-]. */
static const bool good_bytes[256] = {
    ['-'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
    ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['_'] = true,
    ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true,
    ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true, ['K'] = true, ['L'] = true,
    ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true, ['Q'] = true, ['R'] = true,
    ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true,
    ['Y'] = true, ['Z'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true,
    ['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true,
    ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true,
    ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true, ['v'] = true,
    ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true,
};

static bool has_bad_byte(struct str id)
{
    bool are_good = true;
    for (size_t i = 0; i < id.len; i++)
        are_good &= good_bytes[(unsigned char)id.ptr[i]];
    return !are_good;
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request *request = subject->request;
    struct str id = request->custom_id;
    struct report report = { .at = request->custom_id_at, .verdict = VERDICT_FAIL };
    bool has_form = request->limits && request->limits->id_form == ID_FORM_MESSAGE_BATCHES;
    if (!has_form || request->custom_id_at == REQUEST_NOWHERE)
        return; /* that there is none is invalid-request's */
    if (!id.len)
        rule_report(subject, rule, findings, report, "custom_id is empty");
    else if (has_bad_byte(id))
        rule_report(subject, rule, findings, report,
                    "custom_id \"%.*s\" has other characters than letters, digits, '_' and '-'",
                    STR_ARGS(utf8_printable(subject->arena, id, 80)));
    if (id.len <= CUSTOM_ID_LEN_MAX)
        return;
    report.has_numbers = true;
    report.value = (double)utf8_len(id);
    report.limit = CUSTOM_ID_LEN_MAX;
    if (report.value > report.limit)
        rule_report(subject, rule, findings, report, "custom_id has %.0f characters, over %d",
                    report.value, CUSTOM_ID_LEN_MAX);
}

const struct rule_kind rule_kind_custom_id = {
    .name = "custom-id",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "the custom_id of a manifest's request is not of the form the API takes",
    .why = "Message Batches takes ^[a-zA-Z0-9_-]{1,64}$ (build-with-claude/batch-processing, "
           "2026-08-22) and\n"
           "refuses the whole batch for one id that is longer or has another character. The ids of "
           "other\n"
           "vendors' batches are free",
    .example = "{ \"rules\": [ { \"rule\": \"custom-id\", \"severity\": \"error\" } ] }",
    .example_file = "batch.jsonl",
    .example_input = "{\"custom_id\": \"ticket 1\", \"params\": {\"model\": \"claude-sonnet-5-5\", "
                     "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": "
                     "\"Hello\"}]}}",
    .options = options,
    .check = check,
};
