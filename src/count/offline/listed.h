#ifndef TOKGATE_COUNT_OFFLINE_LISTED_H
#define TOKGATE_COUNT_OFFLINE_LISTED_H

/* What is listed of a stretch, class by class, and its prices: many are looked up at once, so that
 * none waits alone for memory. */

#include "count/offline/stretch.h"

/* Adds all of it to the tokens of the reading; some counts later (newcomers.h). */
void listed_add(struct reading *reading, const struct stretch *stretch);

#endif
