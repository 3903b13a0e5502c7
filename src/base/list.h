#ifndef TOKGATE_BASE_LIST_H
#define TOKGATE_BASE_LIST_H

#include "base/arena.h"

/*
 * A list is a struct with the members arena, items, len and cap; its items live in its arena.
 * LIST_PUSH gives a pointer to a new last item, not initialized. It grows by doubling, so pointers
 * to items hold only until the next push.
 */
#define LIST_PUSH(list)                                                                            \
    ((list)->len < (list)->cap ? &(list)->items[(list)->len++]                                     \
                               : (list_grow((list)->arena, (void **)&(list)->items, (list)->len,   \
                                            &(list)->cap, sizeof *(list)->items),                  \
                                  &(list)->items[(list)->len++]))

/* The same for lists that may have a great many items: the memory of the old ones is used again, so
 * that no copy of the list may outlive the push. */
#define LIST_PUSH_MANY(list)                                                                       \
    ((list)->len < (list)->cap ? &(list)->items[(list)->len++]                                     \
                               : (list_regrow((list)->arena, (void **)&(list)->items,              \
                                              &(list)->cap, sizeof *(list)->items),                \
                                  &(list)->items[(list)->len++]))

/* Doubles *cap (8 at first) and moves the len items of size bytes at *items to their new place. */
void list_grow(struct arena *arena, void **items, size_t len, size_t *cap, size_t size);
void list_regrow(struct arena *arena, void **items, size_t *cap, size_t size);

#endif
