#ifndef TOKGATE_CLI_PROGRESS_H
#define TOKGATE_CLI_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"
#include "count/asker.h"

/*
 * One line on a terminal that says how far counting online is, written over itself. Any thread may
 * call these functions; nothing is printed before a second of counting has passed. Initialize with
 * progress_init; a NULL stream never shows anything.
 */
struct progress {
    pthread_mutex_t mutex;
    FILE *out; /* NULL: silent */
    int64_t started_ms, shown_ms;
    size_t cached; /* counts that were remembered */
    bool has_more; /* not everything is read yet */
    bool is_shown;
};

void progress_init(struct progress *progress, FILE *out);

/* So many counts were remembered. */
void progress_add_cached(struct progress *progress, size_t len);

/* Everything is read: what is to go is all there is to go. */
void progress_all_read(struct progress *progress);

/* Shows how far it is, at most ten times a second. */
void progress_show(struct progress *progress, const struct asker_tally *tally, int64_t now_ms);

/* Takes the line away, for somebody else to print; it comes back with the next progress_show. */
void progress_clear(struct progress *progress);

/* "1,240 counted, 310 cached, 8,450 to go, 82/s, 1:43 left" after elapsed_ms; where not everything
 * is read, "at least" stands before what is to go. */
struct str progress_text(struct arena *arena, const struct progress *progress,
                         const struct asker_tally *tally, int64_t elapsed_ms);

#endif
