#ifndef TOKGATE_CHECK_RULE_H
#define TOKGATE_CHECK_RULE_H

#include "base/error.h"
#include "catalog/catalog.h"
#include "check/finding.h"
#include "count/count.h"

/*
 * Rule kinds: what can be checked. To add one: one file rule_<kind>.c with a static table row, one
 * line here, one fixture directory fixtures/rules/<kind>. The id is the name with '_' for '-'.
 */
#define RULE_KIND_LIST(X)                                                                          \
    X(context_window)                                                                              \
    X(custom_id)                                                                                   \
    X(input_tokens)                                                                                \
    X(invalid_request)                                                                             \
    X(itpm_share)                                                                                  \
    X(max_tokens)                                                                                  \
    X(request_bytes)                                                                               \
    X(unknown_model)

enum option_type {
    OPTION_BOOL,
    OPTION_BYTES,   /* 1000000 or "1 MB" (10^6) or "1 MiB" (2^20) */
    OPTION_PERCENT, /* "25%"; the value is 25 */
    OPTION_TOKENS,  /* 8000 */
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

struct rule_kind {
    const char *name;
    enum severity severity; /* when no rule file says otherwise */
    bool is_builtin;        /* in force without a rule file: what the API itself refuses */
    bool has_pool_scope;
    const char *summary; /* one line, without full stop */
    const char *why;     /* why it matters; sentences, the last without full stop */
    const char *example; /* a rule file with which it fires on */
    const char *example_file, *example_input;
    const struct rule_option *options;

    /* Whether the values make sense together, asked of every layer alone and of what they merge to;
     * may be NULL. Fails with a sentence without place. */
    bool (*compile)(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err);

    /* Reports to findings. Cannot fail, does no I/O. check_pool may be NULL. */
    void (*check)(const struct subject *subject, const struct rule *rule,
                  struct findings *findings);
    void (*check_pool)(const struct totals *totals, const struct rule *rule,
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

/* What a rule reports about a subject. at: offset in its entry. */
struct report {
    size_t at;
    enum verdict verdict;
    bool has_numbers;
    double value, limit;
};

/* Where a finding about all tokens of a request points: its costliest part; and what to say of it:
 * ", messages.3 has 7100 of them", or nothing when there is one part. */
size_t rule_costliest(const struct subject *subject, struct str *text);

/* Adds a finding of the rule at the subject's request, with a printf message. An undecided verdict
 * is never worse than a warning. */
void rule_report(const struct subject *subject, const struct rule *rule, struct findings *findings,
                 struct report report, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
