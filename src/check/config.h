#ifndef TOKGATE_CHECK_CONFIG_H
#define TOKGATE_CHECK_CONFIG_H

#include "base/error.h"
#include "check/rule.h"
#include "json/tree.h"

/* One rule file while it is read: for errors with places, and tables of members. */
struct config {
    struct arena *arena;
    struct str path;      /* as shown */
    struct str directory; /* absolute; globs are relative to it */
    struct str text;
    int depth;            /* of extends */
    size_t *alternatives; /* of all globs so far */
};

struct origin config_origin(const struct config *config, size_t at);

/* Parses the text: JSON, in which comments may stand. NULL with an error as config_fail makes it.
 */
const struct json_node *config_parse(const struct config *config, struct error *err);

/* A usage error "path:line:column: ...". */
bool config_fail(const struct config *config, size_t at, struct error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for a name that is not known: adds the nearest of the valid ones, else all of them. what
 * comes before the name: "there is no rule", "the rule file has no key". */
bool config_fail_name(const struct config *config, size_t at, struct error *err, const char *what,
                      struct str name, const struct str *valid, size_t len);

/* A member that an object may have. */
struct config_field {
    const char *name;
    unsigned types; /* JSON_BIT of those allowed */
    bool (*read)(struct config *config, const struct json_node *node, void *target,
                 struct error *err); /* NULL: only the type is checked */
};

/* Reads every member of the object by its field. Unknown members and wrong types fail. what names
 * the object for messages: "the rule file", "a prompts entry". */
bool config_read(struct config *config, const struct json_node *object, const char *what,
                 const struct config_field *fields, size_t len, void *target, struct error *err);

/* Bytes of a size with its unit: "1 MB" (10^6), "1 MiB" (2^20). False for anything else. */
bool config_size(struct arena *arena, struct str text, double *bytes);

/* Values with units. Each fails at the node's place. */
bool config_tokens(const struct config *config, const struct json_node *node, double *tokens,
                   struct error *err);
bool config_bytes(const struct config *config, const struct json_node *node, double *bytes,
                  struct error *err);
bool config_percent(const struct config *config, const struct json_node *node, double *percent,
                    struct error *err);
bool config_rate(const struct config *config, const struct json_node *node, double *per_minute,
                 struct error *err); /* "120/min", "2/s", "5000/hour", "100000/day" */
bool config_share(const struct config *config, const struct json_node *node, double *share,
                  struct error *err); /* 0.9 or "90%" */
bool config_duration(const struct config *config, const struct json_node *node, double *seconds,
                     struct error *err); /* "6h", "90 min", "1 day", "45s" */
bool config_usd(const struct config *config, const struct json_node *node, double *usd,
                struct error *err);
bool config_date(const struct config *config, const struct json_node *node, struct str *date,
                 struct error *err);

#endif
