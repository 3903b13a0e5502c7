/* tokgate plan --from: records that other runs wrote. */
#include <inttypes.h>

#include "base/repeats.h"
#include "base/utf8.h"
#include "cli/keep.h"
#include "cli/overwrite.h"
#include "cli/planning.h"
#include "cli/record_inputs.h"
#include "plan/lines.h"
#include "plan/record_parts.h"

enum { REPEATS_KEPT = 1000, FILE_SHIFT = 40 };

struct from {
    struct pipeline *pipeline;
    struct planning *planning;
    const struct rule *rule; /* plan-records; NULL: off */
    struct record_inputs inputs;
    struct record_parts parts;
    struct repeats *repeats; /* custom_ids; NULL: not wanted, or no more */
    struct arena scratch;    /* of a line */
    struct kept_rule kept;   /* findings of it */
    size_t part;             /* of the lines that are read now, from 1 */
    bool is_outside;         /* the line before was in no part */
};

static void find(struct from *from, size_t file, struct place place, enum severity most,
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

static void fail_reading(struct from *from, const struct error *err)
{
    if (pipeline_is_interrupted(from->pipeline->run))
        return;
    from->pipeline->errors++;
    pipeline_say(from->pipeline->run, "error", "%s", err->text);
}

/* Calls see for each line of a file. */
static void each_line(struct from *from, size_t file,
                      void (*see)(struct from *from, size_t file, const struct lines *lines,
                                  struct str line))
{
    struct stream stream;
    struct error err = { 0 };
    struct str line;
    if (!record_inputs_open(&from->inputs, file, &stream, &err)) {
        fail_reading(from, &err);
        return;
    }
    struct lines lines = { .stream = &stream };
    while (!pipeline_is_interrupted(from->pipeline->run) &&
           lines_next(&lines, RECORD_LINE_MAX, &line, &err))
        see(from, file, &lines, line);
    stream_close(&stream);
    if (err.kind) {
        struct error whole = { 0 };
        error_because(&whole, &err, "%.*s: %s", STR_ARGS(from->inputs.items[file].path), err.text);
        fail_reading(from, &whole);
    }
}

static void look(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    const bool is_inside = record_parts_look(&from->parts, line, file, lines->number);
    const bool is_gzip = lines->number == 1 && str_starts(line, STR("\x1F\x8B"));
    if (!is_inside && !from->is_outside)
        find(from, file, (struct place){ lines->number, 1 }, SEVERITY_ERROR,
             is_gzip ? STR("compressed with gzip: decompress it first")
                     : STR("this line is in no part of records (\"tokgate count --records\" writes "
                           "them)"));
    from->is_outside = !is_inside;
}

static const struct record_part *part_of(const struct from *from)
{
    return from->part ? &from->parts.list.items[from->part - 1] : NULL;
}

static void add_id(struct from *from, const struct plan_record *record, size_t file, size_t number)
{
    struct error err = { 0 };
    const uint64_t at = (uint64_t)file << FILE_SHIFT | number;
    if (!from->repeats || !record->custom_id.len ||
        repeats_add(from->repeats, record->custom_id, at, &err))
        return;
    repeats_close(from->repeats);
    from->repeats = NULL;
    from->pipeline->errors++;
    pipeline_say(from->pipeline->run, "error", "whether every custom_id is unique is not known: %s",
                 err.text);
}

static void tally(struct summary *summary, const struct plan_record *record)
{
    summary->requests++;
    summary->low = count_sum(summary->low, record->low);
    summary->tokens = count_sum(summary->tokens, record->tokens);
    summary->high = count_sum(summary->high, record->high);
    summary->by_origin[record->origin]++;
}

static void add_record(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    struct plan_record record;
    struct record_problem problem = { .text = "the line is too long" };
    const struct record_part *part = part_of(from);
    if (lines->is_too_long || !record_line_read(&from->scratch, line, &record, &problem)) {
        find(from, file, locate((struct place){ lines->number, 1 }, line, problem.at),
             SEVERITY_ERROR, str_format(&from->scratch, "not a record: %s", problem.text));
    } else if (part->state == RECORD_PART_WHOLE) {
        if (!record.source.len)
            record.source = from->parts.names.items[part->name];
        else
            record.source = from->parts.names.items[record_parts_name(&from->parts, record.source)];
        tally(&from->pipeline->summary, &record);
        add_id(from, &record, file, lines->number);
        planning_add(from->pipeline, &record, NULL, from->planning->settings);
    }
    arena_reset(&from->scratch);
}

static void take_line(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    const enum record_kind kind = record_kind_of(line);
    const struct record_part *part = part_of(from);
    if (kind == RECORD_IS_HEADER && from->part < from->parts.list.len) {
        from->part++;
        from->is_outside = false;
    } else if (kind == RECORD_IS_TRAILER) {
        from->is_outside = true;
    } else if (kind == RECORD_IS_REQUEST && part && !from->is_outside &&
               (part->state == RECORD_PART_WHOLE || part->state == RECORD_PART_DAMAGED)) {
        add_record(from, file, lines, line);
    }
}

/* The second time. Lines of a part that is damaged are looked at for what is wrong with them. */
static void take(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    const size_t at = record_header_at(line);
    if (at)
        take_line(from, file, lines, str_slice(line, 0, at));
    if (at < line.len)
        take_line(from, file, lines, str_slice(line, at, line.len));
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
        find(from, part->file, place, states[part->state].most,
             str_format(arena, "part \"%.*s\" %s", STR_ARGS(name), states[part->state].message));
    if (part->state != RECORD_PART_WHOLE)
        return;
    from->pipeline->summary.failed_requests += (size_t)part->failed;
    if (part->failed)
        find(from, part->file, place, SEVERITY_ERROR,
             str_format(arena, "%" PRId64 " request%s of part \"%.*s\" could not be counted",
                        part->failed, part->failed == 1 ? "" : "s", STR_ARGS(name)));
    if (part->faulty)
        find(from, part->file, place, SEVERITY_ERROR,
             str_format(arena,
                        "%" PRId64 " request%s of part \"%.*s\" would be refused by the API: "
                        "tokgate check says why",
                        part->faulty, part->faulty == 1 ? "" : "s", STR_ARGS(name)));
}

static void judge_parts(struct from *from)
{
    for (size_t i = 0; i < from->parts.list.len; i++)
        judge_part(from, &from->parts.list.items[i]);
    if (from->parts.different)
        find(from, from->parts.list.items[0].file, (struct place){ 1, 1 }, SEVERITY_WARNING,
             str_format(from->pipeline->run->arena,
                        "%zu part%s counted with another catalog or vocabulary than the first",
                        from->parts.different, from->parts.different == 1 ? " was" : "s were"));
}

static void find_repeat(struct from *from, const struct rule *rule, const struct repeat *repeat)
{
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
    findings_add(&from->pipeline->findings, &finding);
}

static void find_repeats(struct from *from, const struct rule *rule)
{
    struct repeats_found found;
    struct error err = { 0 };
    if (!from->repeats || !rule)
        return;
    if (!repeats_find(from->repeats, &found, &err)) {
        fail_reading(from, &err);
        return;
    }
    for (size_t i = 0; i < found.len; i++)
        find_repeat(from, rule, &found.items[i]);
    if (found.more)
        pipeline_say(from->pipeline->run, "warning", "%" PRIu64 " more repeats are not shown",
                     found.more);
}

static void read_all(struct from *from)
{
    for (size_t i = 0; i < from->inputs.len; i++) {
        from->is_outside = false;
        each_line(from, i, look);
        record_parts_end_file(&from->parts);
    }
    record_parts_end(&from->parts);
    judge_parts(from);
    for (size_t i = 0; i < from->inputs.len; i++) {
        from->is_outside = true;
        each_line(from, i, take);
    }
    from->pipeline->summary.files = from->inputs.len;
}

static bool open_inputs(struct from *from, struct error *err)
{
    const struct run *run = from->pipeline->run;
    const struct strs *paths = &run->options->operands;
    if (!overwrite_check_written(run, err))
        return false;
    for (size_t i = 0; i < paths->len; i++) {
        struct error cause = { 0 };
        if (!record_inputs_add(&from->inputs, paths->items[i], &cause))
            fail_reading(from, &cause);
        if (str_equal(paths->items[i], STR("-")) && !overwrite_check_file(run, NULL, err))
            return false;
    }
    for (size_t i = 0; i < from->inputs.len; i++)
        if (!from->inputs.items[i].copy &&
            !overwrite_check_file(run, str_to_c(run->arena, from->inputs.items[i].path), err))
            return false;
    return true;
}

bool plan_from_records(struct pipeline *pipeline, struct run *run, struct error *err)
{
    const struct settings *settings;
    struct from from = {
        .pipeline = pipeline,
        .planning = pipeline->context,
        .inputs = { .arena = run->arena, .temporary = run->environment->temporary },
    };
    if (!run->options->operands.len)
        return error_usage(err, "--from needs records: files, directories, or \"-\"");
    if (!pipeline_begin(pipeline, run, &settings, err))
        return false;
    planning_start(pipeline, settings);
    const struct rule *unique = planning_rule(settings, &rule_kind_duplicate_custom_id);
    const struct repeats_options options = { .directory = run->environment->temporary,
                                             .kept_max = REPEATS_KEPT };
    from.rule = planning_rule(settings, &rule_kind_plan_records);
    from.repeats = unique ? repeats_open(&options) : NULL;
    record_parts_init(&from.parts, run->arena);
    const bool is_good = open_inputs(&from, err);
    if (is_good) {
        read_all(&from);
        find_repeats(&from, unique);
        keep_rule_end(pipeline, &from.kept);
    }
    repeats_close(from.repeats);
    record_inputs_close(&from.inputs);
    arena_free(&from.scratch);
    if (pipeline_is_interrupted(run))
        pipeline_say(run, "error", "interrupted: not everything was read");
    return is_good;
}
