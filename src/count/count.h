#ifndef TOKGATE_COUNT_COUNT_H
#define TOKGATE_COUNT_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/catalog.h"
#include "input/request.h"

enum count_origin { COUNT_ORIGIN_OFFLINE, COUNT_ORIGIN_API, COUNT_ORIGIN_CACHE };

/* high of a request with parts whose cost nobody can know before sending. */
#define COUNT_UNBOUNDED INT64_MAX

/* Input tokens of one request: low <= tokens <= high. */
struct count {
    int64_t low, tokens, high;
    enum count_origin origin;
    double prefix_share;    /* of the tokens, those up to the last cache breakpoint: 0 to 1 */
    struct str uncountable; /* what makes high unbounded ("a PDF"), else empty */
    bool refused_online; /* the API does not count it either (api-facts: server tools, URLs...) */
};

/* What a counter may need; from the environment, the rule file and the command line. Empty: unset.
 */
struct counter_options {
    struct str base_url;    /* "https://api.anthropic.com", without a final '/' */
    struct str api_key;     /* sent as x-api-key */
    struct str auth_token;  /* sent as Authorization: Bearer, when there is no api_key */
    struct str api_version; /* anthropic-version: "2023-06-01" or "2026-10-21" */
    struct str betas;       /* anthropic-beta: comma separated */
    int64_t timeout_ms;     /* of one call */
    int64_t connect_timeout_ms;
};

enum count_result {
    COUNT_DONE,
    COUNT_REFUSED,     /* the API refuses this very request (400, 404, 413): err has its words */
    COUNT_UNAVAILABLE, /* nothing can be counted now (network, 401, 403, 429, 5xx): err says why */
    COUNT_NOT_COUNTED, /* the API does not count such requests (server tools, URLs, MCP), so it was
                        * not asked: the offline lower bound stands; err says what is in it */
};

/*
 * A counter. To add one: one file counter_<name>.c and one line in COUNTER_LIST. open makes the
 * state of one thread (each thread opens its own); a counter without state leaves it NULL.
 */
#define COUNTER_LIST(X)                                                                            \
    X(api)                                                                                         \
    X(offline)

struct counter {
    const char *name;    /* for --count */
    const char *summary; /* one line for --help */
    bool (*open)(const struct counter_options *options, void **state, struct error *err);
    enum count_result (*count)(void *state, struct arena *arena, const struct request *request,
                               const struct catalog *catalog, struct count *count,
                               struct error *err);
    void (*close)(void *state);
};

#define COUNTER_DECLARE(name) extern const struct counter counter_##name;
COUNTER_LIST(COUNTER_DECLARE)
#undef COUNTER_DECLARE

/* a + b, or COUNT_UNBOUNDED. Neither is negative. */
int64_t count_sum(int64_t a, int64_t b);

/* Adds so many tokens on every side; unbounded stays unbounded. */
void count_add(struct count *count, int64_t tokens);

/* "api", "cache", "offline" */
const char *count_origin_name(enum count_origin origin);

#endif
