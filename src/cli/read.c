#include "cli/read.h"

#include "base/list.h"
#include "base/utf8.h"
#include "cli/emit.h"
#include "cli/watch.h"

/* Where reading is. */
struct reading {
    struct pipeline *pipeline;
    struct pool *pool;
    struct chunk *chunk; /* being filled */
    struct chunk *spare; /* emptied ones: their memory need not be asked for again */
    size_t in_flight_bytes;
    struct job_source *sources; /* as many as were found */
    struct arena scratch;
};

enum { IN_FLIGHT_BYTES_MAX = 96 * 1024 * 1024, ADOPTED_BYTES_MIN = 256 * 1024 };

static void take_chunk(struct reading *reading)
{
    struct chunk *chunk = pool_take(reading->pool);
    reading->in_flight_bytes -= chunk->size_bytes;
    emit_chunk(reading->pipeline, chunk);
    chunk_renew(chunk);
    chunk->next = reading->spare;
    reading->spare = chunk;
}

/* The chunk that is being filled. */
static struct chunk *open_chunk(struct reading *reading)
{
    if (reading->chunk)
        return reading->chunk;
    struct chunk *chunk = reading->spare;
    if (chunk)
        reading->spare = chunk->next;
    return reading->chunk = chunk ? chunk : chunk_new();
}

static void free_spares(struct reading *reading)
{
    for (struct chunk *chunk = reading->spare, *next; chunk; chunk = next) {
        next = chunk->next;
        chunk_free(chunk);
    }
}

static bool is_asking(const struct reading *reading)
{
    const struct online *online = reading->pipeline->workshop.online;
    return online && online_is_asking(online);
}

/* Threads, as long as nobody waits for answers: the processors need no more. */
static size_t count_busy(const struct reading *reading)
{
    const struct pipeline *pipeline = reading->pipeline;
    const size_t processors = pipeline->run->environment->processors;
    const bool is_fewer = !pipeline->run->options->jobs && processors < pipeline->threads;
    return is_asking(reading) || !is_fewer ? pipeline->threads : processors ? processors : 1;
}

static bool is_pool_full(const struct reading *reading)
{
    const size_t len = pool_len(reading->pool), busy = count_busy(reading);
    pool_limit(reading->pool, busy);
    return len == pool_cap(reading->pool) || (busy < reading->pipeline->threads && len >= 2 * busy);
}

static void flush_chunk(struct reading *reading)
{
    if (!reading->chunk)
        return;
    reading->in_flight_bytes += reading->chunk->size_bytes;
    while (is_pool_full(reading) ||
           (pool_len(reading->pool) && reading->in_flight_bytes > IN_FLIGHT_BYTES_MAX))
        take_chunk(reading);
    pool_put(reading->pool, reading->chunk);
    reading->chunk = NULL;
}

static bool is_full(const struct reading *reading)
{
    return chunk_is_full(reading->chunk, is_asking(reading));
}

static void add_entry(struct reading *reading, struct job_source *from, const struct entry *entry)
{
    chunk_add(open_chunk(reading), from, entry);
    if (is_full(reading))
        flush_chunk(reading);
}

/* A large file is not copied: the chunk takes over what it was read into. */
static void add_entry_of(struct reading *reading, struct job_source *from, struct stream *stream,
                         const struct entry *entry)
{
    if (!entry->is_all || entry->bytes.len < ADOPTED_BYTES_MIN || stream->start) {
        add_entry(reading, from, entry);
        return;
    }
    stream_detach(stream);
    chunk_adopt(open_chunk(reading), from, entry);
    if (is_full(reading))
        flush_chunk(reading);
}

/* A source that is no request is a finding when it was named, else it is only mentioned. */
static void refuse(struct reading *reading, const struct found *found, struct job_source *from,
                   struct place place, struct str why)
{
    struct summary *summary = &reading->pipeline->summary;
    why = str_copy(reading->pipeline->run->arena, why);
    if (!found->named) {
        *LIST_PUSH(&summary->skipped) = (struct skipped){ found->path, why };
        return;
    }
    summary->files++;
    struct entry entry = { .start = place, .problem = why.ptr };
    add_entry(reading, from, &entry);
}

/* That reading was interrupted is said once, at the end. */
static void say_unread(struct pipeline *pipeline, const struct found *found,
                       const struct error *cause)
{
    if (pipeline_is_interrupted(pipeline->run))
        return;
    pipeline->errors++;
    pipeline_say(pipeline->run, "error", "%.*s: %s", STR_ARGS(found->path), cause->text);
}

