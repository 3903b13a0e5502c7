/* How long a plan takes, for people. */
#include <inttypes.h>

#include "base/list.h"
#include "base/text.h"
#include "report/plan_human.h"
#include "report/plan_text.h"

static void print_queue(FILE *out, struct arena *arena, const struct batches *batches)
{
    if (batches->limits.queue < 0) {
        fprintf(out, "%-*s how many requests it takes is not known at this tier\n", PLAN_NAME_WIDTH,
                "queue");
        return;
    }
    fprintf(out, "%-*s %.*s of %.*s requests", PLAN_NAME_WIDTH, "queue",
            STR_ARGS(text_grouped(arena, batches_most_queued(batches))),
            STR_ARGS(text_grouped(arena, batches->limits.queue)));
    if (batches->limits.queued)
        fprintf(out, ", %.*s of them are there already",
                STR_ARGS(text_grouped(arena, batches->limits.queued)));
    fputc('\n', out);
}

static void print_batches(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct batches *batches = &plan->batches;
    const size_t waves = batches_waves(batches);
    int64_t bytes = 0;
    if (plan->vendor) {
        fprintf(out, "%-*s none: %s has no Message Batches\n", PLAN_NAME_WIDTH, "batches",
                plan->vendor);
        return;
    }
    for (size_t i = 0; i < batches->len; i++)
        bytes += batches->items[i].body_bytes;
    fprintf(out, "%-*s %zu batch%s, %.*s%s, in %zu wave%s: ended or expired after %zu h\n",
            PLAN_NAME_WIDTH, "batches", batches->len, batches->len == 1 ? "" : "es",
            STR_ARGS(text_bytes(arena, bytes)), batches->len == 1 ? "" : " together", waves,
            text_plural(waves), waves * BATCH_EXPIRES_HOURS);
    if (batches->too_large)
        fprintf(out, "%-*s %" PRId64 " request%s too large for any\n", PLAN_NAME_WIDTH, "",
                batches->too_large, batches->too_large == 1 ? " is" : "s are");
    print_queue(out, arena, batches);
}

/* "done after 3 h 20 min; ITPM binds, longest stall 2 s at 1 h, 12 under way at once". */
static void print_schedule(FILE *out, struct arena *arena, const struct simulate_result *result)
{
    const char *binds = simulate_limit_name(result->binding);
    fprintf(out, "done after %.*s",
            STR_ARGS(text_duration(arena, (double)result->finish_us / 1e6)));
    if (result->binding != SIMULATE_LIMITS_LEN)
        fprintf(out, ", bound by %s, longest stall %.*s", binds,
                STR_ARGS(text_duration(arena, (double)result->stall.waited_us / 1e6)));
    fprintf(out, ", %.*s under way at most", STR_ARGS(text_grouped(arena, result->concurrency)));
    size_t never = result->outcomes[SIMULATE_NEVER_RPM] + result->outcomes[SIMULATE_NEVER_ITPM] +
                   result->outcomes[SIMULATE_NEVER_OTPM];
    if (never)
        fprintf(out, "; without %zu that can never be sent", never);
    if (result->outcomes[SIMULATE_TOO_LATE])
        fputs("; not all would ever be sent", out);
    if (result->cache_forgotten)
        fprintf(out, "; %.*s cache entries too many to follow: what would read them counts in full",
                STR_ARGS(text_grouped(arena, (int64_t)result->cache_forgotten)));
    fputc('\n', out);
}

static void print_pools(FILE *out, struct arena *arena, const struct plan *plan)
{
    bool has_schedule = false;
    struct strs names = { .arena = arena };
    for (size_t i = 0; i < plan->pools_len; i++)
        *LIST_PUSH(&names) = plan_text_pool(arena, &plan->pools[i]);
    const int width = plan_text_width(&names, PLAN_NAME_WIDTH);
    fprintf(out, "%-*s", PLAN_NAME_WIDTH, "online");
    for (size_t i = 0; i < plan->pools_len; i++) {
        const struct plan_pool *pool = &plan->pools[i];
        has_schedule |= plan_is_simulated(pool);
        const struct str name = names.items[i];
        fprintf(out, "%*s %.*s%*s ", i ? PLAN_NAME_WIDTH : 0, "", STR_ARGS(name),
                width - (int)name.len, "");
        if (plan_is_simulated(pool))
            print_schedule(out, arena, &pool->results[PLAN_EXPECTED]);
        else
            fprintf(out, "%.*s request%s; no limit is known%s\n",
                    STR_ARGS(text_grouped(arena, pool->sums.requests)),
                    text_plural((size_t)pool->sums.requests),
                    pool->is_apart   ? " of fast mode"
                    : pool->name.len ? " at this tier"
                                     : "");
    }
    if (has_schedule && !plan_has_output(plan))
        fprintf(out, "%-*s with max_tokens of output each, the slowest that can be\n",
                PLAN_NAME_WIDTH, "");
}

void plan_human_times(FILE *out, struct arena *arena, const struct plan *plan)
{
    print_batches(out, arena, plan);
    print_pools(out, arena, plan);
}
