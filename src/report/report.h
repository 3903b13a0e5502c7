#ifndef TOKGATE_REPORT_REPORT_H
#define TOKGATE_REPORT_REPORT_H

#include <stdio.h>

#include "check/finding.h"
#include "check/rule.h"

/*
 * Formats: how results become bytes. To add one: one file format_<name>.c and one line here. They
 * print to a stream and report nothing: whoever owns the stream asks ferror after the last call.
 */
#define FORMAT_LIST(X)                                                                             \
    X(github)                                                                                      \
    X(human)                                                                                       \
    X(json)                                                                                        \
    X(jsonl)                                                                                       \
    X(markdown)

/* Where tokens of a request are: "messages.2.content.1 image". */
struct count_part {
    struct str label;
    struct place place;
    int64_t tokens;
    bool is_block; /* of the message before it */
};

/* One request as "tokgate count" shows it. */
struct count_row {
    struct str path;
    struct place place;
    size_t index;
    struct str custom_id; /* or empty */
    struct str model;
    int64_t low, tokens, high; /* high may be COUNT_UNBOUNDED */
    enum count_origin origin;
    int64_t corrected_by; /* so many true counts; 0: it is as it was counted */
    size_t size_bytes;    /* of the request in its source */
    const struct count_part *parts;
    size_t parts_len;
};

/* A source or directory entry that was not checked. */
struct skipped {
    struct str path;
    struct str why;
};

struct skips {
    struct arena *arena;
    struct skipped *items;
    size_t len, cap;
};

enum { LARGEST_LEN = 5, SHARE_UNKNOWN = -1 };

/* A request that takes much of a limit. */
struct share {
    struct str path;
    struct place place;
    struct str custom_id;
    int64_t tokens;
    double percent; /* SHARE_UNKNOWN: the model's limits are in no source */
    struct str of;  /* "ITPM of sonnet-5.5 at 120/min", "the context window" */
};

/* Everything of one run but the findings. */
struct summary {
    size_t files, requests;
    int64_t low, tokens, high; /* sums; high may be COUNT_UNBOUNDED */
    size_t size_bytes;
    size_t by_origin[COUNT_ORIGINS_LEN]; /* requests by enum count_origin */
    size_t corrected;                    /* requests whose offline count was corrected */
    int64_t corrected_by;                /* true counts behind all corrections that were used */
    struct str calibration;              /* the file they are from, or empty */
    size_t errors, warnings, notes, undecided, waived;
    size_t failed_requests; /* that could not be counted */
    struct skips skipped;   /* found in directories, but no request */
    struct skips left_out;  /* by name, ending, ignore rules */
    struct share largest[LARGEST_LEN];
    size_t largest_len;
    struct str rule_file; /* or empty */
    struct str default_model;
    bool uses_default_model; /* some prompt names no model, and nobody else does */
    struct str catalog_date;
};

struct report_style {
    bool colour;
    bool quiet;   /* findings only */
    bool verbose; /* also what was left out */
};

struct plan;

struct format {
    const char *name;
    const char *summary; /* one line for --help */

    /* A whole check. */
    void (*check)(FILE *out, const struct report_style *style, const struct findings *findings,
                  const struct summary *summary);

    /* The rows of a count as they come, then the end; NULL: the format has none. */
    void (*count_row)(FILE *out, const struct report_style *style, const struct count_row *row,
                      size_t number);
    void (*count_end)(FILE *out, const struct report_style *style, const struct summary *summary);

    /* A whole plan, with what check has to say of its requests; NULL: the format has none. */
    void (*plan)(FILE *out, const struct report_style *style, const struct plan *plan,
                 const struct findings *findings, const struct summary *summary);
};

#define FORMAT_DECLARE(name) extern const struct format format_##name;
FORMAT_LIST(FORMAT_DECLARE)
#undef FORMAT_DECLARE

/* All formats, alphabetical; ends with NULL. */
extern const struct format *const formats[];

const struct format *format_find(struct str name);

/* How human and json show a plan (human: without the findings). */
void report_plan_human(FILE *out, const struct plan *plan);
void report_plan_json(FILE *out, const struct plan *plan, const struct findings *findings,
                      const struct summary *summary);

/* The members of a finding, of a count row, and the summary, for the JSON formats. */
struct json_write;
void report_json_summary(struct json_write *json, const struct summary *summary);
void report_json_finding(struct json_write *json, const struct finding *finding);
void report_json_row(struct json_write *json, const struct count_row *row);

#endif
