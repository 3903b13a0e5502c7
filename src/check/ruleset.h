#ifndef TOKGATE_CHECK_RULESET_H
#define TOKGATE_CHECK_RULESET_H

#include "base/error.h"
#include "base/glob.h"
#include "catalog/catalog.h"
#include "check/rule.h"
#include "count/door.h"
#include "json/tree.h"

/*
 * A compiled rule file with all it extends. Layers stand in the order in which they apply: what is
 * extended first, so that the last match wins.
 */

/* Which sources a layer is for: globs relative to the directory of the file it is written in. */
struct file_globs {
    struct str directory; /* absolute */
    struct glob **items;
    size_t len; /* 0: every source */
};

struct layer_prompt { /* one entry of "prompts" */
    struct file_globs files;
    struct origin origin;
    const struct json_node *role, *model, *max_tokens, *rate, *cache_hit, *variables;
};

struct layer_rule { /* one entry of "rules" */
    struct file_globs files;
    struct rule rule; /* only what it sets */
    bool has_severity;
};

struct waiver {
    const struct rule_kind *kind;
    struct file_globs files;
    struct str reason, until; /* until: YYYY-MM-DD or empty */
    struct origin origin;
};

struct limit_override {
    struct str pool;
    struct rate_limit limit;
    struct origin origin;
};

struct layer_prompts {
    struct arena *arena;
    struct layer_prompt *items;
    size_t len, cap;
};

struct layer_rules {
    struct arena *arena;
    struct layer_rule *items;
    size_t len, cap;
};

struct waivers {
    struct arena *arena;
    struct waiver *items;
    size_t len, cap;
};

struct limit_overrides {
    struct arena *arena;
    struct limit_override *items;
    size_t len, cap;
};

struct excludes {
    struct arena *arena;
    struct glob **items;
    size_t len, cap;
};

/* "output_tokens": what is expected of every answer, in one of two ways; -1: not in this one. */
struct output_expected {
    bool is_set;
    int64_t tokens;
    double share; /* of max_tokens */
    struct origin origin;
};

/* In place of a path: the calibration beside the cache, and none at all (--calibration alone). */
#define CALIBRATION_CACHE "cache"
#define CALIBRATION_NONE  "none"

struct settings;

struct ruleset {
    struct arena *arena;
    const struct catalog *catalog;
    struct str path;      /* as shown; empty: there is no rule file */
    struct str directory; /* absolute, of the rule file; else the current one */
    struct str api_version, betas, tier, model;
    struct origin api_version_origin, betas_origin, tier_origin, model_origin;
    struct door_config endpoint; /* which API counts */
    struct origin endpoint_origin;
    struct str calibration; /* path of the file whose corrections are used, or CALIBRATION_CACHE */
    struct origin calibration_origin;
    struct str command_line_model; /* --model */
    int64_t count_rpm;             /* of your own; 0: that of the tier */
    struct origin count_rpm_origin;
    struct output_expected output;
    struct layer_prompts prompts;
    struct layer_rules rules;
    struct waivers waivers;
    struct limit_overrides limits;
    struct excludes exclude;
    size_t files_len;          /* read so far */
    size_t alternatives;       /* of all globs */
    struct settings *settings; /* made so far */
};

/* An empty rule set: what the API itself refuses. directory: the absolute current directory. */
void ruleset_init(struct ruleset *ruleset, struct arena *arena, const struct catalog *catalog,
                  struct str directory);

/* Reads and compiles a rule file into the set. Anything wrong with it is a usage error with
 * file:line:column and, for a mistyped name, the nearest valid one. */
bool ruleset_load(struct ruleset *ruleset, struct str path, struct error *err);

/* The rule file in force for an absolute path: tokgate.json in it, when it is a directory, else in
 * its directory, or the nearest one above, up to the repository root (a directory with .git). Empty
 * when there is none. */
struct str ruleset_find(struct arena *arena, struct str absolute);

/* How many requests a minute may be counted over the API: the rule file's own number, else that of
 * the tier; of a tier nobody knows a number of, that of Start (catalog). At least 1. */
int64_t ruleset_count_rpm(const struct ruleset *ruleset);

/* True when one of the globs matches the absolute path, or there are none. */
bool file_globs_match(const struct file_globs *globs, struct str absolute);

#endif
