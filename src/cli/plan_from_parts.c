/* What is wrong with parts of records, and the findings that are in them. */
#include "cli/plan_from.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

void from_find(struct from *from, size_t file, struct place place, enum severity most,
               struct str message)
{
    if (!from->rule)
        return;
    const struct finding finding = {
        .path = from->inputs.items[file].path,
        .place = place,
        .rule = from->rule->kind->name,
        .severity = from->rule->severity < most ? from->rule->severity : most,
        .verdict = VERDICT_FAIL,
        .message = message,
    };
    keep_of_rule(from->pipeline, &from->kept, &finding);
}

static void judge_part(struct from *from, const struct record_part *part)
{
    static const struct {
        const char *message;
        enum severity most;
    } states[RECORD_PART_STATES_LEN] = {
        [RECORD_PART_RENEWED] = { "is not whole here, but it is elsewhere: that one counts",
                                  SEVERITY_NOTE },
        [RECORD_PART_CUT] = { "is cut off: it has no trailer, and its requests do not count",
                              SEVERITY_ERROR },
        [RECORD_PART_DAMAGED] = { "is damaged: it has other lines than were written, and they do "
                                  "not count",
                                  SEVERITY_ERROR },
        [RECORD_PART_CONFLICT] = { "is there already with other content: this one does not count",
                                   SEVERITY_ERROR },
        [RECORD_PART_FOREIGN] = { "has a header that cannot be read, or is of a later version of "
                                  "tokgate: it does not count",
                                  SEVERITY_ERROR },
    };
    struct arena *arena = from->pipeline->run->arena;
    const struct place place = { part->line, 1 };
    const struct str name = utf8_printable(arena, from->parts.names.items[part->name], 200);
    if (states[part->state].message)
        from_find(
            from, part->file, place, states[part->state].most,
            str_format(arena, "part \"%.*s\" %s", STR_ARGS(name), states[part->state].message));
    if (part->state != RECORD_PART_WHOLE)
        return;
    from->pipeline->summary.failed_requests += (size_t)part->failed;
    from->pipeline->summary.waived += (size_t)part->waived;
    if (part->version > RECORD_VERSION_FIRST)
        return; /* its findings say more */
    if (part->failed)
        from_find(from, part->file, place, SEVERITY_ERROR,
                  str_format(arena, "%" PRId64 " request%s of part \"%.*s\" could not be counted",
                             part->failed, part->failed == 1 ? "" : "s", STR_ARGS(name)));
    if (part->faulty)
        from_find(from, part->file, place, SEVERITY_ERROR,
                  str_format(arena,
                             "%" PRId64 " request%s of part \"%.*s\" would be refused by the API: "
                             "tokgate check says why",
                             part->faulty, part->faulty == 1 ? "" : "s", STR_ARGS(name)));
}

/* Of one of the first version, less is known than "tokgate plan" finds. */
static void judge_old(struct from *from)
{
    const struct record_parts *parts = &from->parts;
    const struct record_part *first = &parts->list.items[parts->old_first];
    from_find(from, first->file, (struct place){ first->line, 1 }, SEVERITY_WARNING,
              str_format(from->pipeline->run->arena,
                         "%zu part%s written by an earlier tokgate, without findings: tokgate "
                         "check says what is wrong with the requests",
                         parts->old_len, parts->old_len == 1 ? " was" : "s were"));
}

void from_judge_parts(struct from *from)
{
    for (size_t i = 0; i < from->parts.list.len; i++)
        judge_part(from, &from->parts.list.items[i]);
    if (from->parts.old_len)
        judge_old(from);
    if (from->parts.different)
        from_find(from, from->parts.list.items[0].file, (struct place){ 1, 1 }, SEVERITY_WARNING,
                  str_format(from->pipeline->run->arena,
                             "%zu part%s counted with another catalog or vocabulary than the first",
                             from->parts.different,
                             from->parts.different == 1 ? " was" : "s were"));
}

void from_carry_begin(struct from *from)
{
    size_t len = 0;
    while (rule_kinds[len])
        len++;
    from->carried = ARENA_ARRAY(from->pipeline->run->arena, struct kept_rule, len);
}

void from_carry(struct from *from, const struct finding *finding)
{
    size_t at = 0;
    while (strcmp(rule_kinds[at]->name, finding->rule) != 0)
        at++;
    keep_of_rule(from->pipeline, &from->carried[at], finding);
}

void from_carry_end(struct from *from)
{
    for (size_t i = 0; rule_kinds[i]; i++)
        keep_rule_end(from->pipeline, &from->carried[i]);
}
