#ifndef TOKGATE_CLI_OPTION_PLAN_H
#define TOKGATE_CLI_OPTION_PLAN_H

#include "cli/options.h"

/* What options say of a plan and its chunks: for option_table. */
bool option_set_cache_hit(struct arena *arena, struct options *options, struct str value,
                          struct error *err);
bool option_set_output_tokens(struct arena *arena, struct options *options, struct str value,
                              struct error *err);
bool option_set_queued(struct arena *arena, struct options *options, struct str value,
                       struct error *err);
bool option_set_split(struct arena *arena, struct options *options, struct str value,
                      struct error *err);
bool option_set_split_by_model(struct arena *arena, struct options *options, struct str value,
                               struct error *err);
bool option_set_split_bytes(struct arena *arena, struct options *options, struct str value,
                            struct error *err);
bool option_set_split_format(struct arena *arena, struct options *options, struct str value,
                             struct error *err);
bool option_set_split_requests(struct arena *arena, struct options *options, struct str value,
                               struct error *err);
bool option_set_split_tokens(struct arena *arena, struct options *options, struct str value,
                             struct error *err);

#endif
