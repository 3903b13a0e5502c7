#ifndef TOKGATE_COUNT_COUNT_H
#define TOKGATE_COUNT_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "catalog/catalog.h"
#include "count/offline/vocab.h"
#include "input/request.h"

enum count_origin {
    COUNT_ORIGIN_OFFLINE,  /* by the vocabulary */
    COUNT_ORIGIN_ESTIMATE, /* offline, in a build without a vocabulary */
    COUNT_ORIGIN_API,
    COUNT_ORIGIN_CACHE,
    COUNT_ORIGINS_LEN,
};

/* high of a request with parts whose cost nobody can know before sending. */
#define COUNT_UNBOUNDED INT64_MAX

/* Whose tokens they are. */
enum count_share_kind {
    COUNT_SHARE_FRAME,   /* what the API adds around a request */
    COUNT_SHARE_SCHEMA,  /* of structured output, with what announces it */
    COUNT_SHARE_SYSTEM,  /* the system prompt */
    COUNT_SHARE_TOOL,    /* one tool definition, by its index */
    COUNT_SHARE_MESSAGE, /* one message, by its index */
    COUNT_SHARE_BLOCK,   /* one block of the message before it, by its index there */
};

struct count_share {
    enum count_share_kind kind;
    size_t index;
    struct str name; /* of a tool; the type of a block; or empty */
    size_t at;       /* offset in the entry */
    int64_t tokens;
};

struct count_shares {
    struct arena *arena;
    struct count_share *items;
    size_t len, cap;
};

struct correction;

/* A request may have so many cache breakpoints (build-with-claude/prompt-caching, 2026-08-22). Of
 * more, which the API refuses, the last ones are looked at. */
enum { COUNT_PREFIXES_MAX = 4 };

struct count_prefix {
    double share; /* of the tokens, those up to the breakpoint: 0 to 1 */
    size_t part;  /* the part it stands at; the number of parts: the end of the request */
};

/* Input tokens of one request: low <= tokens <= high. */
struct count {
    int64_t low, tokens, high;
    enum count_origin origin;
    double prefix_share; /* of the tokens, those up to the last cache breakpoint: 0 to 1 */
    struct count_prefix prefixes[COUNT_PREFIXES_MAX]; /* of all breakpoints, shortest first */
    size_t prefixes_len;
    struct str uncountable;              /* what makes high unbounded ("a PDF"), else empty */
    struct count_shares shares;          /* of tokens, in order; none when they came from the API */
    const struct correction *correction; /* what it was corrected by; NULL: nothing */
    bool may_be_cleared; /* low is without what edits of its context_management may clear */
    bool refused_online; /* the API does not count it either (api-facts: server tools, URLs...) */
};

struct door_config;
struct door_environment;
struct passages;

/* What a counter may need; from the environment, the rule file and the command line. Empty: unset.
 */
struct counter_options {
    const struct door_config *door; /* which API, as the rule file says (count/door.h) */
    const struct door_environment *environment; /* where it may be and what opens it */
    struct str api_version;    /* anthropic-version: "2023-06-01" or "2026-10-21" */
    struct str betas;          /* anthropic-beta: comma separated */
    struct str custom_headers; /* lines "Name: Value" to be sent too */
    struct str ca_file;        /* certificates to trust (PEM) in place of the system's */
    bool insecure_http;        /* plain http may go to other machines too */
    int64_t timeout_ms;        /* of one call */
    int64_t connect_timeout_ms;
    const struct vocab *vocab; /* of the offline counter; NULL: none, it estimates */
    struct passages *passages; /* what offline counters learn together; NULL: nothing is */
    bool wants_blocks;         /* shares of single blocks too, which takes the offline counter twice
                                * the time */
};

enum count_result {
    COUNT_DONE,
    COUNT_REFUSED,     /* the API refuses this very request (400, 404, 413): err has its words */
    COUNT_UNAVAILABLE, /* this one cannot be counted now (network, 403, 429, 5xx): err says why */
    COUNT_ENDED,       /* nor any other one (401, 402, a reached spend limit): err says why */
    COUNT_NOT_ASKED,   /* asking has ended before */
    COUNT_NOT_COUNTED, /* the API does not count such requests (server tools, URLs, MCP), so it was
                        * not asked: the offline lower bound stands; err says what is in it */
};

/*
 * The offline counter: state of one thread, each thread opens its own. It cannot fail. The other
 * way to count is over the API: count/online.h.
 */
struct offline;
struct offline *offline_open(const struct counter_options *options);
void offline_count(struct offline *offline, struct arena *arena, const struct request *request,
                   const struct catalog *catalog, struct count *count);
void offline_close(struct offline *offline);

/* a + b, or COUNT_UNBOUNDED. Neither is negative. */
int64_t count_sum(int64_t a, int64_t b);

/* The share with the most tokens, blocks and the frame left aside; NULL when there is but one. */
const struct count_share *count_costliest(const struct count *count);

/* "system", "output_config.format", "tools.0 get_weather", "messages.2",
 * "messages.2.content.1 image", "frame": as the request's file has it; message is the index of the
 * message a block is in. */
struct str count_share_label(struct arena *arena, const struct request *request,
                             const struct count_share *share, size_t message);

/* Adds so many tokens on every side; unbounded stays unbounded. */
void count_add(struct count *count, int64_t tokens);

/* "api", "cache", "estimate", "offline" */
const char *count_origin_name(enum count_origin origin);

#endif
