/* The chunks, their directory, and plan.json. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/pool.h"
#include "json/write.h"
#include "plan/split_copy.h"
#include "plan/split_directory.h"

/* What a thread does: the hash of a source, or one chunk. */
struct job {
    struct split_source *source;
    struct split_chunk *chunk;
    struct whole_file part;
    struct error err;
    bool is_good;
};

struct write_out {
    struct split *split;
    const struct split_writing *writing;
    struct split_directory directory;
};

/* Identifies the plan: what is submitted in which chunk, and how; not where it came from. */
static bool identify(const struct split *split, char hex[SPLIT_HEX_SIZE], struct error *err)
{
    uint8_t hash[SHA256_SIZE];
    struct sha256 sha;
    if (!sha256_begin(&sha, err))
        return false;
    for (size_t i = 0; i < split->chunks.len; i++) {
        const struct split_chunk *chunk = &split->chunks.items[i];
        uint32_t number = chunk->first;
        sha256_add(&sha, str_from_c(chunk->name));
        sha256_add(&sha, str_from_c(chunk->family->name));
        for (int64_t left = chunk->requests; left > 0; left--) {
            const struct split_entry *entry = split_entry_at(split, number);
            const uint64_t numbers[] = { entry->hash, entry->size };
            sha256_add(&sha, (struct str){ (const char *)numbers, sizeof numbers });
            number = entry->next;
        }
    }
    if (!sha256_end(&sha, hash, err))
        return false;
    split_hex(hash, hex);
    return true;
}

static bool is_there(const struct write_out *to, const struct split_chunk *chunk, struct str hex)
{
    struct stat status;
    uint8_t hash[SHA256_SIZE];
    char found[SPLIT_HEX_SIZE] = "";
    struct error ignored = { 0 }; /* what cannot be read is made anew */
    if (!hex.len)
        return false;
    int fd = openat(to->directory.fd, chunk->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == chunk->size_bytes &&
        split_hash(fd, 0, status.st_size, to->writing->is_interrupted, hash, &ignored))
        split_hex(hash, found);
    close(fd); /* read only */
    return str_equal_c(hex, found);
}

static void take_hash(struct split_chunk *chunk, struct str hex)
{
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        unsigned byte = 0;
        for (size_t j = 2 * i; j < 2 * i + 2; j++)
            byte = byte << 4 |
                   (unsigned)(hex.ptr[j] <= '9' ? hex.ptr[j] - '0' : hex.ptr[j] - 'a' + 10);
        chunk->sha256[i] = (uint8_t)byte;
    }
}

static bool make_chunk(const struct write_out *to, struct job *job)
{
    struct split_chunk *chunk = job->chunk;
    const struct str hex = split_directory_done(&to->directory, chunk->name);
    if (is_there(to, chunk, hex)) {
        chunk->is_kept = true;
        take_hash(chunk, hex);
        return true;
    }
    return whole_file_begin(&job->part, to->directory.fd, chunk->name, &job->err) &&
           split_copy(to->split, chunk, &job->part, to->writing, &job->err) &&
           whole_file_finish(&job->part, &job->err);
}

static void work(void *work_job, size_t worker, void *context)
{
    struct job *job = work_job;
    const struct write_out *to = context;
    struct split_source *source = job->source;
    (void)worker;
    if (source)
        job->is_good = split_hash(source->fd, source->start, source->status.st_size - source->start,
                                  to->writing->is_interrupted, source->sha256, &job->err);
    else
        job->is_good = make_chunk(to, job);
}

/* Gives a chunk its name. */
static bool commit(struct write_out *to, struct job *job, struct error *err)
{
    char hex[SPLIT_HEX_SIZE];
    struct split_chunk *chunk = job->chunk;
    if (!chunk || chunk->is_kept)
        return true;
    split_hex(chunk->sha256, hex);
    return split_directory_note(&to->directory, chunk->name, hex, err) &&
           whole_file_commit(&job->part, err);
}

