#include "cli/split_run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/utf8.h"

enum { LISTED = 10, SPOOL_BYTES = 256 * 1024 };

static bool write_fully(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno != EINTR)
            return false;
        bytes += written > 0 ? written : 0;
        len -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Copies all of standard input to the file. */
static bool copy_stdin(struct run *run, int fd, struct error *err)
{
    char *block = ARENA_ARRAY(run->arena, char, SPOOL_BYTES);
    ssize_t got;
    while ((got = read(STDIN_FILENO, block, SPOOL_BYTES)) > 0)
        if (!write_fully(fd, block, (size_t)got))
            return error_set(err, "%.*s: %s", STR_ARGS(run->options->split), strerror(errno));
    return got == 0 || error_set(err, "-: %s", strerror(errno));
}

/* A pipe can be read but once: from here on standard input is a file of its own, which is gone when
 * the process ends. */
static bool spool(struct run *run, struct error *err)
{
    const struct str directory = run->options->split;
    const char *path = str_to_c(run->arena, str_format(run->arena, "%.*s/.tokgate-spool-%ld",
                                                       STR_ARGS(directory), (long)getpid()));
    if (mkdir(str_to_c(run->arena, directory), 0777) != 0 && errno != EEXIST)
        return error_set(err, "%.*s: %s", STR_ARGS(directory), strerror(errno));
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || unlink(path) != 0) {
        error_set(err, "%.*s: %s", STR_ARGS(directory), strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool is_good = copy_stdin(run, fd, err);
    if (is_good && (lseek(fd, 0, SEEK_SET) != 0 || dup2(fd, STDIN_FILENO) < 0))
        is_good = error_set(err, "-: %s", strerror(errno));
    close(fd);
    return is_good;
}

static bool reads_stdin(const struct strs *operands)
{
    for (size_t i = 0; i < operands->len; i++)
        if (str_equal(operands->items[i], STR("-")))
            return true;
    return false;
}

static bool check_options(const struct options *options, struct error *err)
{
    const struct split_limits *limits = &options->split_limits;
    if (options->split.len)
        return !options->from ||
               error_usage(err,
                           "--split takes entries from manifests: records of --from have none");
    return !(limits->requests_max || limits->bytes_max || limits->tokens_max || limits->by_model ||
             limits->format != SPLIT_JSON || options->force) ||
           error_usage(err, "--force and what begins with --split- need --split DIR");
}

bool split_run_begin(struct split_run *split_run, struct run *run, struct error *err)
{
    struct stat status;
    const struct options *options = run->options;
    *split_run = (struct split_run){ .is_wanted = options->split.len > 0 };
    if (!check_options(options, err))
        return false;
    if (!split_run->is_wanted)
        return true;
    split_init(&split_run->split, run->arena, &options->split_limits);
    if (!reads_stdin(&options->operands))
        return true;
    if ((fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) && !spool(run, err))
        return false;
    split_run->split.stdin_start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    return true;
}

static void leave_out(struct split_run *split_run, const struct item *item, struct str reason)
{
    const struct request *request = &item->request;
    const struct source *source = request->source;
    split_leave_out(&split_run->split, source->path, source->is_stdin, request->index,
                    request->start, reason, &split_run->failed);
}

/* By what its findings say. */
static void leave_faulty(struct split_run *split_run, const struct item *item)
{
    struct arena scratch = { 0 };
    struct str message = utf8_printable(&scratch, item->fault->message, SIZE_MAX);
    leave_out(split_run, item,
              str_format(&scratch, "%.*s [%s]", STR_ARGS(message), item->fault->rule));
    arena_free(&scratch);
}

/* What a manifest with these limits is submitted as: files of records, but for Message Batches. */
static const struct split_family *family_of(struct split_run *split_run,
                                            const struct manifest_limits *limits)
{
    size_t i = 0;
    if (limits == &manifest_limits_message_batches)
        return &split_message_batches;
    while (split_run->limits[i] && split_run->limits[i] != limits)
        i++;
    assert(i < SPLIT_RUN_FAMILIES);
    split_run->limits[i] = limits;
    split_run->families[i] = (struct split_family){
        .name = limits->name,
        .requests_max = (int64_t)limits->requests_max,
        .bytes_max = (int64_t)limits->bytes_max,
        .is_jsonl = true,
        .one_model = limits->one_model,
    };
    return &split_run->families[i];
}

void split_run_add(struct split_run *split_run, const struct item *item,
                   const struct plan_record *record)
{
    if (!split_run->is_wanted || split_run->failed.kind)
        return;
    if (!item->request.in_manifest)
        leave_out(split_run, item, STR("no entry of a manifest: it has no custom_id"));
    else if (item->fault)
        leave_faulty(split_run, item);
    else
        split_add(&split_run->split, record, item->request.source->is_stdin, item->entry_hash,
                  family_of(split_run, item->request.limits), &split_run->failed);
}

void split_run_leave_out(struct split_run *split_run, const struct item *item)
{
    if (!split_run->is_wanted || split_run->failed.kind)
        return;
    if (item->fault)
        leave_faulty(split_run, item);
    else if (item->state == ITEM_OTHER)
        leave_out(split_run, item, STR("no request for Claude: for another model or endpoint"));
    else
        leave_out(split_run, item, item->error.len ? item->error : STR("it could not be counted"));
}

static void print_left_out(FILE *out, struct arena *arena, const struct split *split)
{
    const size_t len = split->lefts.len;
    if (!len)
        return;
    fprintf(out, "%-10s %.*s request%s: plan.json says why\n", "left out",
            STR_ARGS(text_grouped(arena, (int64_t)len)), text_plural(len));
    for (size_t i = 0; i < len && i < LISTED; i++) {
        const struct split_left *left = &split->lefts.items[i];
        struct str path = utf8_printable(arena, split->sources.items[left->source].path, SIZE_MAX);
        struct str why = utf8_printable(arena, split->reasons.items[left->reason], SIZE_MAX);
        fprintf(out, "%-10s %.*s:%" PRIu32 ":%" PRIu32 ": %.*s\n", "", STR_ARGS(path), left->line,
                left->column, STR_ARGS(why));
    }
    if (len > LISTED)
        fprintf(out, "%-10s and %.*s more\n", "",
                STR_ARGS(text_grouped(arena, (int64_t)(len - LISTED))));
}

void split_run_print(const struct split_run *split_run, const struct run *run)
{
    const struct split *split = &split_run->split;
    const struct options *options = run->options;
    struct arena arena = { 0 };
    struct split_tally tally;
    if (!split_run->is_written || options->format != &format_human || options->quiet)
        return;
    split_add_up(split, &tally);
    fprintf(run->out, "%-10s %.*s request%s, %.*s, in %zu chunk%s in %.*s: %zu written, %zu kept\n",
            "split", STR_ARGS(text_grouped(&arena, tally.requests)),
            text_plural((size_t)tally.requests), STR_ARGS(text_bytes(&arena, tally.size_bytes)),
            split->chunks.len, text_plural(split->chunks.len),
            STR_ARGS(utf8_printable(&arena, options->split, SIZE_MAX)),
            split->chunks.len - tally.kept, tally.kept);
    print_left_out(run->out, &arena, split);
    arena_free(&arena);
}

int split_run_write(struct split_run *split_run, struct pipeline *pipeline, struct error *err)
{
    struct run *run = pipeline->run;
    const struct options *options = run->options;
    const struct split_writing writing = {
        .directory = options->split,
        .force = options->force,
        .threads = options->jobs ? (size_t)options->jobs : run->environment->processors,
        .is_interrupted = run->environment->is_interrupted,
    };
    if (!split_run->is_wanted)
        return EXIT_CLEAN;
    if (pipeline->errors || split_run->failed.kind || pipeline_is_interrupted(run)) {
        pipeline_say(run, "error", "nothing was split: not everything could be read%s%s",
                     split_run->failed.kind ? ": " : "", split_run->failed.text);
        return split_run->failed.kind == ERROR_USAGE ? EXIT_USAGE : EXIT_ERROR;
    }
    split_cut(&split_run->split);
    if (!split_write(&split_run->split, &writing, err))
        return EXIT_ERROR;
    split_run->is_written = true;
    return split_run->split.lefts.len && !options->exit_zero ? EXIT_FINDINGS : EXIT_CLEAN;
}

void split_run_end(struct split_run *split_run)
{
    split_free(&split_run->split);
}
