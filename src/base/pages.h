#ifndef TOKGATE_BASE_PAGES_H
#define TOKGATE_BASE_PAGES_H

#include <stddef.h>

/*
 * Memory of many pages. A page is cleared and mapped when it is first touched, which for the text
 * of a large file takes as long as half of its counting; where the system has huge pages, it does
 * so for 512 pages at once.
 */

/* From this size on huge pages are asked for. */
enum { PAGES_HUGE_MIN = 4 * 1024 * 1024 };

/* Memory for size bytes, aligned for any type, to be given back with free(); NULL when there is
 * none. From PAGES_HUGE_MIN on it is a little larger and as yet without pages. */
void *pages_alloc(size_t size);

/* Memory for new_size bytes, no fewer than size, with the first size bytes of old, which is given
 * back, on Linux part by part while it is copied; NULL when there is none, and old is as it was.
 * old is NULL or of malloc or pages_alloc. */
void *pages_grow(void *old, size_t size, size_t new_size);

#endif
