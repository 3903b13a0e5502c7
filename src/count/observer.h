#ifndef TOKGATE_COUNT_OBSERVER_H
#define TOKGATE_COUNT_OBSERVER_H

#include <stdbool.h>

#include "base/error.h"
#include "catalog/catalog.h"
#include "count/fit.h"
#include "count/offline/vocab.h"

/*
 * Keeps what true counts say about offline ones, from run to run, in observations.sqlite beside the
 * cache of counts: numbers and hashes, no text. A file of its own, so that a cache of an earlier
 * version stays one, and what is wrong with either is no loss of the other. What cannot be kept is
 * given up in silence: it will come again, from the cache.
 */

/* Where a true count is from. */
enum observed_from {
    OBSERVED_ASKED,  /* the API counted it now */
    OBSERVED_CACHED, /* the API counted it once: it may have been observed before, and is no news */
    OBSERVED_BILLED, /* the usage of an answer. What the API counts may have tokens of its own that
                      * are not billed (token counting, 2026-09-26): the two are kept apart */
};

/* One true count of a request that was counted offline too. */
struct observed {
    struct str model; /* its id in the catalog */
    struct shape shape;
    uint64_t stamp; /* count/stamp.h */
    struct observation numbers;
    enum observed_from from; /* of what was kept, ASKED stands for CACHED too */
};

struct observer;

struct observer_options {
    struct str dir;                /* of the cache, which is there */
    const struct catalog *catalog; /* these must live on */
    const struct vocab *vocab;     /* NULL: none */
    struct str api_version, betas;
    int64_t day; /* since 1970 */
};

/* Does nothing yet; nothing is opened before there is something to keep. */
struct observer *observer_new(const struct observer_options *options);

/* Of a model and shape, cached counts are of no use beyond so many observations with one stamp:
 * they are there to begin again after the stamp has changed. */
enum { OBSERVER_OLD_ENOUGH = 32 };

/*
 * The mark of a cached count (count/cache.h) that was offered here with the stamp of this run; not
 * 0. model may be NULL, of one that nothing is learned of. Any thread may call it.
 */
uint32_t observer_mark(struct observer *observer, const struct model *model);

/* Whether what was offered with this mark has been, and is kept: it is no news, and need not be
 * looked for. */
bool observer_has_seen(struct observer *observer, const struct model *model, uint32_t mark);

/* Whether a cached count of such a request would be taken now. */
bool observer_wants_old(struct observer *observer, const struct model *model, struct shape shape);

/*
 * Takes a true count: of a model of the catalog, a shape, and a request whose offline count has an
 * upper bound. numbers.body tells requests apart: of one body what was billed does not replace what
 * is there. Of counts from the cache it takes few, so that a run that has all from there writes
 * next to nothing. Any thread may call it.
 */
void observer_add(struct observer *observer, const struct model *model, struct shape shape,
                  const struct observation *numbers, enum observed_from from);

/* Writes what is left and frees it; NULL is fine. *said: a sentence in the arena where a damaged
 * file was put aside, else empty. Fails when not all could be kept, which most may ignore. */
bool observer_close(struct observer *observer, struct str *said, struct arena *arena,
                    struct error *err);

/* All that was observed, oldest first. */
struct observed_list {
    struct arena *arena; /* texts are in it too */
    struct observed *items;
    size_t len, cap;
};

/* Reads what is kept in the directory; nothing where there is no file. Fails (ERROR_FAILED) when it
 * cannot be read or is damaged. */
bool observed_read(struct str dir, struct observed_list *list, struct error *err);

#endif
