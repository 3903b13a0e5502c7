#include "plan/moments.h"

#include <assert.h>

#include "base/list.h"

void moments_add(struct moments *moments, struct moment moment)
{
    LIST_PUSH(moments)->at_us = 0;
    size_t at = moments->len - 1;
    while (at > 0 && moments->items[(at - 1) / 2].at_us > moment.at_us) {
        moments->items[at] = moments->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    moments->items[at] = moment;
}

struct moment moments_take(struct moments *moments)
{
    assert(moments->len > 0);
    const struct moment first = moments->items[0];
    const struct moment last = moments->items[--moments->len];
    size_t at = 0;
    for (size_t child = 1; child < moments->len; child = 2 * at + 1) {
        if (child + 1 < moments->len &&
            moments->items[child + 1].at_us < moments->items[child].at_us)
            child++;
        if (moments->items[child].at_us >= last.at_us)
            break;
        moments->items[at] = moments->items[child];
        at = child;
    }
    moments->items[at] = last;
    return first;
}

int64_t moments_next_us(const struct moments *moments)
{
    return moments->len ? moments->items[0].at_us : INT64_MAX;
}
