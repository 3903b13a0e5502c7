#ifndef TOKGATE_CLI_PIPELINE_H
#define TOKGATE_CLI_PIPELINE_H

#include "check/manifest_check.h"
#include "cli/chunk.h"
#include "cli/command.h"
#include "cli/correct.h"
#include "cli/progress.h"
#include "report/report.h"

/* Input tokens per minute of a model's pool, once they were looked up. */
struct itpm {
    bool is_known;
    int64_t itpm;
};

/*
 * argv -> discover -> read -> count -> check: what "check" and "count" share. Requests flow in
 * chunks through a small thread pool and leave in order; what stays is a record of each and the
 * findings.
 */
struct pipeline {
    struct run *run;
    struct ruleset ruleset;
    struct checker checker;
    struct workshop workshop;
    struct correcting correcting;
    bool *corrections_used; /* by index of the calibration */
    struct cache *cache;    /* of counts of the API; NULL: none */
    struct itpm *itpms;     /* by index of the model */
    struct progress progress;
    size_t threads;
    bool runs_rules; /* check; else only what keeps requests from being ones */

    /* Called before anything is read: the rules are known, with the settings of no source in
     * particular. May be NULL. */
    void (*on_start)(struct pipeline *pipeline, const struct settings *settings);

    /* Called for every request that was counted, in order; may be NULL. */
    void (*on_row)(struct pipeline *pipeline, const struct count_row *row);

    struct watch *watch; /* of manifests as a whole; NULL: nothing was read */
    /* The same, with what planning needs of the request; may be NULL. item and record live as long
     * as the call. */
    void (*on_record)(struct pipeline *pipeline, const struct item *item,
                      const struct plan_record *record);

    /* Called for every other one, at its turn, where on_record is; may be NULL. */
    void (*on_uncounted)(struct pipeline *pipeline, const struct item *item);

    /* Called for every finding of a source, in order; may be NULL. Where it is, what is read is a
     * part of something: what rules say of all requests together is left to whoever has all of
     * them, and only what keeps a request from being counted is a finding of this run. */
    void (*on_finding)(struct pipeline *pipeline, const struct finding *finding);

    bool hashes_entries; /* items have the hash of their entry */
    void *context;       /* of the command */
    bool takes_nothing;  /* a source without requests is no finding */
    bool plans;          /* manifests are submissions, which are cut into batches */

    struct findings findings;
    size_t findings_kept;     /* of sources */
    struct unlisted unlisted; /* of all sources */
    struct records records;
    struct summary summary;
    size_t errors;            /* printed so far: the exit status is 3 */
    size_t faults;            /* of sources that are broken, though all requests count */
    size_t not_countable;     /* requests that --count api left to the offline counter */
    size_t not_asked;         /* requests the API was not asked about any more */
    struct str not_asked_why; /* empty: an error that was printed says it */
    bool keeps_records;       /* a rule on all requests of a pool is in force */
    bool said_fallback;       /* the warning that auto stays offline was printed */
    bool said_unknown_model;
    bool said_clearing; /* the note of context_management was printed */
    size_t rows;
};

/* Finds and compiles the rule file, then runs everything. False with err when nothing could be
 * started; errors about single paths and requests are printed as they come and counted. */
bool pipeline_run(struct pipeline *pipeline, struct run *run, struct error *err);

/* The first half of it, for who reads something else than requests: the rules, and the settings of
 * no source in particular. */
bool pipeline_begin(struct pipeline *pipeline, struct run *run, const struct settings **common,
                    struct error *err);

/* The rule set in force for the operands, as pipeline_run finds it. */
bool pipeline_ruleset(struct run *run, struct ruleset *ruleset, struct error *err);

/* Whether there is a key, so that it may have to wait for answers. */
bool pipeline_has_credentials(const struct pipeline *pipeline);

/* Opens what is needed to ask the API, unless nothing can or may be asked. Fails where --count api
 * could not count, and where a key would go to a wrong place. */
bool pipeline_open_online(struct pipeline *pipeline, struct error *err);

/* Writes what is left for the cache and for what is learned, and closes both. */
void pipeline_close_cache(struct pipeline *pipeline);

/* Whether the user wants it to end: then only what is known by now is reported. */
bool pipeline_is_interrupted(const struct run *run);

/* "tokgate: error: ..." or "tokgate: warning: ..." */
void pipeline_say(struct run *run, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
