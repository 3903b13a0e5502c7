#include "plan/split_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "base/stream.h"
#include "json/walk.h"

/* A plan of 10 million requests in single ranges has 300 MB; one of that size is not read again. */
#define PLAN_BYTES_MAX ((size_t)256 * 1024 * 1024)
enum { JOURNAL_BYTES_MAX = 64 * 1024 * 1024 };
static const struct str journal_head = STR_INIT("tokgate-split 1 ");

static bool fail(const struct split_directory *directory, const char *name, struct error *err)
{
    return error_set(err, "%.*s%s%s: %s", STR_ARGS(directory->path), *name ? "/" : "", name,
                     strerror(errno));
}

/* "chunk-00001.json" and the like. */
static bool is_chunk(struct str name)
{
    size_t at = sizeof "chunk-" - 1;
    if (!str_starts(name, STR("chunk-")))
        return false;
    while (at < name.len && name.ptr[at] >= '0' && name.ptr[at] <= '9')
        at++;
    struct str ending = str_slice(name, at, name.len);
    return at > sizeof "chunk-" - 1 &&
           (str_equal(ending, STR(".json")) || str_equal(ending, STR(".jsonl")));
}

bool split_directory_owns(struct str name)
{
    return is_chunk(name) || str_equal(name, STR(SPLIT_PLAN)) ||
           str_equal(name, STR(SPLIT_JOURNAL));
}

/* A source would be gone before it is read again. */
static bool check_source(const struct split_directory *directory, struct str name,
                         const struct split_sources *sources, struct error *err)
{
    struct stat status;
    if (fstatat(directory->fd, str_to_c(directory->arena, name), &status, 0) != 0)
        return true;
    for (size_t i = 0; i < sources->len; i++)
        if (sources->items[i].status.st_dev == status.st_dev &&
            sources->items[i].status.st_ino == status.st_ino)
            return error_usage(err, "%.*s/%.*s is read: choose another directory for the chunks",
                               STR_ARGS(directory->path), STR_ARGS(name));
    return true;
}

static bool check_sources(const struct split_directory *directory,
                          const struct split_sources *sources, struct error *err)
{
    for (size_t i = 0; i < directory->chunks.len; i++)
        if (!check_source(directory, directory->chunks.items[i], sources, err))
            return false;
    return !directory->has_plan || check_source(directory, STR(SPLIT_PLAN), sources, err);
}

static bool list_files(struct split_directory *directory, struct error *err)
{
    int copy = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *open_directory = copy < 0 ? NULL : fdopendir(copy);
    if (!open_directory) {
        fail(directory, "", err);
        if (copy >= 0)
            close(copy);
        return false;
    }
    errno = 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread has this stream */
    for (const struct dirent *entry; (entry = readdir(open_directory)); errno = 0) {
        struct str name = str_from_c(entry->d_name);
        directory->has_plan |= str_equal(name, STR(SPLIT_PLAN));
        if (is_chunk(name))
            *LIST_PUSH(&directory->chunks) = str_copy(directory->arena, name);
        else if (whole_file_is_part(name, STR("chunk-")) ||
                 whole_file_is_part(name, STR(SPLIT_PLAN)))
            *LIST_PUSH(&directory->parts) = str_copy(directory->arena, name);
    }
    bool is_good = errno == 0 || fail(directory, "", err);
    closedir(open_directory);
    return is_good;
}

/* One run at a time: the lock goes with the process, however it ends. */
static bool open_journal(struct split_directory *directory, struct error *err)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    directory->journal =
        openat(directory->fd, SPLIT_JOURNAL, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (directory->journal < 0)
        return fail(directory, SPLIT_JOURNAL, err);
    if (fcntl(directory->journal, F_SETLK, &lock) == 0)
        return true;
    if (errno != EACCES && errno != EAGAIN)
        return fail(directory, SPLIT_JOURNAL, err);
    return error_set(err, "%.*s: another run of tokgate is writing there",
                     STR_ARGS(directory->path));
}

