#ifndef TOKGATE_PLAN_SIMULATE_H
#define TOKGATE_PLAN_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "catalog/catalog.h"
#include "plan/record.h"

/*
 * When the requests of one pool can be sent as online calls so that none is answered with 429.
 *
 * They go out in the order in which they are added, each at the first microsecond at which no limit
 * refuses it: what is first in line is never overtaken. What is known of the limits
 * (api/rate-limits, 2026-08-22 to 2026-10-08), and what is assumed where nothing is published:
 *
 * - A limit is a token bucket, "continuously replenished up to your maximum limit": it holds as
 *   much as the limit allows a minute, and a 60th of that comes back every second.
 * - RPM: "60 RPM may be enforced as 1 request per second", so only so many requests as burst says
 *   may be saved up. Assumed: 1, so that they go evenly, as tokgate itself sends (net/pace.h).
 * - ITPM takes the input of a request when it is sent: that is known before ("estimated at the
 *   start of the request"). Reads from the cache take nothing, but in pools where they count.
 * - OTPM is "evaluated in real time as output tokens are produced"; max_tokens takes nothing. A
 *   request is sent when the output still to come of all that were sent, with its own, would at no
 *   time take more than the bucket has. Assumed, for no figure is published: how long the first
 *   token takes, and that output then comes at one steady speed until all that is expected is
 *   there.
 * - A cache entry can be read from the first token of the response to who wrote it, for five
 *   minutes or an hour from the start of that request; a read starts its lifetime anew
 *   (build-with-claude/prompt-caching, 2026-08-22). A request reads its longest prefix that can be
 *   read, and writes what follows up to its last breakpoint. Assumed, being the least favourable:
 *   a read keeps that entry alone alive, not those of shorter prefixes.
 * - "Acceleration limits", which a sharp rise may meet, have no published figures: they are left
 *   out. To start from empty buckets is the nearest thing to them.
 *
 * All is computed in whole microseconds and in whole 60,000,000ths of a token: the result depends
 * on nothing else, and is exact.
 */
enum simulate_limit {
    SIMULATE_RPM,
    SIMULATE_OTPM,
    SIMULATE_CONCURRENCY,
    SIMULATE_ITPM,
    SIMULATE_LIMITS_LEN, /* also: none */
};

/* "RPM", "OTPM", "concurrency", "ITPM"; "none" */
const char *simulate_limit_name(enum simulate_limit limit);

/* What is larger counts as so much. */
#define SIMULATE_LIMIT_MAX   INT64_C(100000000000)      /* a minute */
#define SIMULATE_OUTPUT_MAX  INT64_C(100000000)         /* tokens of one request */
#define SIMULATE_SPEED_MAX   INT64_C(1000000)           /* tokens a second */
#define SIMULATE_LATENCY_MAX INT64_C(1000000000000)     /* microseconds: eleven days */
#define SIMULATE_TIME_MAX    INT64_C(10000000000000000) /* microseconds: 300 years */

struct simulate_options {
    struct rate_limit limits; /* CATALOG_UNKNOWN: no limit */
    bool reads_count;         /* toward ITPM (catalog_cache_reads_count) */
    int64_t start_permille;   /* of each bucket, that is there at the start: 0 to 1000 */
    int64_t burst;            /* requests that may be saved up for RPM: at least 1 */
    int64_t concurrency;      /* at most so many under way at once; 0: any number */
    int64_t latency_us;       /* from sending to the first token */
    int64_t output_speed;     /* tokens a second, of one request: at least 1 */
    size_t cache_entries_max; /* entries that are remembered while they live */
};

/*
 * Full buckets (what the documents say of a pool that was not used for a minute), one request
 * saved up, any concurrency, one second to the first token, 60 tokens a second (both assumptions),
 * 131,072 cache entries. The limits are all unknown: set them.
 */
struct simulate_options simulate_defaults(void);

/* The same with every number in its range. */
struct simulate_options simulate_options_within(const struct simulate_options *options);

