#ifndef TOKGATE_CHECK_RULE_H
#define TOKGATE_CHECK_RULE_H

#include "base/error.h"
#include "base/repeats.h"
#include "catalog/catalog.h"
#include "check/finding.h"
#include "count/count.h"

/*
 * Rule kinds: what can be checked. To add one: one file rule_<kind>.c with a static table row, one
 * line here, one fixture directory fixtures/rules/<kind>. The id is the name with '_' for '-'.
 */
#define RULE_KIND_LIST(X)                                                                          \
    X(batch_params)                                                                                \
    X(batch_size)                                                                                  \
    X(cache_control)                                                                               \
    X(context_window)                                                                              \
    X(custom_id)                                                                                   \
    X(duplicate_custom_id)                                                                         \
    X(input_tokens)                                                                                \
    X(invalid_request)                                                                             \
    X(itpm_share)                                                                                  \
    X(max_tokens)                                                                                  \
    X(mixed_models)                                                                                \
    X(parameter_conflict)                                                                          \
    X(plan_bucket)                                                                                 \
    X(plan_cost)                                                                                   \
    X(plan_duration)                                                                               \
    X(plan_queue)                                                                                  \
    X(plan_records)                                                                                \
    X(refused_by_model)                                                                            \
    X(request_bytes)                                                                               \
    X(sampling)                                                                                    \
    X(unknown_field)                                                                               \
    X(unknown_model)

enum option_type {
    OPTION_BOOL,
    OPTION_BYTES,    /* 1000000 or "1 MB" (10^6) or "1 MiB" (2^20) */
    OPTION_COUNT,    /* 1000, of things */
    OPTION_DURATION, /* "6h", "90 min"; the value is seconds */
    OPTION_PERCENT,  /* "25%"; the value is 25 */
    OPTION_TOKENS,   /* 8000 */
    OPTION_USD,      /* 12.5 */
};

/* One option of a rule kind; a table of them ends with a NULL name. */
struct rule_option {
    const char *name;
    enum option_type type;
    const char *help; /* one line */
    bool is_required; /* some layer must set it */
};

enum { RULE_OPTIONS_MAX = 4 };

/* Where a setting was written. path empty: built in. */
struct origin {
    struct str path;
    struct place place;
};

/* A value of an option, and who set it. */
struct rule_value {
    bool is_set;
    double number;
    bool flag; /* OPTION_BOOL */
    struct origin origin;
};

enum rule_scope { RULE_SCOPE_REQUEST, RULE_SCOPE_POOL };

/* A rule in force for one source: all its layers merged. */
struct rule {
    const struct rule_kind *kind;
    enum rule_scope scope;
    enum severity severity;
    struct origin severity_origin;
    struct origin origin;                       /* of the last layer; where pool findings stand */
    struct rule_value values[RULE_OPTIONS_MAX]; /* by index in kind->options */
};

struct settings;

/* One request under check. */
struct subject {
    const struct request *request;
    const struct count *count;
    const struct model *model; /* NULL: not in the catalog */
    const struct settings *settings;
    const struct catalog *catalog;
    struct arena *arena; /* for messages */
};

/* What is kept of a request when its chunk is gone. */
struct record {
    struct str path;
    struct place place;
    struct str pool; /* empty: none known */
    const struct settings *settings;
    const struct model *model;
    int64_t low, tokens, high;
    enum count_origin origin;
    double prefix_share;
    bool in_manifest;
};

struct records {
    struct arena *arena;
    struct record *items;
    size_t len, cap;
};

struct ruleset;

/* All requests under check, for rules on totals. */
struct totals {
    const struct records *records;
    const struct ruleset *ruleset;
    const struct catalog *catalog;
    struct arena *arena;
};

/* A whole manifest, when all its requests were seen, or so far. */
struct manifest_totals {
    const struct source *source;
    const struct manifest_limits *limits; /* of its format */
    const struct catalog *catalog;
    size_t requests;     /* entries, also those that are broken */
    uint64_t size_bytes; /* as it would be sent: the smallest body, or the lines of the file */
    struct place first;  /* where its first entry starts */
    const struct repeats_found *repeats; /* of ids, at the end; at is a rule_pack_place */
    struct arena *arena;                 /* for texts, until the manifest ends */
};

/* A number that is only known to lie in a range; high may be INFINITY. */
struct plan_range {
    double low, value, high;
};

/* What a plan comes to, for rules on plans. */
struct plan_numbers {
    struct arena *arena; /* for messages */
    struct plan_range batch_usd, online_usd;
    struct plan_range online_seconds; /* until the last answer is there, sent as the limits allow */
    const char *online_unknown;       /* why high of it is INFINITY, or NULL */
    double batch_seconds;             /* until the last batch has ended or expired */
    int64_t queued;                   /* requests, with those that are in the queue already */
    int64_t queue;                    /* requests that it takes; negative: not known */
    struct str no_batches; /* "Amazon Bedrock has no Message Batches": nothing is known of them */
};