/* What is noted last holds. */
static void add_done(struct split_directory *directory, struct str name, struct str hex)
{
    const struct split_done done = { str_copy(directory->arena, name),
                                     str_copy(directory->arena, hex) };
    size_t number = directory->done.len;
    if (seen_before(&directory->done_seen, done.name, &number))
        directory->done.items[number] = done;
    else
        *LIST_PUSH(&directory->done) = done;
}

/* A line that was cut off is of a chunk that has no name yet. */
static void read_journal_lines(struct split_directory *directory, struct str rest)
{
    struct str line, hex, name;
    while (str_cut(rest, '\n', &line, &rest))
        if (str_cut(line, ' ', &hex, &name) && hex.len == SPLIT_HEX_SIZE - 1)
            add_done(directory, str_trim(name), hex);
}

static bool read_all(int fd, struct arena *arena, size_t size_max, struct str *text)
{
    struct buf content = { .arena = arena };
    char block[4096];
    ssize_t got = 0;
    off_t at = 0;
    while (content.len < size_max && (got = pread(fd, block, sizeof block, at)) > 0) {
        buf_add(&content, (struct str){ block, (size_t)got });
        at += got;
    }
    *text = buf_str(&content);
    return got == 0;
}

/* What the journal of an aborted run says. *is_same: it was of this plan. */
static bool read_journal(struct split_directory *directory, struct str plan, bool *is_there,
                         bool *is_same, struct error *err)
{
    struct arena scratch = { 0 };
    struct str text, line, rest;
    if (!read_all(directory->journal, &scratch, JOURNAL_BYTES_MAX, &text)) {
        arena_free(&scratch);
        return fail(directory, SPLIT_JOURNAL, err);
    }
    *is_there = str_cut(text, '\n', &line, &rest);
    *is_same = *is_there && str_starts(line, journal_head) &&
               str_equal(str_slice(line, journal_head.len, line.len), plan);
    if (*is_same)
        read_journal_lines(directory, rest);
    arena_free(&scratch);
    return true;
}

static void read_plan_chunk(struct split_directory *directory, struct json_walk *walk,
                            struct arena *scratch)
{
    struct json_text key, text;
    struct str name = { 0 }, hex = { 0 };
    if (!json_object(walk))
        return;
    while (json_member(walk, &key)) {
        bool is_name = json_text_is(key, STR("file")), is_hex = json_text_is(key, STR("sha256"));
        if ((is_name || is_hex) && json_text(walk, &text))
            *(is_name ? &name : &hex) = json_decode(text, scratch);
    }
    if (name.len && hex.len)
        add_done(directory, name, hex);
}

/* Whether plan.json is that of this plan; then its chunks are known. */
static bool read_plan(struct split_directory *directory, struct str plan)
{
    struct arena scratch = { 0 };
    struct json_walk *walk = ARENA_NEW(&scratch, struct json_walk);
    struct json_text key, text;
    struct str content, found = { 0 };
    struct error ignored = { 0 }; /* what cannot be read is another's */
    char *path =
        str_to_c(&scratch, str_format(&scratch, "%.*s/" SPLIT_PLAN, STR_ARGS(directory->path)));
    if (!file_read(&scratch, path, PLAN_BYTES_MAX, &content, &ignored)) {
        arena_free(&scratch);
        return false;
    }
    json_walk_init(walk, content, &scratch);
    if (json_object(walk))
        while (json_member(walk, &key)) {
            if (json_text_is(key, STR("plan")) && json_text(walk, &text))
                found = json_decode(text, &scratch);
            else if (json_text_is(key, STR("chunks")) && json_array(walk))
                while (json_element(walk))
                    read_plan_chunk(directory, walk, &scratch);
        }
    bool is_same = json_finish(walk) && str_equal(found, plan);
    if (!is_same) {
        directory->done.len = 0;
        directory->done_seen = (struct seen){ .arena = directory->arena };
    }
    arena_free(&scratch);
    return is_same;
}

static bool remove_files(const struct split_directory *directory, const struct strs *names,
                         struct error *err)
{
    for (size_t i = 0; i < names->len; i++) {
        const char *name = str_to_c(directory->arena, names->items[i]);
        if (unlinkat(directory->fd, name, 0) != 0 && errno != ENOENT)
            return fail(directory, name, err);
    }
    return true;
}

