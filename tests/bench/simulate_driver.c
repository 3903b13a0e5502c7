/*
 * For tests/bench.sh: simulate_driver REQUESTS simulates so many made-up requests, of which most
 * share a few prefixes, and prints how many were sent and until when.
 */
#include <stdio.h>
#include <stdlib.h>

#include "plan/simulate.h"

static uint64_t chance = 88172645463325252;

static int64_t any(int64_t most)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (int64_t)(chance % (uint64_t)most);
}

/* System prompt, tools, documents and a conversation of its own. */
static void make_request(int64_t index, struct plan_prefix *prefixes,
                         struct simulate_request *request)
{
    prefixes[0] = (struct plan_prefix){ .hash = 1, .tokens = 1500, .is_1h = true };
    prefixes[1] = (struct plan_prefix){ .hash = 2 + (uint64_t)any(40), .tokens = 4000 };
    prefixes[2] = (struct plan_prefix){ .hash = 1000 + (uint64_t)index, .tokens = 4500 };
    *request = (struct simulate_request){
        .input_tokens = 4500 + any(3000),
        .output_tokens = 100 + any(900),
        .min_cacheable_tokens = 512,
        .prefixes = prefixes,
        .prefixes_len = (size_t)any(4),
    };
}

int main(int argc, char **argv)
{
    const long long requests = argc == 2 ? atoll(argv[1]) : 0;
    if (requests < 1)
        return 2;
    struct arena arena = { 0 };
    struct simulate_options options = simulate_defaults();
    options.limits = (struct rate_limit){ .rpm = 5000, .itpm = 5000000, .otpm = 1000000 };
    struct simulate *simulate = simulate_new(&arena, &options);
    for (int64_t i = 0; i < requests; i++) {
        struct plan_prefix prefixes[PLAN_PREFIXES_MAX];
        struct simulate_request request;
        make_request(i, prefixes, &request);
        simulate_add(simulate, &request);
    }
    struct simulate_result result;
    simulate_end(simulate, &result);
    printf("%zu requests in %lld s\n", result.outcomes[SIMULATE_SENT],
           (long long)(result.finish_us / 1000000));
    arena_free(&arena);
    return fflush(stdout) != 0;
}
