#ifndef TOKGATE_CLI_OPTION_TABLE_H
#define TOKGATE_CLI_OPTION_TABLE_H

#include "cli/options.h"

/* An option: all there is to know of it. */
struct option {
    const char *name; /* without the dashes */
    char letter;      /* or NUL */
    unsigned commands;
    const char *argument; /* name for the help, NULL: takes none */
    const char *help;
    bool (*set)(struct arena *arena, struct options *options, struct str value, struct error *err);
    size_t member; /* of struct options, when there is no set: a struct str, or a bool without an
                    * argument */
};

/* All options, alphabetical; ends with a NULL name. */
extern const struct option option_table[];

#endif
