#ifndef TOKGATE_PLAN_RECORD_H
#define TOKGATE_PLAN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/locate.h"
#include "base/str.h"
#include "count/count.h"

/* Breakpoints a request may have. */
enum { PLAN_PREFIXES_MAX = COUNT_PREFIXES_MAX };

/* What a cache breakpoint ends: requests with the same hash read the same cache entry. */
struct plan_prefix {
    uint64_t hash;  /* of the model and all that stands before the breakpoint, in prompt order */
    int64_t tokens; /* up to the breakpoint */
    bool is_1h;     /* lives an hour, else five minutes */
};

/*
 * One counted request, as planning needs it: all that is known of it when its text is gone. It
 * comes straight from counting, or from a line that "tokgate count --records" wrote.
 */
struct plan_record {
    struct str source;         /* path of the manifest, or the name of the part it was counted in */
    size_t index;              /* 0-based among the requests of its source */
    struct place place;        /* of the entry in its source */
    size_t offset, size;       /* its bytes there; not in a line of records */
    struct str custom_id;      /* or empty */
    struct str model;          /* as the request names it, or the one it gets */
    int64_t low, tokens, high; /* input tokens; high may be COUNT_UNBOUNDED */
    enum count_origin origin;
    int64_t max_tokens;  /* REQUEST_UNSET: none */
    int64_t entry_bytes; /* of {"custom_id", "params"} as a batch has it, without spaces */
    struct plan_prefix prefixes[PLAN_PREFIXES_MAX]; /* shortest first */
    size_t prefixes_len;
    bool is_us;          /* inference_geo "us" */
    bool is_fast;        /* speed "fast" */
    bool searches_web;   /* it has the web search tool */
    bool is_faulty;      /* the API would refuse it */
    bool is_other_batch; /* of a manifest for another vendor's batches than Message Batches */
};

/* The record of a counted request. It lives in the arena, its texts as long as the request. */
struct plan_record *plan_record_of(struct arena *arena, const struct request *request,
                                   const struct count *count);

#endif
