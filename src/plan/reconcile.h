#ifndef TOKGATE_PLAN_RECONCILE_H
#define TOKGATE_PLAN_RECONCILE_H

#include <stdatomic.h>

#include "base/stream.h"
#include "catalog/catalog.h"
#include "check/finding.h"
#include "input/reader.h"
#include "input/seen.h"
#include "plan/ledger.h"
#include "plan/result.h"

/*
 * What a batch was expected to be, against what its results say it was: reconcile_init, every
 * request of the manifest, every file of results, reconcile_finish. The results are streamed and
 * may come in any order; what is kept is a ledger entry a request (plan/ledger.h), 8 bytes an
 * answer for percentiles, and the findings. Not thread safe.
 */

/* What is found, as rules of a linter: name, severity, and what it says. An error means that there
 * is something still to be done, or that a promise of tokgate's (the band) was broken. */
#define RECONCILE_FAULT_LIST(X)                                                                    \
    X(ANSWER_CUT_OFF, "answer-cut-off", SEVERITY_WARNING,                                          \
      "an answer ends at max_tokens or at the end of the context window")                          \
    X(ANSWER_MODEL, "answer-model", SEVERITY_WARNING, "another model answered than was asked")     \
    X(ANSWER_REFUSED, "answer-refused", SEVERITY_WARNING, "the model refused to answer")           \
    X(ID_DUPLICATE, "id-duplicate", SEVERITY_ERROR, "two requests have the same custom_id")        \
    X(ID_MISSING, "id-missing", SEVERITY_ERROR,                                                    \
      "a request has no custom_id to find its result by")                                          \
    X(INPUT_OUTSIDE_BAND, "input-outside-band", SEVERITY_ERROR,                                    \
      "usage has fewer input tokens than the lowest count, or more than the highest")              \
    X(RESULT_CANCELED, "result-canceled", SEVERITY_ERROR, "a request was canceled")                \
    X(RESULT_DUPLICATE, "result-duplicate", SEVERITY_ERROR, "a second result of one request")      \
    X(RESULT_ERRORED, "result-errored", SEVERITY_ERROR, "a request ended with an error")           \
    X(RESULT_EXPIRED, "result-expired", SEVERITY_ERROR,                                            \
      "a request expired before it was answered")                                                  \
    X(RESULT_MISSING, "result-missing", SEVERITY_ERROR, "a request has no result")                 \
    X(RESULT_UNKNOWN, "result-unknown", SEVERITY_ERROR, "a result of no request of the manifest")  \
    X(RESULT_UNREADABLE, "result-unreadable", SEVERITY_ERROR, "a line that is no result")          \
    X(RESULT_WITHOUT_USAGE, "result-without-usage", SEVERITY_WARNING,                              \
      "an answer that does not say its tokens")

enum reconcile_fault {
#define RECONCILE_FAULT_ENUM(id, name, severity, summary) RECONCILE_##id,
    RECONCILE_FAULT_LIST(RECONCILE_FAULT_ENUM)
#undef RECONCILE_FAULT_ENUM
        RECONCILE_FAULTS_LEN,
};

struct reconcile_fault_kind {
    const char *name;
    enum severity severity;
    const char *summary;
};
extern const struct reconcile_fault_kind reconcile_faults[RECONCILE_FAULTS_LEN];

/* An answer, beside what was counted before it was sent. */
struct reconcile_answer {
    size_t number; /* of its request in the ledger, from 0 */
    const struct result *result;
    int64_t input_tokens; /* with those of the cache */
};

/* What became of answers that were to be learned from. */
struct reconcile_learned {
    bool is_wanted;
    size_t taken, left; /* answers; those left teach nothing of counting */
};

struct reconcile_options {
    const struct catalog *catalog;
    size_t listed_max; /* so many findings of one kind are listed, the others counted */
    const atomic_bool *is_interrupted;

    /* The label of a custom_id, a slice of it or of static text; NULL: label_of. */
    struct str (*label)(void *context, struct str id);
    void *label_context;

    /* Called for every answer that has usage; NULL: nobody learns. */
    void (*observe)(void *context, const struct reconcile_answer *answer);
    void *observe_context;
};

/* Requests that failed for one reason. */
struct reconcile_reason {
    struct str type, message; /* of errors; of stop reasons the type alone */
    size_t len;
};

struct reconcile_reasons {
    struct arena *arena;
    struct reconcile_reason *items; /* most frequent first, when finished */
    size_t len, cap;
};

/* USD. What was expected of the answers that were priced: input tokens without any cache. */
struct reconcile_cost {
    double paid, low, expected, high;
    double at_most;  /* high, and max_tokens of output everywhere */
    double fast;     /* of paid: for answers in fast mode */
    double searches; /* of paid, where anything is priced: for web searches */
};

struct reconcile_model {
    struct str name;                  /* of the answers */
    const struct model *model;        /* NULL: not in the catalog */
    size_t answers, priced, unpriced; /* answers without usage are neither */
    size_t fast;                      /* of them, in fast mode */
    struct usage usage;
    struct reconcile_cost cost;
};

