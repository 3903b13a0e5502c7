#ifndef TOKGATE_COUNT_OFFLINE_KNOWN_TOOLS_H
#define TOKGATE_COUNT_OFFLINE_KNOWN_TOOLS_H

/*
 * What tool definitions cost, remembered: the requests of a manifest mostly have the same ones,
 * which would be parsed, sorted and written out for each. Not thread safe.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "catalog/catalog.h"

/* Longer ones are not remembered; of so many at a time, each has one place where it may be. */
enum { KNOWN_TOOL_SIZE_MAX = 16 * 1024, KNOWN_TOOLS_LEN = 64 };

/* What a definition adds to a prompt. */
struct tool_cost {
    int64_t text_tokens, tokens, less, more;
};

struct known_tool {
    const struct profile *profile; /* NULL: none */
    struct buf text;
    struct tool_cost cost;
};

struct known_tools {
    struct arena *arena; /* keeps copies of the definitions */
    struct known_tool items[KNOWN_TOOLS_LEN];
};

/* The cost of a definition, by its JSON as it stands in the request, under a profile; or NULL. */
const struct tool_cost *known_tools_find(const struct known_tools *known,
                                         const struct profile *profile, struct str text);

/* Remembers it; another one may be forgotten for it. */
void known_tools_keep(struct known_tools *known, const struct profile *profile, struct str text,
                      const struct tool_cost *cost);

#endif
