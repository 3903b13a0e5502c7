#ifndef TOKGATE_CHECK_RULESET_READ_H
#define TOKGATE_CHECK_RULESET_READ_H

#include "check/config.h"
#include "check/ruleset.h"

/* Whether the door of the endpoint takes the API version and the betas that were chosen, here or in
 * what is extended. */
bool ruleset_check_endpoint(const struct ruleset *ruleset, struct error *err);

/* Adds what a parsed rule file says to the set (ruleset_read.c), and, for its "extends", what
 * another one says (ruleset.c). Errors have file:line:column. */
bool ruleset_read(struct ruleset *ruleset, struct config *config, const struct json_node *root,
                  struct error *err);
bool ruleset_extend(struct ruleset *ruleset, const struct config *from,
                    const struct json_node *node, struct error *err);

/* What a name in a rule file is a path to: relative to that file, unless it is absolute. */
struct str ruleset_path(const struct config *from, struct str name);

/* Parts of it: "endpoint" (ruleset_endpoint.c), "limits" (ruleset_limits.c), "prompts"
 * (ruleset_prompts.c), "rules" and "waivers" (ruleset_rules.c), "files" of any entry, and the name
 * of a model, which must be in the catalog. */
bool ruleset_read_endpoint(struct ruleset *ruleset, struct config *config,
                           const struct json_node *node, struct error *err);
bool ruleset_read_limits(struct ruleset *ruleset, struct config *config,
                         const struct json_node *node, struct error *err);
bool ruleset_read_prompts(struct ruleset *ruleset, struct config *config,
                          const struct json_node *node, struct error *err);
bool ruleset_read_rules(struct ruleset *ruleset, struct config *config,
                        const struct json_node *node, struct error *err);
bool ruleset_read_waivers(struct ruleset *ruleset, struct config *config,
                          const struct json_node *node, struct error *err);
bool ruleset_read_files(struct config *config, const struct json_node *node,
                        struct file_globs *globs, struct error *err);
bool ruleset_read_model_name(struct config *config, const struct json_node *node,
                             const struct catalog *catalog, struct error *err);

#endif
