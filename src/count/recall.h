#ifndef TOKGATE_COUNT_RECALL_H
#define TOKGATE_COUNT_RECALL_H

#include "count/online.h"

/*
 * Counts from the cache alone, for a run that could not ask the API: without a credential, where
 * the cache of other runs was carried along. The cache is opened when the first count is wanted,
 * and nothing is made where there is none.
 */
struct recall;

/* dir: of the cache (cache_directory). NULL when there is no cache in it, or when it cannot be said
 * where counts would be asked for. The options and the catalog must live on. */
struct recall *recall_new(const struct counter_options *options, const struct catalog *catalog,
                          struct str dir);

/* Whether a count of the API could have all that the request has (count/count_body.h). */
bool recall_has_all(const struct recall *recall, const struct request *request);

/* As online_ask: each item has COUNT_DONE with the tokens, or COUNT_NOT_ASKED. Any thread may call
 * it. */
void recall_counts(struct recall *recall, struct arena *arena, struct online_item *items,
                   size_t len);

/* *said: a sentence in the arena about what is wrong with the cache, else empty. NULL is fine. */
void recall_close(struct recall *recall, struct str *said, struct arena *arena);

#endif
