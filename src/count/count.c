#include "count/count.h"

int64_t count_sum(int64_t a, int64_t b)
{
    return a > COUNT_UNBOUNDED - b ? COUNT_UNBOUNDED : a + b;
}

void count_add(struct count *count, int64_t tokens)
{
    count->low = count_sum(count->low, tokens);
    count->tokens = count_sum(count->tokens, tokens);
    count->high = count_sum(count->high, tokens);
}

const char *count_origin_name(enum count_origin origin)
{
    static const char *const names[] = {
        [COUNT_ORIGIN_OFFLINE] = "offline",
        [COUNT_ORIGIN_API] = "api",
        [COUNT_ORIGIN_CACHE] = "cache",
    };
    return names[origin];
}
