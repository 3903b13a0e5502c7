#include "cli/progress.h"

#include <inttypes.h>

enum { FIRST_MS = 1000, AGAIN_MS = 100 };

void progress_init(struct progress *progress, FILE *out)
{
    *progress = (struct progress){ .out = out, .started_ms = -1, .has_more = true };
    pthread_mutex_init(&progress->mutex, NULL);
}

void progress_add_cached(struct progress *progress, size_t len)
{
    pthread_mutex_lock(&progress->mutex);
    progress->cached += len;
    pthread_mutex_unlock(&progress->mutex);
}

void progress_all_read(struct progress *progress)
{
    pthread_mutex_lock(&progress->mutex);
    progress->has_more = false;
    pthread_mutex_unlock(&progress->mutex);
}

/* With the mutex. */
static void take_away(struct progress *progress)
{
    if (progress->is_shown)
        fputs("\r\x1B[K", progress->out);
    progress->is_shown = false;
}

void progress_clear(struct progress *progress)
{
    if (!progress->out)
        return;
    pthread_mutex_lock(&progress->mutex);
    take_away(progress);
    fflush(progress->out);
    pthread_mutex_unlock(&progress->mutex);
}

static void add_time(struct buf *text, int64_t seconds)
{
    if (seconds >= 3600)
        buf_format(text, "%" PRId64 ":%02d:%02d", seconds / 3600, (int)(seconds / 60 % 60),
                   (int)(seconds % 60));
    else
        buf_format(text, "%" PRId64 ":%02d", seconds / 60, (int)(seconds % 60));
}

struct str progress_text(struct arena *arena, const struct progress *progress,
                         const struct asker_tally *tally, int64_t elapsed_ms)
{
    struct buf text = { .arena = arena };
    const char *at_least = progress->has_more ? "at least " : "";
    size_t settled = tally->counted + tally->failed;
    double per_s = elapsed_ms > 0 ? (double)settled * 1000 / (double)elapsed_ms : 0;
    buf_format(&text, "%zu counted", tally->counted);
    if (progress->cached)
        buf_format(&text, ", %zu cached", progress->cached);
    if (tally->failed)
        buf_format(&text, ", %zu failed", tally->failed);
    buf_format(&text, ", %s%zu to go", at_least, tally->to_go);
    if (per_s > 0) {
        buf_format(&text, ", %.*f/s, %s", per_s < 10 ? 1 : 0, per_s, at_least);
        add_time(&text, (int64_t)((double)tally->to_go / per_s + 0.5));
        buf_add(&text, STR(" left"));
    }
    return buf_str(&text);
}

void progress_show(struct progress *progress, const struct asker_tally *tally, int64_t now_ms)
{
    struct arena arena = { 0 };
    if (!progress->out)
        return;
    pthread_mutex_lock(&progress->mutex);
    if (progress->started_ms < 0)
        progress->started_ms = now_ms;
    int64_t elapsed_ms = now_ms - progress->started_ms;
    bool is_due = elapsed_ms >= FIRST_MS && now_ms - progress->shown_ms >= AGAIN_MS;
    if (!tally->to_go && progress->is_shown) {
        take_away(progress);
        fflush(progress->out);
    } else if (tally->to_go && is_due) {
        struct str text = progress_text(&arena, progress, tally, elapsed_ms);
        fprintf(progress->out, "\r%.*s\x1B[K", STR_ARGS(text));
        fflush(progress->out);
        progress->is_shown = true;
        progress->shown_ms = now_ms;
    }
    pthread_mutex_unlock(&progress->mutex);
    arena_free(&arena);
}
