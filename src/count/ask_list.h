#ifndef TOKGATE_COUNT_ASK_LIST_H
#define TOKGATE_COUNT_ASK_LIST_H

#include <stddef.h>

#include "count/asker.h"

/* Lists of asks by their member next; of an asker alone. An ask is in one list at most. */

/* At its head. */
void ask_list_add(struct ask **list, struct ask *ask);

/* The ask, which is in it. */
void ask_list_remove(struct ask **list, struct ask *ask);

/* The one with the earliest ready_at_ms; NULL: there is none. */
struct ask *ask_list_soonest(struct ask *list);

/* First in, first out. */
struct ask_queue {
    struct ask *first, *last;
    size_t len;
};

void ask_queue_put(struct ask_queue *queue, struct ask *ask);

/* The first one, which is there. */
void ask_queue_take(struct ask_queue *queue);

#endif
