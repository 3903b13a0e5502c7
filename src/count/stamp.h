#ifndef TOKGATE_COUNT_STAMP_H
#define TOKGATE_COUNT_STAMP_H

#include <stdint.h>

#include "base/str.h"
#include "catalog/catalog.h"
#include "count/offline/vocab.h"

/*
 * How requests are written out and estimated, beside what the catalog and the vocabulary say.
 * Raised with every change of the code that changes an offline count: what was learned before is of
 * counts that nobody makes any more. A test fails when counts change and this does not.
 */
enum { COUNTING_REVISION = 3 };

/*
 * Stands for all that the difference between the offline count of a request and its true count
 * depends on, beside the request: the profile of the model with every number in it, the bands, the
 * vocabulary (NULL: none), the revision of the code, and what the API is told (its version and
 * betas). Two stamps that differ: nothing that was learned for one holds for the other. For
 * storing: equal on every machine. FNV-1a, 64 bits.
 */
uint64_t stamp_of(const struct catalog *catalog, const struct model *model,
                  const struct vocab *vocab, struct str api_version, struct str betas);

enum { STAMP_SIZE = 17 }; /* 16 hexadecimal digits and NUL */
void stamp_write(uint64_t stamp, char text[STAMP_SIZE]);

/* Reads what stamp_write wrote. False for anything else. */
bool stamp_read(struct str text, uint64_t *stamp);

#endif
