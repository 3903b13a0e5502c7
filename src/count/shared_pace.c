#include "count/shared_pace.h"

#include "base/clock.h"

/* Where the file is lost on the way, this run goes on by its own pace. */
static bool reserve(void *context, size_t wanted, struct bucket_lot *lot)
{
    struct shared_pace *shared = context;
    int64_t ahead_us = 0;
    if (!bucket_db_reserve(&shared->bucket, wanted, lot, &ahead_us, &shared->problem))
        return false;
    lot->first_us = clock_ms() * 1000 + ahead_us;
    return true;
}

static void hold(void *context, int64_t wait_ms)
{
    struct shared_pace *shared = context;
    struct error ignored = { 0 }; /* the next reserve says it */
    bucket_db_hold(&shared->bucket, wait_ms, &ignored);
}

struct pace_share shared_pace_open(struct shared_pace *shared, struct str path,
                                   const struct endpoint *endpoint, int64_t per_minute,
                                   int64_t owner)
{
    struct arena arena = { 0 };
    struct bucket_of of = {
        .secrets = endpoint->way.secrets.items,
        .secrets_len = endpoint->credentials_len,
        .per_minute = per_minute,
        .owner = owner,
        .unix_us = clock_unix_us,
    };
    *shared = (struct shared_pace){ 0 };
    const bool is_open =
        path.len &&
        url_check(&arena, endpoint->way.base_url, URL_PLAIN_ANYWHERE, &of.host, &shared->problem) &&
        bucket_db_open(&shared->bucket, path, &of, &shared->problem);
    arena_free(&arena);
    return is_open ? (struct pace_share){ shared, reserve, hold } : (struct pace_share){ 0 };
}

void shared_pace_close(struct shared_pace *shared)
{
    bucket_db_close(&shared->bucket);
}
