#include "count/offline/known_tools.h"

#include "base/fingerprint.h"

/* Requests for several models take turns in a manifest. */
static size_t place_of(const struct profile *profile, struct str text)
{
    const size_t number = (size_t)((uintptr_t)profile / sizeof *profile);
    return (size_t)((fingerprint(text) + number) % KNOWN_TOOLS_LEN);
}

const struct tool_cost *known_tools_find(const struct known_tools *known,
                                         const struct profile *profile, struct str text)
{
    const struct known_tool *tool = &known->items[place_of(profile, text)];
    const bool is_same = tool->profile == profile && str_equal(buf_str(&tool->text), text);
    return is_same ? &tool->cost : NULL;
}

void known_tools_keep(struct known_tools *known, const struct profile *profile, struct str text,
                      const struct tool_cost *cost)
{
    struct known_tool *tool = &known->items[place_of(profile, text)];
    if (text.len > KNOWN_TOOL_SIZE_MAX)
        return;
    tool->profile = profile;
    tool->cost = *cost;
    tool->text.arena = known->arena;
    tool->text.len = 0; /* what it grew to is room for others */
    buf_add(&tool->text, text);
}
