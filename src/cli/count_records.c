#include "cli/count_records.h"

#include <stdlib.h>

#include "report/records.h"

/* One part while it is written. A line is put together in memory, for its hash. */
struct writing {
    struct str part;
    FILE *line;
    char *text;
    size_t size;
    struct record_trailer trailer;
};

static void print_line(struct pipeline *pipeline)
{
    struct writing *writing = pipeline->context;
    fflush(writing->line);
    const struct str line = { writing->text, (size_t)ftell(writing->line) };
    writing->trailer.hash = record_hash(writing->trailer.hash, line);
    fwrite(line.ptr, 1, line.len, pipeline->run->out);
    fputc('\n', pipeline->run->out);
    rewind(writing->line);
}

static void start(struct pipeline *pipeline, const struct settings *settings)
{
    const struct run *run = pipeline->run;
    struct writing *writing = pipeline->context;
    const struct record_header header = {
        .part = writing->part,
        .catalog = run->catalog->as_of,
        .vocabulary = run->vocab ? vocab_name(run->arena, run->vocab) : (struct str){ 0 },
    };
    (void)settings;
    records_header(writing->line, &header);
    print_line(pipeline);
}

static void add(struct pipeline *pipeline, const struct item *item,
                const struct plan_record *record)
{
    struct writing *writing = pipeline->context;
    (void)item;
    struct plan_record named = *record;
    if (str_equal(record->source,
                  STR(RECORD_STDIN))) /* its name says nothing where many are read */
        named.source = writing->part;
    records_line(writing->line, &named, writing->part);
    print_line(pipeline);
    writing->trailer.requests++;
    writing->trailer.faulty += record->is_faulty;
}

static void add_finding(struct pipeline *pipeline, const struct finding *finding)
{
    struct writing *writing = pipeline->context;
    struct finding named = *finding;
    if (str_equal(finding->path, STR(RECORD_STDIN)))
        named.path = writing->part;
    records_finding(writing->line, &named, writing->part);
    print_line(pipeline);
    writing->trailer.findings++;
}

/* What could not be counted is said on the other stream. */
static void say_findings(struct pipeline *pipeline)
{
    const struct report_style style = { .quiet = true };
    format_human.check(pipeline->run->err, &style, &pipeline->findings, &pipeline->summary);
}

/* A run that ended early leaves its part without a trailer: it will not be taken for a whole one.
 */
static void end(struct pipeline *pipeline)
{
    struct writing *writing = pipeline->context;
    if (pipeline->errors || pipeline_is_interrupted(pipeline->run))
        return;
    writing->trailer.failed = (int64_t)pipeline->summary.failed_requests;
    writing->trailer.waived = (int64_t)pipeline->summary.waived;
    records_trailer(pipeline->run->out, &writing->trailer);
    fputc('\n', pipeline->run->out);
}

static int write_part(struct pipeline *pipeline, struct run *run, struct error *err)
{
    if (!pipeline_run(pipeline, run, err))
        return EXIT_ERROR;
    end(pipeline);
    say_findings(pipeline);
    return count_status(pipeline);
}

static struct str part_name(const struct options *options)
{
    if (options->part.len)
        return options->part;
    if (!options->operands.len)
        return STR(".");
    if (!str_equal(options->operands.items[0], STR("-")))
        return options->operands.items[0];
    return options->stdin_filename.len ? options->stdin_filename : STR(RECORD_STDIN);
}

static bool check_options(const struct options *options, struct error *err)
{
    const char *other = options->has_format ? "--format" : options->parts ? "--parts" : NULL;
    return !other || error_usage(err,
                                 "--records and %s exclude each other: records are JSON lines "
                                 "of their own form",
                                 other);
}

int count_records(struct run *run, struct error *err)
{
    if (!check_options(run->options, err))
        return EXIT_USAGE;
    struct pipeline *pipeline = ARENA_NEW(run->arena, struct pipeline);
    struct writing writing = { .part = part_name(run->options) };
    writing.line = open_memstream(&writing.text, &writing.size);
    if (!writing.line) {
        error_set(err, "out of memory");
        return EXIT_ERROR;
    }
    pipeline->context = &writing;
    pipeline->takes_nothing = true; /* engines make empty parts */
    pipeline->on_start = start;
    pipeline->on_record = add;
    pipeline->on_finding = add_finding;
    pipeline->runs_rules = true;
    pipeline->plans = true; /* "plan --from" is what they are for */
    const int status = write_part(pipeline, run, err);
    fclose(writing.line);
    free(writing.text);
    return status;
}
