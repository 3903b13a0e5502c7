/* A plan for programs: as Message Batches, and as online calls. */
#include "report/plan_json_parts.h"

static void write_limit(struct json_write *json, const struct plan_pool *pool)
{
    json_write_integer_member(json, "rpm", pool->limits.rpm);
    json_write_integer_member(json, "itpm", pool->limits.itpm);
    json_write_integer_member(json, "otpm", pool->limits.otpm);
}

static void write_schedule(struct json_write *json, const struct simulate_result *result)
{
    json_write_key(json, "schedule");
    json_write_begin(json, '{');
    plan_json_seconds(json, "finish_s", result->finish_us);
    plan_json_seconds(json, "last_send_s", result->last_send_us);
    json_write_text_member(json, "binding", str_from_c(simulate_limit_name(result->binding)));
    plan_json_seconds(json, "longest_stall_s", result->stall.waited_us);
    plan_json_seconds(json, "longest_stall_from_s", result->stall.from_us);
    json_write_text_member(json, "longest_stall_limit",
                           str_from_c(simulate_limit_name(result->stall.limit)));
    json_write_integer_member(json, "concurrency", result->concurrency);
    json_write_integer_member(json, "sent", (int64_t)result->outcomes[SIMULATE_SENT]);
    json_write_integer_member(json, "never_rpm", (int64_t)result->outcomes[SIMULATE_NEVER_RPM]);
    json_write_integer_member(json, "never_itpm", (int64_t)result->outcomes[SIMULATE_NEVER_ITPM]);
    json_write_integer_member(json, "never_otpm", (int64_t)result->outcomes[SIMULATE_NEVER_OTPM]);
    json_write_integer_member(json, "too_late", (int64_t)result->outcomes[SIMULATE_TOO_LATE]);
    json_write_integer_member(json, "cache_read", result->read_tokens);
    json_write_integer_member(json, "cache_write_5m", result->write_5m_tokens);
    json_write_integer_member(json, "cache_write_1h", result->write_1h_tokens);
    json_write_integer_member(json, "cache_forgotten", (int64_t)result->cache_forgotten);
    json_write_end(json, '}');
}

void plan_json_pools(struct json_write *json, const struct plan *plan)
{
    json_write_key(json, "pools");
    json_write_begin(json, '[');
    for (size_t i = 0; i < plan->pools_len; i++) {
        const struct plan_pool *pool = &plan->pools[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "pool", pool->name);
        json_write_key(json, "fast");
        json_write_bool(json, pool->is_apart);
        json_write_integer_member(json, "requests", pool->sums.requests);
        write_limit(json, pool);
        plan_json_input(json, &pool->sums);
        plan_json_output(json, plan, &pool->sums);
        if (plan_is_simulated(pool)) {
            write_schedule(json, &pool->results[PLAN_EXPECTED]);
        } else {
            json_write_key(json, "schedule");
            json_write_null(json);
        }
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

void plan_json_batches(struct json_write *json, const struct plan *plan)
{
    const struct batches *batches = &plan->batches;
    const size_t waves = batches_waves(batches);
    json_write_key(json, "batches");
    if (plan->vendor) {
        json_write_null(json);
        return;
    }
    json_write_begin(json, '{');
    json_write_integer_member(json, "queue_limit", batches->limits.queue);
    json_write_integer_member(json, "most_queued", batches_most_queued(batches));
    json_write_integer_member(json, "requests_per_minute", plan->batch_rpm);
    json_write_integer_member(json, "waves", (int64_t)waves);
    json_write_integer_member(json, "at_most_hours", (int64_t)waves * BATCH_EXPIRES_HOURS);
    json_write_integer_member(json, "too_large", batches->too_large);
    json_write_key(json, "list");
    json_write_begin(json, '[');
    for (size_t i = 0; i < batches->len; i++) {
        json_write_begin(json, '{');
        json_write_integer_member(json, "requests", batches->items[i].requests);
        json_write_integer_member(json, "body_bytes", batches->items[i].body_bytes);
        json_write_integer_member(json, "wave", (int64_t)batches->items[i].wave);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
    json_write_end(json, '}');
}
