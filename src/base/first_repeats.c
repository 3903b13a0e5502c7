#include "base/first_repeats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Restores the order of the heap from its last item up, or from its top down. */
static void sift_up(struct repeat *items, size_t at)
{
    struct repeat item = items[at];
    for (; at && items[(at - 1) / 2].index < item.index; at = (at - 1) / 2)
        items[at] = items[(at - 1) / 2];
    items[at] = item;
}

static void sift_down(struct repeat *items, size_t len)
{
    struct repeat item = items[0];
    size_t at = 0;
    for (size_t child = 1; child < len; child = 2 * at + 1) {
        if (child + 1 < len && items[child].index < items[child + 1].index)
            child++;
        if (items[child].index < item.index)
            break;
        items[at] = items[child];
        at = child;
    }
    items[at] = item;
}

static bool grow(struct first_repeats *first, struct error *err)
{
    size_t cap = first->cap ? 2 * first->cap : 16;
    struct repeat *items = realloc(first->items, cap * sizeof *items);
    if (!items)
        return error_set(err, "%s", strerror(ENOMEM));
    first->items = items;
    first->cap = cap;
    return true;
}

bool first_repeats_add(struct first_repeats *first, const struct repeat *item, struct error *err)
{
    bool is_full = first->len >= first->max;
    first->more += is_full;
    if (!is_full) {
        if (first->len == first->cap && !grow(first, err))
            return false;
        first->items[first->len] = *item;
        sift_up(first->items, first->len++);
    } else if (first->len && item->index < first->items[0].index) {
        first->items[0] = *item;
        sift_down(first->items, first->len);
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct repeat *left = a, *right = b;
    return (left->index > right->index) - (left->index < right->index);
}

void first_repeats_sort(struct first_repeats *first)
{
    if (first->len)
        qsort(first->items, first->len, sizeof *first->items, compare);
}

void first_repeats_free(struct first_repeats *first)
{
    free(first->items);
}
