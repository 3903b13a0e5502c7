#include "base/utf8.h"
#include "check/rule.h"

static const struct rule_option options[] = { { .name = NULL } };

static uint64_t check_manifest(const struct manifest_totals *totals, const struct rule *rule,
                               const void *state, struct findings *findings)
{
    (void)state;
    for (size_t i = 0; i < totals->repeats->len; i++) {
        const struct repeat *repeat = &totals->repeats->items[i];
        struct place place = rule_unpack_place(repeat->at);
        struct str id = { repeat->text, repeat->len };
        struct str shown = utf8_printable(totals->arena, id, 80);
        struct str first =
            rule_place_text(totals->arena, rule_unpack_place(repeat->first_at), place);
        const struct finding finding = {
            .path = totals->source->path,
            .place = place,
            .rule = rule->kind->name,
            .severity = rule->severity,
            .verdict = VERDICT_FAIL,
            .message = str_format(totals->arena, "%s \"%.*s\" is used already %.*s",
                                  totals->limits->id_name, STR_ARGS(shown), STR_ARGS(first)),
            .custom_id = id,
        };
        findings_add(findings, &finding);
    }
    return totals->repeats->more;
}

const struct rule_kind rule_kind_duplicate_custom_id = {
    .name = "duplicate-custom-id",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "two requests of a manifest have the same custom_id",
    .why =
        "Each custom_id must be unique in its batch (build-with-claude/batch-processing, "
        "2026-08-22): results\n"
        "come in any order, and the id alone says which request one is for. Ids are compared "
        "as the JSON\n"
        "means them, letter case included, within one manifest, and by \"tokgate plan\" within all "
        "that it\n"
        "reads, which are one submission; of what cannot be read, none is. The finding is at "
        "the later one\n"
        "and names the first",
    .example = "{ \"rules\": [ { \"rule\": \"duplicate-custom-id\", \"severity\": \"error\" } ] }",
    .example_file = "batch.jsonl",
    .example_input =
        "{\"custom_id\": \"ticket-1\", \"params\": {\"model\": \"claude-sonnet-5-5\", "
        "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}\n"
        "{\"custom_id\": \"ticket-1\", \"params\": {\"model\": \"claude-sonnet-5-5\", "
        "\"max_tokens\": 100, \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}}",
    .options = options,
    .check_manifest = check_manifest,
    .needs_repeats = true,
};