/* Numbers that are negative count as 0. */
struct simulate_request {
    int64_t input_tokens;
    int64_t output_tokens;        /* expected; 0 is a response without output */
    int64_t min_cacheable_tokens; /* of the model: shorter prefixes are not cached */
    const struct plan_prefix
        *prefixes;       /* shortest first; of the model too, so that hashes differ */
    size_t prefixes_len; /* at most PLAN_PREFIXES_MAX */
};

enum simulate_outcome {
    SIMULATE_SENT,
    SIMULATE_NEVER_RPM,  /* the limit is 0 */
    SIMULATE_NEVER_ITPM, /* more input than the bucket can hold, and no cache entry that helps */
    SIMULATE_NEVER_OTPM, /* takes output from a full bucket faster than it refills, and too long */
    SIMULATE_TOO_LATE,   /* would go out after SIMULATE_TIME_MAX */
    SIMULATE_OUTCOMES_LEN,
};

/* What came of one request. Times are microseconds from the start of the simulation. Of a request
 * that is not sent all is 0 but the outcome. */
struct simulate_sent {
    enum simulate_outcome outcome;
    int64_t send_us;
    int64_t end_us;            /* of its last token */
    int64_t waited_us;         /* since the one before it was sent, or since 0 */
    enum simulate_limit limit; /* that kept it last; SIMULATE_LIMITS_LEN: waited_us is 0 */
    int64_t read_tokens;       /* of its input, from the cache */
    int64_t write_5m_tokens, write_1h_tokens; /* of its input, to the cache */
};

/* Points of the curve, each one stretch of the time. */
enum { SIMULATE_POINTS_MAX = 512 };

struct simulate_point {
    int64_t input_level, output_level; /* the lowest of the buckets, in tokens, rounded down; 0
                                          without a limit */
    int64_t sent_len;                  /* requests that were sent */
    int64_t concurrency;               /* the most that were under way at once */
};

struct simulate_result {
    size_t outcomes[SIMULATE_OUTCOMES_LEN];    /* requests by what came of them */
    size_t first_index[SIMULATE_OUTCOMES_LEN]; /* of the first such request (0-based, as added) */
    int64_t last_send_us;                      /* when the last request was sent */
    int64_t finish_us;                         /* when the last response is complete */
    int64_t waited_us[SIMULATE_LIMITS_LEN];    /* for each limit; together they are last_send_us */
    enum simulate_limit binding;               /* most was waited for; SIMULATE_LIMITS_LEN: none */
    struct {
        int64_t from_us, waited_us; /* 0: nothing ever waited */
        size_t index;               /* of the request that waited */
        enum simulate_limit limit;
    } stall;                       /* the longest; the first of equals */
    int64_t concurrency;           /* the most that were under way at once */
    int64_t input_low, output_low; /* the lowest that the buckets were, in tokens */
    int64_t input_tokens, read_tokens, write_5m_tokens, write_1h_tokens; /* of those sent */
    int64_t output_tokens;
    size_t cache_forgotten; /* entries that were not remembered: cache_entries_max lived already.
                               What would have read them counts in full, so the result is on the
                               safe side */
    const struct simulate_point *points; /* from 0 on, each point_us long; live in the arena */
    size_t points_len;
    int64_t point_us;
};

/* The state lives in the arena: some 30 KB, and what is under way and alive (up to 96 bytes a
 * request under way, 130 an entry). Options out of their range are moved into it. */
struct simulate;
struct simulate *simulate_new(struct arena *arena, const struct simulate_options *options);

/* Sends the next request: logarithmic in what is under way. Never fails. */
struct simulate_sent simulate_add(struct simulate *simulate,
                                  const struct simulate_request *request);

/* What it came to; nothing can be added afterwards. Without requests all is 0 (binding and
 * stall.limit are SIMULATE_LIMITS_LEN). */
void simulate_end(struct simulate *simulate, struct simulate_result *result);

#endif
