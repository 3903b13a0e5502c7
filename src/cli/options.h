#ifndef TOKGATE_CLI_OPTIONS_H
#define TOKGATE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"
#include "check/finding.h"
#include "input/reader.h"
#include "plan/simulate.h"
#include "plan/split.h"
#include "report/report.h"

enum count_mode { COUNT_MODE_AUTO, COUNT_MODE_API, COUNT_MODE_OFFLINE };
enum on_undecided { ON_UNDECIDED_WARN, ON_UNDECIDED_FAIL, ON_UNDECIDED_PASS };
enum colour_mode { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct output { /* --output NAME=FILE */
    const struct format *format;
    struct str path;
};

struct outputs {
    struct arena *arena;
    struct output *items;
    size_t len, cap;
};

struct command;

struct options {
    const struct command *command;
    struct strs operands; /* paths, or the names explain takes */
    struct outputs outputs;
    const struct format *format;
    const struct reader *format_in; /* NULL: detect */
    struct str cache, calibrate_from, calibrate_output, calibration, config, label, model,
        stdin_filename, print_config, vocab;
    enum count_mode count_mode;
    enum on_undecided on_undecided;
    enum colour_mode colour;
    enum severity fail_on;
    int64_t timeout_s, jobs;                 /* jobs 0: as many as there are processors */
    int64_t older_than_days, max_size_bytes; /* of cache prune; -1: not given */
    int64_t deadline_ms;                     /* of counting online; 0: none */
    int64_t retries;
    struct str html, schedule;      /* files that plan writes; or empty */
    struct simulate_options online; /* what plan assumes of online calls; without limits */
    struct str tier;                /* of plan; empty: that of the rule file */
    struct str results;             /* of plan; empty: none */
    int64_t queued;                 /* requests in the queue of batches already */
    int64_t output_tokens;          /* expected of a request; -1: not given */
    double output_share;            /* the same as a share of max_tokens; -1: not given */
    struct str part;                /* name of the part that --records writes */
    double cache_hit;               /* share of what could be read from the cache; -1: not given */
    struct str split;               /* directory for chunks; empty: none are made */
    struct split_limits split_limits;
    bool force; /* chunks replace those of another plan */
    bool insecure_http;
    bool has_format;    /* --format was given */
    bool from, records; /* plan --from, count --records */
    bool learn;         /* reconcile --learn */
    bool no_cache, no_config, exit_zero, quiet, verbose, age, all, help, licenses, parts, version,
        write;
};

/* Reads the arguments. Anything wrong is a usage error with the nearest valid name. */
bool options_parse(struct arena *arena, int argc, char **argv, struct options *options,
                   struct error *err);

/* Help of one command, or of all when it is NULL. */
void options_help(FILE *out, const struct command *command);

#endif