static void read_entries(struct reading *reading, const struct found *found,
                         struct job_source *from, struct splitting *splitting)
{
    struct pipeline *pipeline = reading->pipeline;
    struct entry entry;
    struct error err = { 0 };
    size_t entries = 0;
    pipeline->summary.files++;
    while (from->reader->split(splitting, &entry, &err)) {
        entries += !entry.member.ptr;
        add_entry_of(reading, from, &splitting->stream, &entry);
        if (pipeline_is_interrupted(pipeline->run))
            return;
    }
    if (err.kind) {
        say_unread(pipeline, found, &err);
    } else if (!entries && !pipeline->takes_nothing) {
        entry = (struct entry){ .start = { 1, 1 }, .problem = "there is no request in it" };
        add_entry(reading, from, &entry);
    }
}

/* With prompts in the rule file, directories give those and manifests. */
static bool is_wanted(const struct reading *reading, const struct found *found,
                      const struct reader *reader)
{
    bool has_prompts = reading->pipeline->ruleset.prompts.len > 0;
    return found->named || found->by_glob || !has_prompts || reader->is_manifest;
}

static bool choose_reader(struct reading *reading, const struct found *found, struct stream *stream,
                          struct detection *detection, struct error *err)
{
    const struct reader *chosen = reading->pipeline->run->options->format_in;
    *detection = (struct detection){ .reader = chosen };
    if (chosen)
        return reader_begin(chosen, stream, err);
    return reader_detect(&reading->scratch, stream, found->path, detection, err);
}

static void read_stream(struct reading *reading, const struct found *found, struct job_source *from,
                        struct splitting *splitting)
{
    struct pipeline *pipeline = reading->pipeline;
    struct detection detection;
    struct error err = { 0 };
    if (!choose_reader(reading, found, &splitting->stream, &detection, &err)) {
        say_unread(pipeline, found, &err);
        return;
    }
    if (pipeline->takes_nothing && detection.what != DETECTED_READER && splitting->stream.at_eof &&
        !stream_window(&splitting->stream).len)
        return;
    from->reader = detection.reader;
    from->needs_ids = pipeline->runs_rules && from->reader->is_manifest &&
                      manifest_check_needs_ids(from->settings, from->reader->limits);
    if (detection.what != DETECTED_READER)
        refuse(reading, found, from, detection.place, detection.why);
    else if (!is_wanted(reading, found, from->reader))
        refuse(reading, found, from, detection.place,
               STR("matched by no prompts entry, and no manifest"));
    else
        read_entries(reading, found, from, splitting);
}

static void read_source(struct reading *reading, const struct found *found, struct job_source *from)
{
    struct splitting splitting = { 0 };
    struct error cause = { 0 };
    const char *path = found->is_stdin ? NULL : str_to_c(&reading->scratch, found->path);
    if (stream_open(&splitting.stream, path, &cause)) {
        read_stream(reading, found, from, &splitting);
        stream_close(&splitting.stream);
    } else {
        say_unread(reading->pipeline, found, &cause);
    }
    arena_reset(&reading->scratch);
}

/* What is in force for each source, before anything is read or sent. */
static bool settle_sources(struct reading *reading, const struct founds *founds, struct error *err)
{
    struct pipeline *pipeline = reading->pipeline;
    reading->sources = ARENA_ARRAY(pipeline->run->arena, struct job_source, founds->len);
    for (size_t i = 0; i < founds->len; i++) {
        const struct found *found = &founds->items[i];
        struct job_source *from = &reading->sources[i];
        from->number = i;
        from->source =
            (struct source){ found->path, found->absolute, found->named, found->is_stdin };
        if (!settings_of(&pipeline->ruleset, &from->source, &from->settings, err))
            return false;
    }
    return true;
}

bool read_sources(struct pipeline *pipeline, struct pool *pool, const struct founds *founds,
                  struct error *err)
{
    struct reading reading = { .pipeline = pipeline, .pool = pool };
    if (!settle_sources(&reading, founds, err))
        return false;
    watch_begin(pipeline, reading.sources);
    for (size_t i = 0; i < founds->len && !pipeline_is_interrupted(pipeline->run); i++)
        read_source(&reading, &founds->items[i], &reading.sources[i]);
    flush_chunk(&reading);
    progress_all_read(&pipeline->progress);
    while (pool_len(pool))
        take_chunk(&reading);
    watch_end(pipeline);
    for (size_t i = 0; i < founds->len; i++)
        emit_end(pipeline, &reading.sources[i]);
    free_spares(&reading);
    arena_free(&reading.scratch);
    return true;
}
