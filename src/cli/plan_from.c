/* tokgate plan --from: records that other runs wrote. */
#include "cli/plan_from.h"

#include "cli/overwrite.h"
#include "plan/lines.h"

void from_fail(struct from *from, const struct error *err)
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
        from_fail(from, &err);
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
        from_fail(from, &whole);
    }
}

static void look(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    const bool is_inside = record_parts_look(&from->parts, line, file, lines->number);
    const bool is_gzip = lines->number == 1 && str_starts(line, STR("\x1F\x8B"));
    if (!is_inside && !from->is_outside)
        from_find(
            from, file, (struct place){ lines->number, 1 }, SEVERITY_ERROR,
            is_gzip ? STR("compressed with gzip: decompress it first")
                    : STR("this line is in no part of records (\"tokgate count --records\" writes "
                          "them)"));
    from->is_outside = !is_inside;
}

static const struct record_part *part_of(const struct from *from)
{
    return from->part ? &from->parts.list.items[from->part - 1] : NULL;
}

static void tally(struct summary *summary, const struct plan_record *record)
{
    summary->requests++;
    summary->low = count_sum(summary->low, record->low);
    summary->tokens = count_sum(summary->tokens, record->tokens);
    summary->high = count_sum(summary->high, record->high);
    summary->by_origin[record->origin]++;
}

/* A line of a part that cannot be read, and why. */
static void refuse(struct from *from, size_t file, const struct lines *lines, struct str line,
                   const struct record_problem *problem)
{
    from_find(from, file, locate((struct place){ lines->number, 1 }, line, problem->at),
              SEVERITY_ERROR, str_format(&from->scratch, "not a record: %s", problem->text));
}

static void add_record(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    struct plan_record record;
    struct record_problem problem = { .text = "the line is too long" };
    const struct record_part *part = part_of(from);
    if (lines->is_too_long || !record_line_read(&from->scratch, line, &record, &problem)) {
        refuse(from, file, lines, line, &problem);
    } else if (part->state == RECORD_PART_WHOLE) {
        if (!record.source.len)
            record.source = from->parts.names.items[part->name];
        else
            record.source = from->parts.names.items[record_parts_name(&from->parts, record.source)];
        tally(&from->pipeline->summary, &record);
        from_ids_add(from, &record, file, lines->number);
        planning_add(from->pipeline, &record, NULL, from->planning->settings);
    }
    arena_reset(&from->scratch);
}

static void add_finding(struct from *from, size_t file, const struct lines *lines, struct str line)
{
    struct finding finding;
    struct record_problem problem = { .text = "the line is too long" };
    const struct record_part *part = part_of(from);
    if (lines->is_too_long || !record_finding_read(&from->scratch, line, &finding, &problem)) {
        refuse(from, file, lines, line, &problem);
    } else if (part->state == RECORD_PART_WHOLE) {
        if (!finding.path.len)
            finding.path = from->parts.names.items[part->name];
        from_carry(from, &finding);
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
    } else if (kind != RECORD_IS_BLANK && part && !from->is_outside &&
               (part->state == RECORD_PART_WHOLE || part->state == RECORD_PART_DAMAGED)) {
        (kind == RECORD_IS_FINDING ? add_finding : add_record)(from, file, lines, line);
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

static void read_all(struct from *from)
{
    for (size_t i = 0; i < from->inputs.len; i++) {
        from->is_outside = false;
        each_line(from, i, look);
        record_parts_end_file(&from->parts);
    }
    record_parts_end(&from->parts);
    from_judge_parts(from);
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
            from_fail(from, &cause);
        if (str_equal(paths->items[i], STR("-")) && !overwrite_check_file(run, NULL, err))
            return false;
    }
    for (size_t i = 0; i < from->inputs.len; i++)
        if (!from->inputs.items[i].copy &&
            !overwrite_check_file(run, str_to_c(run->arena, from->inputs.items[i].path), err))
            return false;
    return true;
}

/* Rates and what is cached of a prompt are not in the records. */
static void say_unjudged(struct run *run, const struct settings *settings)
{
    if (check_has_totals(settings))
        pipeline_say(run, "warning",
                     "rules with \"scope\": \"pool\" are not judged from records: tokgate plan "
                     "does it, from what was counted");
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
    from.rule = planning_rule(settings, &rule_kind_plan_records);
    from.unique = planning_rule(settings, &rule_kind_duplicate_custom_id);
    record_parts_init(&from.parts, run->arena);
    from_carry_begin(&from);
    from_ids_begin(&from);
    const bool is_good = open_inputs(&from, err);
    if (is_good) {
        say_unjudged(run, settings);
        read_all(&from);
        from_ids_find(&from);
        from_carry_end(&from);
        keep_rule_end(pipeline, &from.kept);
    }
    from_ids_end(&from);
    record_inputs_close(&from.inputs);
    arena_free(&from.scratch);
    if (pipeline_is_interrupted(run))
        pipeline_say(run, "error", "interrupted: not everything was read");
    return is_good;
}
