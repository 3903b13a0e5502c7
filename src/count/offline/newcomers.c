#include "count/offline/newcomers.h"

#include "count/offline/lanes.h"

int64_t newcomers_count(struct newcomers *newcomers, const struct vocab *vocab,
                        enum vocab_family family, struct prices *prices)
{
    struct tiling_group *group = &newcomers->group;
    const struct price_key *key = newcomers->keys;
    int64_t tokens = 0;
    if (!newcomers->len)
        return 0;
    newcomers->count(vocab, family, group);
    for (uint64_t stops = group->stops; stops; stops &= stops - 1, key++) {
        const int64_t price = group->tokens[lanes_first(stops)];
        tokens += price;
        if (key->size < PRICES_SIZES_LEN)
            prices_keep(prices, key, price);
    }
    newcomers->len = 0;
    tiling_group_clear(group);
    return tokens;
}