/* A request that is too large for a limit of its pool to let it pass, ever. */
struct plan_stuck {
    const struct source *source; /* for waivers; NULL: none is known */
    struct str path, custom_id;
    struct place place;
    struct str pool;
    const char *limit;                 /* "ITPM" */
    int64_t limit_tokens, low, tokens; /* a minute; of the request */
};

struct rule_kind {
    const char *name;
    enum severity severity; /* when no rule file says otherwise */
    bool is_builtin;        /* in force without a rule file: what the API itself refuses */
    bool has_pool_scope;
    bool is_of_plan;     /* in force in "tokgate plan" alone */
    bool is_of_batch;    /* there in force only when a rule file has it: a plan makes batches */
    bool stays_in_batch; /* a batch takes such a request, and answers it alone with an error */
    const char *summary; /* one line, without full stop */
    const char *why;     /* why it matters; sentences, the last without full stop */
    const char *example; /* a rule file with which it fires on */
    const char *example_file, *example_input;
    const struct rule_option *options;

    /* Whether the values make sense together, asked of every layer alone and of what they merge to;
     * may be NULL. Fails with a sentence without place. */
    bool (*compile)(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err);

    /* Reports to findings. Cannot fail, does no I/O. Each may be NULL: check is asked for every
     * request, check_pool and check_plan once, check_stuck for what a plan cannot send. */
    void (*check)(const struct subject *subject, const struct rule *rule,
                  struct findings *findings);
    void (*check_pool)(const struct totals *totals, const struct rule *rule,
                       struct findings *findings);

    /* Of kinds about whole manifests. see is called for each request, in order, with the totals up
     * to it, and may be NULL; check_manifest at the end. state is state_size bytes of the
     * manifest's own, zero at first. check_manifest returns how many more findings there are than
     * it adds. */
    size_t state_size;
    void (*see)(const struct manifest_totals *totals, const struct request *request,
                const struct rule *rule, void *state);
    uint64_t (*check_manifest)(const struct manifest_totals *totals, const struct rule *rule,
                               const void *state, struct findings *findings);
    bool needs_repeats;
    void (*check_plan)(const struct plan_numbers *numbers, const struct rule *rule,
                       struct findings *findings);
    void (*check_stuck)(const struct plan_stuck *stuck, const struct rule *rule,
                        struct findings *findings);
};

#define RULE_KIND_DECLARE(id) extern const struct rule_kind rule_kind_##id;
RULE_KIND_LIST(RULE_KIND_DECLARE)
#undef RULE_KIND_DECLARE

/* All kinds, alphabetical; ends with NULL. */
extern const struct rule_kind *const rule_kinds[];

/* The kind of that name, or NULL; and the nearest name to a mistyped one, or an empty text. */
const struct rule_kind *rule_kind_find(struct str name);
struct str rule_kind_nearest(struct str name);

/* "25%", "1000000 bytes", "8000 tokens", "true": a value as a user would write it. */
struct str rule_value_text(struct arena *arena, enum option_type type,
                           const struct rule_value *value);

/* "250 tokens", or "about 250 tokens (240 to 265)" when only a band is known. */
struct str rule_count_text(struct arena *arena, const struct count *count);

/* A place in 64 bits; a line or column over UINT32_MAX is that. */
uint64_t rule_pack_place(struct place place);
struct place rule_unpack_place(uint64_t packed);

/* "in line 3", or "at column 17 of this line" for one in the line of here. */
struct str rule_place_text(struct arena *arena, struct place place, struct place here);

/* How many findings of one kind a rule lists of a request: finding the place of each costs a look
 * at the whole. */
enum { RULE_LISTED_MAX = 20 };

/* The rule for what the API does not refuse for sure: a warning, unless a rule file says otherwise.
 */
struct rule rule_softened(const struct rule *rule);

/* The lesser of a severity and what an undecided verdict is at most: a warning. */
enum severity rule_severity(const struct rule *rule, enum verdict verdict);

/* What a rule reports about a subject. at: offset in its entry. */
struct report {
    size_t at;
    enum verdict verdict;
    bool has_numbers;
    double value, limit;
};

/* The model of the subject. NULL when it is not in the catalog or when nobody says which it is: a
 * cloud's records name none, and what only a guess would refuse is no finding. */
const struct model *rule_named_model(const struct subject *subject);

/* Adds a finding about everything together, at the rule's place in its file. An undecided verdict
 * is never worse than a warning. */
void rule_report_all(const struct rule *rule, struct findings *findings, struct report report,
                     struct str message);

/* Where a finding about all tokens of a request points: its costliest part, and in a message or
 * system prompt of several blocks the largest of them; and what to say of the part: ", messages.3
 * has 7100 of them", or nothing when there is one. */
size_t rule_costliest(const struct subject *subject, struct str *text);

/* Adds a finding of the rule at the subject's request, with a printf message. An undecided verdict
 * is never worse than a warning. */
void rule_report(const struct subject *subject, const struct rule *rule, struct findings *findings,
                 struct report report, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
