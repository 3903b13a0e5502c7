#ifndef TOKGATE_COUNT_SHARED_PACE_H
#define TOKGATE_COUNT_SHARED_PACE_H

#include "count/bucket_db.h"
#include "count/endpoint.h"
#include "net/pace.h"

/* The pace that runs with the same credential share, by the file of the cache. One thread's. */
struct shared_pace {
    struct bucket_db bucket;
    struct error problem; /* why the pace is this run's own */
};

/* { 0 } when the path is empty, or nothing can be shared, which the problem then says. owner: a
 * number that no other run has; not 0. The shared_pace must stay where it is. */
struct pace_share shared_pace_open(struct shared_pace *shared, struct str path,
                                   const struct endpoint *endpoint, int64_t per_minute,
                                   int64_t owner);

/* Nothing when it is not open. */
void shared_pace_close(struct shared_pace *shared);

#endif
