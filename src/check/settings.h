#ifndef TOKGATE_CHECK_SETTINGS_H
#define TOKGATE_CHECK_SETTINGS_H

#include "check/rule.h"
#include "check/ruleset.h"

/*
 * What is in force for one source: the built-in rules, then every layer of the rule file whose
 * files match, the last one winning key by key. Sources that match the same layers share one
 * struct.
 */
struct setting_number {
    bool is_set;
    double number;
    struct origin origin;
};

struct variable {
    struct str name;
    int64_t max_tokens;
    struct origin origin;
};

struct rules {
    struct arena *arena;
    struct rule *items; /* the built-in ones, then as they come in the rule file */
    size_t len, cap;
};

struct settings {
    const struct ruleset *ruleset;
    struct request_defaults defaults;
    struct origin role_origin, model_origin, max_tokens_origin;
    struct setting_number rate;      /* calls a minute */
    struct setting_number cache_hit; /* 0 to 1 */
    const struct variable *variables;
    size_t variables_len;
    struct rules rules;
    struct str key;              /* which layers matched */
    const struct settings *next; /* of the ruleset's list */
};

/* The settings of the source, made on first use; they live in the ruleset's arena. Not thread safe:
 * ask before a chunk goes to its thread. Fails (usage) when merged values make no sense together.
 */
bool settings_of(struct ruleset *ruleset, const struct source *source,
                 const struct settings **settings, struct error *err);

/* Whether every rule of the rule file makes sense, also where no source is for it: what can be said
 * before anything is read. */
bool settings_check_layers(const struct ruleset *ruleset, struct error *err);

/* The limits of a pool, each of them the rule file's own, else the catalog's at the tier, else
 * CATALOG_UNKNOWN; and its ITPM at the tier of the rule file. */
struct rate_limit settings_limits(const struct ruleset *ruleset, const struct catalog *catalog,
                                  struct str pool, struct str tier);
int64_t settings_itpm(const struct ruleset *ruleset, const struct catalog *catalog,
                      struct str pool);

#endif
