#include "count/offline/tiling_group.h"

#include "count/offline/lanes.h"

void tiling_group_count(const struct vocab *vocab, enum vocab_family family,
                        struct tiling_group *group)
{
    uint64_t starts = group->starts;
    for (uint64_t stops = group->stops; stops; stops &= stops - 1, starts &= starts - 1) {
        const unsigned start = lanes_first(starts), stop = lanes_first(stops);
        const struct tiling_text text = { vocab, family, group->bytes + start, stop - start };
        group->tokens[stop] = (uint8_t)tiling_short(&text);
    }
}
