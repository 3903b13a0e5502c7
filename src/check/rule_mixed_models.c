#include "base/utf8.h"
#include "check/rule.h"

static const struct rule_option options[] = { { .name = NULL } };

struct state {
    struct str first_name; /* of the first request that names a model */
    const struct model *first;
    struct place first_place;
    struct str other_name, other_id; /* of the first one that names another */
    struct place other_place;
    size_t others;
};

/* An alias names the same model. */
static bool is_first(const struct state *state, const struct model *model, struct str name)
{
    return model ? model == state->first : str_equal(name, state->first_name);
}

/* Where a format is for a single model, always; else when a rule file says so. */
static bool is_wanted(const struct manifest_totals *totals, const struct rule *rule)
{
    return totals->limits->one_model || rule->origin.path.len;
}

static void see(const struct manifest_totals *totals, const struct request *request,
                const struct rule *rule, void *memory)
{
    struct state *state = memory;
    if (!is_wanted(totals, rule) || request->unreadable || request->other.len ||
        request->model_at == REQUEST_NOWHERE || !request->model.len)
        return;
    const struct model *model = catalog_model(totals->catalog, request->model);
    if (!state->first_name.len) {
        state->first_name = str_copy(totals->arena, request->model);
        state->first = model;
        state->first_place = request_place(request, request->model_at);
    } else if (!is_first(state, model, request->model) && !state->others++) {
        state->other_name = str_copy(totals->arena, request->model);
        state->other_id = str_copy(totals->arena, request->custom_id);
        state->other_place = request_place(request, request->model_at);
    }
}

static uint64_t check_manifest(const struct manifest_totals *totals, const struct rule *rule,
                               const void *memory, struct findings *findings)
{
    const struct state *state = memory;
    struct arena *arena = totals->arena;
    if (!state->others)
        return 0;
    struct str other = utf8_printable(arena, state->other_name, 80);
    struct str first = utf8_printable(arena, state->first_name, 80);
    struct str where = rule_place_text(arena, state->first_place, state->other_place);
    struct str why = totals->limits->one_model
                         ? str_format(arena, ", and %s is for one model", totals->limits->name)
                         : STR("");
    const struct finding finding = {
        .path = totals->source->path,
        .place = state->other_place,
        .rule = rule->kind->name,
        .severity = rule->severity,
        .verdict = VERDICT_FAIL,
        .message = str_format(arena,
                              "the model is \"%.*s\" here, \"%.*s\" %.*s%.*s (not the first one: "
                              "%zu of %zu requests)",
                              STR_ARGS(other), STR_ARGS(first), STR_ARGS(where), STR_ARGS(why),
                              state->others, totals->requests),
        .custom_id = state->other_id,
    };
    findings_add(findings, &finding);
    return 0;
}

const struct rule_kind rule_kind_mixed_models = {
    .name = "mixed-models",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "the requests of a manifest are for different models",
    .why = "A Message Batch may mix models, so there this rule is in force only when a rule file "
           "has it: a mixture\n"
           "may be a slip, and batches of one model are easier to plan and to price. Other "
           "formats are for a\n"
           "single model (OpenAI's batch files; on Amazon Bedrock and Google Cloud the model is "
           "the job's, 2026):\n"
           "there it is always in force. An alias names the same model as its id",
    .example = "{ \"rules\": [ { \"rule\": \"mixed-models\", \"severity\": \"error\" } ] }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\": \"ticket-1\", \"params\": {\"model\": \"claude-sonnet-5-5\", "
        "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}\n"
        "{\"custom_id\": \"ticket-2\", \"params\": {\"model\": \"claude-opus-5-5\", "
        "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}",
    .options = options,
    .state_size = sizeof(struct state),
    .see = see,
    .check_manifest = check_manifest,
};
