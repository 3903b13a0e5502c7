#ifndef TOKGATE_PLAN_SCHEDULE_H
#define TOKGATE_PLAN_SCHEDULE_H

#include "base/replace.h"
#include "plan/record.h"
#include "plan/simulate.h"

/*
 * When to send which request, as a file of JSON lines in the order of the requests:
 *
 *     {"custom_id": "a", "source": "batch.jsonl", "line": 1, "send_ms": 12.500, "pool": "opus-5"}
 *
 * send_ms is the time since the first moment of the schedule, exact to the microsecond. It only
 * grows within a pool; pools run side by side. custom_id is null where the request has none, pool
 * where none is known. Requests that are never sent are not in it.
 */
struct schedule {
    struct replace replace;
    int64_t sent_len; /* requests in it */
};

/* Fails (ERROR_FAILED) when the file cannot be written; then there is nothing to end. */
bool schedule_begin(struct schedule *schedule, struct arena *arena, struct str path,
                    struct error *err);

/* Adds a request, unless it is not sent. Where writing fails, schedule_end says so. */
void schedule_add(struct schedule *schedule, const struct plan_record *record, struct str pool,
                  const struct simulate_sent *sent);

/* The file is there, or what was there before: base/replace.h. */
bool schedule_end(struct schedule *schedule, struct error *err);
void schedule_abandon(struct schedule *schedule);

#endif
