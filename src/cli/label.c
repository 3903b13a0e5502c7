#include "cli/label.h"

#include "cli/options.h"

enum { STEPS_MAX = 100000 };

bool label_compile(const struct run *run, struct regex **pattern, struct error *err)
{
    struct error cause = { 0 };
    *pattern = NULL;
    return !run->options->label.len ||
           regex_compile(run->arena, run->options->label, REGEX_CHARACTERS, STEPS_MAX, pattern,
                         &cause) ||
           error_because(err, &cause, "--label: %s", cause.text);
}

struct str label_by_pattern(void *pattern, struct str id)
{
    struct str label;
    return regex_find(pattern, id, &label) == REGEX_YES ? label : STR("(no match)");
}