/* Makes room for a plan that is not the one whose files are there. */
static bool take_over(struct split_directory *directory, bool force, struct error *err)
{
    if (!force)
        return error_usage(err,
                           "%.*s has files of another plan: choose another directory, or replace "
                           "them with --force",
                           STR_ARGS(directory->path));
    if (directory->has_plan && unlinkat(directory->fd, SPLIT_PLAN, 0) != 0 && errno != ENOENT)
        return fail(directory, SPLIT_PLAN, err);
    directory->has_plan = false;
    return remove_files(directory, &directory->chunks, err);
}

static bool begin_journal(struct split_directory *directory, struct str plan, struct error *err)
{
    struct arena scratch = { 0 };
    struct str head = str_format(&scratch, "%.*s%.*s\n", STR_ARGS(journal_head), STR_ARGS(plan));
    bool is_good = ftruncate(directory->journal, 0) == 0 &&
                   pwrite(directory->journal, head.ptr, head.len, 0) == (ssize_t)head.len;
    arena_free(&scratch);
    return is_good || fail(directory, SPLIT_JOURNAL, err);
}

static bool settle(struct split_directory *directory, const struct split_claim *claim,
                   struct error *err)
{
    const struct str plan = claim->plan;
    bool has_journal = false, is_same_journal = false;
    const bool has_files = directory->chunks.len || directory->has_plan;
    const bool is_same_plan = directory->has_plan && read_plan(directory, plan);
    if (!read_journal(directory, plan, &has_journal, &is_same_journal, err))
        return false;
    const bool is_same = has_journal ? is_same_journal : is_same_plan;
    if (!check_sources(directory, claim->sources, err) ||
        (has_files && !is_same && !take_over(directory, claim->force, err))) {
        if (!has_journal) /* it is this run's, and says nothing */
            unlinkat(directory->fd, SPLIT_JOURNAL, 0);
        return false;
    }
    return remove_files(directory, &directory->parts, err) &&
           (is_same_journal || begin_journal(directory, plan, err));
}

bool split_directory_open(struct split_directory *directory, struct arena *arena,
                          const struct split_claim *claim, struct error *err)
{
    *directory = (struct split_directory){
        .arena = arena,
        .path = claim->path,
        .fd = -1,
        .journal = -1,
        .chunks = { .arena = arena },
        .parts = { .arena = arena },
        .done = { .arena = arena },
        .done_seen = { .arena = arena },
    };
    const char *name = str_to_c(arena, claim->path);
    if (mkdir(name, 0777) != 0 && errno != EEXIST)
        return fail(directory, "", err);
    directory->fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->fd < 0)
        return fail(directory, "", err);
    return open_journal(directory, err) && list_files(directory, err) &&
           settle(directory, claim, err);
}

struct str split_directory_done(const struct split_directory *directory, const char *name)
{
    size_t number = 0;
    const bool is_done = seen_find(&directory->done_seen, str_from_c(name), &number);
    return is_done ? directory->done.items[number].hex : (struct str){ 0 };
}

bool split_directory_note(struct split_directory *directory, const char *name, const char *hex,
                          struct error *err)
{
    struct arena scratch = { 0 };
    struct str line = str_format(&scratch, "%s  %s\n", hex, name);
    bool is_good = lseek(directory->journal, 0, SEEK_END) >= 0 &&
                   write(directory->journal, line.ptr, line.len) == (ssize_t)line.len;
    arena_free(&scratch);
    return is_good || fail(directory, SPLIT_JOURNAL, err);
}

bool split_directory_end(struct split_directory *directory, struct error *err)
{
    return (unlinkat(directory->fd, SPLIT_JOURNAL, 0) == 0 && fsync(directory->fd) == 0) ||
           fail(directory, SPLIT_JOURNAL, err);
}

void split_directory_close(struct split_directory *directory)
{
    if (directory->journal >= 0)
        close(directory->journal); /* what was noted in it was checked */
    if (directory->fd >= 0)
        close(directory->fd);
}