/* The text of an error with the file it is about: a source names itself. */
static bool fail_job(const struct write_out *to, const struct job *job, const struct error *cause,
                     struct error *err)
{
    const struct str path = to->directory.path;
    if (job->source)
        return error_set(err, "%.*s: %s", STR_ARGS(job->source->path), cause->text);
    return error_set(err, "%.*s/%s: %s", STR_ARGS(path), job->chunk->name, cause->text);
}

/* After the first failure nothing is begun any more, and what was is given up. */
static void take_job(struct write_out *to, struct pool *pool, struct error *err)
{
    struct job *job = pool_take(pool);
    struct error cause = job->err;
    bool is_good = job->is_good && !err->kind && commit(to, job, &cause);
    if (!is_good && job->part.has_part)
        whole_file_abandon(&job->part);
    if (!is_good && !err->kind)
        fail_job(to, job, &cause, err);
}

/* Large jobs one thread each; two are of one chunk and its source. */
static bool run_jobs(struct write_out *to, struct error *err)
{
    struct arena arena = { 0 };
    struct split *split = to->split;
    const size_t len = split->sources.len + split->chunks.len;
    struct job *jobs = ARENA_ARRAY(&arena, struct job, len);
    struct pool *pool = pool_open(to->writing->threads, work, to, err);
    for (size_t i = 0; pool && i < len && !err->kind; i++) {
        if (i < split->sources.len)
            jobs[i].source = &split->sources.items[i];
        else
            jobs[i].chunk = &split->chunks.items[i - split->sources.len];
        jobs[i].part.fd = -1;
        while (pool_len(pool) == pool_cap(pool))
            take_job(to, pool, err);
        pool_put(pool, &jobs[i]);
    }
    while (pool && pool_len(pool))
        take_job(to, pool, err);
    if (pool)
        pool_close(pool);
    arena_free(&arena);
    return !err->kind;
}

/* Sources are still what they were when they were counted. */
static bool check_sources(const struct split *split, struct error *err)
{
    for (size_t i = 0; i < split->sources.len; i++) {
        const struct split_source *source = &split->sources.items[i];
        struct stat now;
        if (fstat(source->fd, &now) != 0)
            return error_set(err, "%.*s: %s", STR_ARGS(source->path), strerror(errno));
        if (now.st_size != source->status.st_size ||
            now.st_mtim.tv_sec != source->status.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != source->status.st_mtim.tv_nsec)
            return error_set(err, "%.*s changed while it was read", STR_ARGS(source->path));
    }
    return true;
}

static bool print_plan(const struct split *split, struct str plan, struct whole_file *part,
                       struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return error_set(err, "%s", strerror(errno));
    struct json_write json = { .out = out, .pretty = true };
    split_print(split, plan, &json);
    bool is_good = !ferror(out);
    is_good &= fclose(out) == 0;
    is_good = is_good ? whole_file_write(part, (struct str){ text, size }, err)
                      : error_set(err, "%s", strerror(ENOMEM));
    free(text);
    return is_good;
}

static bool write_plan(struct write_out *to, struct str plan, struct error *err)
{
    struct whole_file part = { .fd = -1 };
    struct error cause = { 0 };
    if (whole_file_begin(&part, to->directory.fd, SPLIT_PLAN, &cause) &&
        print_plan(to->split, plan, &part, &cause) && whole_file_finish(&part, &cause) &&
        whole_file_commit(&part, &cause))
        return true;
    whole_file_abandon(&part);
    return error_set(err, "%.*s/" SPLIT_PLAN ": %s", STR_ARGS(to->directory.path), cause.text);
}

bool split_write(struct split *split, const struct split_writing *writing, struct error *err)
{
    struct write_out to = { .split = split, .writing = writing };
    char plan[SPLIT_HEX_SIZE];
    if (!sha256_load(err) || !identify(split, plan, err))
        return false;
    const struct split_claim claim = {
        .path = writing->directory,
        .plan = str_from_c(plan),
        .sources = &split->sources,
        .force = writing->force,
    };
    bool is_good = split_directory_open(&to.directory, split->arena, &claim, err) &&
                   run_jobs(&to, err) && check_sources(split, err) &&
                   write_plan(&to, str_from_c(plan), err) &&
                   split_directory_end(&to.directory, err);
    split_directory_close(&to.directory);
    return is_good;
}
