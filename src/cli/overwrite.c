#include "cli/overwrite.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "input/reader.h"

/* A file that is to be written. */
struct target {
    const char *option;
    struct str path, name; /* name: the last component */
    bool is_there;
    struct stat status; /* of it, or of the directory it is to be in */
};

struct targets {
    struct arena *arena;
    struct target *items;
    size_t len, cap;
};

/* What is there and no regular file, as a pipe, is not replaced. */
static void add(struct targets *targets, const char *option, struct str path)
{
    struct target target = { .option = option, .path = path };
    size_t slash = path.len;
    while (slash && path.ptr[slash - 1] != '/')
        slash--;
    const struct str in = slash ? str_slice(path, 0, slash) : STR(".");
    target.name = str_slice(path, slash, path.len);
    target.is_there = path.len && stat(str_to_c(targets->arena, path), &target.status) == 0;
    if (target.is_there
            ? S_ISREG(target.status.st_mode)
            : target.name.len && stat(str_to_c(targets->arena, in), &target.status) == 0)
        *LIST_PUSH(targets) = target;
}

static struct targets targets_of(const struct run *run)
{
    const struct options *options = run->options;
    struct targets targets = { .arena = run->arena };
    for (size_t i = 0; i < options->outputs.len; i++)
        add(&targets, "--output", options->outputs.items[i].path);
    add(&targets, "--html", options->html);
    add(&targets, "--schedule", options->schedule);
    return targets;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The target that a file is, or NULL. path NULL: standard input. */
static const struct target *find(const struct targets *targets, const char *path)
{
    struct stat status;
    if (!targets->len || (path ? stat(path, &status) : fstat(STDIN_FILENO, &status)) != 0)
        return NULL;
    for (size_t i = 0; i < targets->len; i++)
        if (targets->items[i].is_there && is_same_file(&targets->items[i].status, &status))
            return &targets->items[i];
    return NULL;
}

static bool fail(const struct target *target, const char *path, struct error *err)
{
    const bool is_same = path && str_equal_c(target->path, path);
    return error_usage(err, "%s would replace %.*s, which is read%s%s", target->option,
                       STR_ARGS(target->path), is_same ? "" : " as ",
                       is_same ? ""
                       : path  ? path
                               : "standard input");
}

/* Whether there is a request in the file, by its beginning. */
static bool is_read(struct arena *arena, const struct options *options, const struct found *found,
                    const char *path)
{
    struct stream stream;
    struct detection detection = { .what = DETECTED_READER };
    struct error ignored = { 0 };
    if (found->named || options->format_in)
        return true;
    if (!stream_open(&stream, path, &ignored))
        return false;
    const bool is_known = reader_detect(arena, &stream, found->path, &detection, &ignored);
    stream_close(&stream);
    return is_known && detection.what == DETECTED_READER;
}

bool overwrite_check(const struct run *run, const struct founds *founds, struct error *err)
{
    const struct targets targets = targets_of(run);
    struct arena scratch = { 0 };
    bool is_good = true;
    for (size_t i = 0; is_good && targets.len && i < founds->len; i++) {
        const struct found *found = &founds->items[i];
        const char *path = found->is_stdin ? NULL : str_to_c(&scratch, found->path);
        const struct target *target = find(&targets, path);
        if (target && (found->is_stdin || is_read(&scratch, run->options, found, path)))
            is_good = fail(target, path, err);
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    return is_good;
}

bool overwrite_check_file(const struct run *run, const char *path, struct error *err)
{
    const struct targets targets = targets_of(run);
    const struct target *target = find(&targets, path);
    return !target || fail(target, path, err);
}

bool overwrite_check_written(const struct run *run, struct error *err)
{
    const struct targets targets = targets_of(run);
    for (size_t i = 0; i < targets.len; i++)
        for (size_t j = 0; j < i; j++) {
            const struct target *a = &targets.items[j], *b = &targets.items[i];
            if (a->is_there == b->is_there && is_same_file(&a->status, &b->status) &&
                (a->is_there || str_equal(a->name, b->name)))
                return error_usage(err, "%s and %s write the same file, %.*s", a->option, b->option,
                                   STR_ARGS(b->path));
        }
    return true;
}
