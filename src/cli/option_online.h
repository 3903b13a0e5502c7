#ifndef TOKGATE_CLI_OPTION_ONLINE_H
#define TOKGATE_CLI_OPTION_ONLINE_H

#include "cli/options.h"

/* What options say of online calls: for option_table. */
bool option_set_burst(struct arena *arena, struct options *options, struct str value,
                      struct error *err);
bool option_set_concurrency(struct arena *arena, struct options *options, struct str value,
                            struct error *err);
bool option_set_latency(struct arena *arena, struct options *options, struct str value,
                        struct error *err);
bool option_set_output_speed(struct arena *arena, struct options *options, struct str value,
                             struct error *err);
bool option_set_start_level(struct arena *arena, struct options *options, struct str value,
                            struct error *err);

#endif
