/* custom_ids that requests of records share. */
#include "cli/plan_from.h"

#include <inttypes.h>

#include "base/utf8.h"

enum { FILE_SHIFT = 40 };

void from_ids_begin(struct from *from)
{
    const struct repeats_options options = {
        .directory = from->pipeline->run->environment->temporary,
        .kept_max = FINDINGS_MAX,
    };
    from->repeats = from->unique ? repeats_open(&options) : NULL;
}

void from_ids_add(struct from *from, const struct plan_record *record, size_t file, size_t number)
{
    struct error err = { 0 };
    const uint64_t at = (uint64_t)file << FILE_SHIFT | number;
    if (!from->repeats || !record->custom_id.len ||
        (record->is_faulty && !manifest_check_is_text(record->custom_id)) ||
        repeats_add(from->repeats, record->custom_id, at, &err))
        return;
    from_ids_end(from);
    from->pipeline->errors++;
    pipeline_say(from->pipeline->run, "error", "whether every custom_id is unique is not known: %s",
                 err.text);
}

static void find_repeat(struct from *from, const struct repeat *repeat, struct kept_rule *kept)
{
    const struct rule *rule = from->unique;
    struct arena *arena = from->pipeline->run->arena;
    const uint64_t lines = (UINT64_C(1) << FILE_SHIFT) - 1;
    const struct str id = { repeat->text, repeat->len };
    const struct finding finding = {
        .path = from->inputs.items[repeat->at >> FILE_SHIFT].path,
        .place = { repeat->at & lines, 1 },
        .rule = rule->kind->name,
        .severity = rule->severity,
        .verdict = VERDICT_FAIL,
        .message = str_format(arena, "custom_id \"%.*s\" is used already in %.*s:%" PRIu64,
                              STR_ARGS(utf8_printable(arena, id, 80)),
                              STR_ARGS(from->inputs.items[repeat->first_at >> FILE_SHIFT].path),
                              repeat->first_at & lines),
        .custom_id = id,
    };
    keep_of_rule(from->pipeline, kept, &finding);
}

/* Beyond those that are kept, they are counted. */
static void find_more(struct from *from, uint64_t len, struct kept_rule *kept)
{
    if (!len)
        return;
    const struct finding finding = {
        .path = from->inputs.items[0].path,
        .place = { 1, 1 },
        .rule = from->unique->kind->name,
        .severity = from->unique->severity,
        .verdict = VERDICT_FAIL,
    };
    keep_more_of_rule(from->pipeline, kept, &finding, len);
}

void from_ids_find(struct from *from)
{
    struct repeats_found found;
    struct error err = { 0 };
    struct kept_rule kept = { 0 };
    if (!from->repeats)
        return;
    if (!repeats_find(from->repeats, &found, &err)) {
        from_fail(from, &err);
        return;
    }
    for (size_t i = 0; i < found.len; i++)
        find_repeat(from, &found.items[i], &kept);
    find_more(from, found.more, &kept);
    keep_rule_end(from->pipeline, &kept);
}

void from_ids_end(struct from *from)
{
    repeats_close(from->repeats);
    from->repeats = NULL;
}