struct reconcile_models {
    struct arena *arena;
    struct reconcile_model *items;
    size_t len, cap;
};

/* What answers with one label took. */
struct reconcile_label {
    struct str label;
    size_t answers;
    size_t cut_off;            /* of them, by max_tokens */
    int64_t p95, p99, longest; /* output tokens */
    int64_t max_tokens;        /* the largest asked for; REQUEST_UNSET: none */
    int64_t max_output;        /* the least of their models; CATALOG_UNKNOWN: none known */
    int64_t suggested;         /* max_tokens that would do */
};

struct reconcile_labels {
    struct arena *arena;
    struct reconcile_label *items; /* most answers first, when finished */
    size_t len, cap;
};

struct reconcile_sums {
    size_t requests, results;
    size_t faults[RECONCILE_FAULTS_LEN];
    size_t outcomes[OUTCOMES_LEN];  /* of requests; with those below every one has one */
    size_t unreadable;              /* no line of their results can be read */
    size_t missing;                 /* there is no result of them */
    size_t open;                    /* none was read, but not all results were */
    size_t unidentified;            /* without a custom_id of their own to find it by */
    size_t errors, warnings, notes; /* findings by severity, those not listed too */
    size_t exact, inside, outside;  /* answers whose usage is the count; in its band; not */
    struct usage usage;             /* of answers to requests */
    int64_t low, tokens, high;      /* sums over the same; high may be COUNT_UNBOUNDED */
    int64_t input;                  /* and what usage says, with the cache */
    double mean_percent, p95_percent, worst_percent; /* of |count - usage| / usage */
    struct reconcile_cost cost;
    size_t priced, unpriced;
    size_t batch_answers, standard_answers; /* by service tier */
    size_t fast_answers;                    /* in fast mode */
    double unknown_usd;                     /* paid for results of no request */
};

struct reconcile {
    const struct reconcile_options *options;
    bool is_partial; /* not all results were read: nothing is said to be missing; for the caller */
    struct arena *arena;
    struct ledger ledger;
    struct strs sources;            /* of the manifest */
    struct reconcile_models asked;  /* models of the requests: names and rows */
    struct reconcile_models models; /* of the answers, most answers first when finished */
    struct reconcile_reasons errors, stops;
    struct reconcile_labels labels;
    struct seen labels_seen;
    struct findings findings;
    struct reconcile_sums sums;
    struct reconcile_learned learned; /* for the caller */
};

/* Options must live as long as it does. */
void reconcile_init(struct reconcile *reconcile, const struct reconcile_options *options,
                    struct arena *arena);

/* Adds a request of the manifest. Fails when there are too many. */
bool reconcile_request(struct reconcile *reconcile, const struct plan_record *record,
                       struct error *err);

/* Joins one entry of results. False when it is none (a finding, unless it says what is foreign). */
bool reconcile_result(struct reconcile *reconcile, struct str path, const struct entry *entry,
                      struct result_problem *problem);

/* Joins all results of a stream. Fails when it cannot be read, and when nothing at its beginning is
 * a result: err says what it is instead, without the path. */
bool reconcile_stream(struct reconcile *reconcile, struct str path, struct stream *stream,
                      struct error *err);

/* What is missing, percentiles, suggestions; sorts findings and lists. */
void reconcile_finish(struct reconcile *reconcile);
void reconcile_free(struct reconcile *reconcile);

/* Adds to the sums and, unless enough of its kind are listed, a finding. */
void reconcile_report(struct reconcile *reconcile, enum reconcile_fault fault, struct str path,
                      struct place place, struct str custom_id, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Takes back the last findings, so many of one kind. */
void reconcile_take_back(struct reconcile *reconcile, enum reconcile_fault fault, size_t len);

/* max_tokens that would do for answers of which 99 % have at most p99 tokens and none more than
 * longest: a fifth more than p99, or twice the longest where answers were cut off; rounded up, and
 * at most max_output unless that is CATALOG_UNKNOWN. */
int64_t reconcile_suggest(int64_t p99, int64_t longest, bool is_cut_off, int64_t max_output);

/* Whether a batch brought the answer. Files of results come from batches: what names no tier had
 * theirs, unless it came in fast mode, which no batch has (about-claude/pricing, 2026-08-22). */
bool reconcile_is_batch(const struct result *result);

/* What the tokens of an answer cost (about-claude/pricing, 2026-08-22): half in a batch, 1.1 times
 * with inference_geo "us" (in usage; where that names none, in the request), another price in fast
 * mode or where the prompt is long. Negative: no price is known. Web searches are apart: each has
 * its price, in a batch, too. */
double reconcile_price(const struct model *model, const struct result *result,
                       const struct usage *usage);

/* Adds what an answer cost, and what it was expected to cost by its entry. */
void reconcile_add_cost(struct reconcile_model *row, const struct ledger_entry *entry,
                        const struct result *result, double paid);

#endif
