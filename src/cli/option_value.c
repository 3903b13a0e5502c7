#include "cli/option_value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool option_fail_choice(struct error *err, const char *option, struct str value,
                        const struct str *names, size_t len)
{
    struct str nearest = str_nearest(value, names, len);
    if (nearest.len)
        return error_usage(err, "--%s has no value \"%.*s\"; did you mean \"%.*s\"?", option,
                           STR_ARGS(value), STR_ARGS(nearest));
    struct arena scratch = { 0 };
    struct buf all = { .arena = &scratch };
    for (size_t i = 0; i < len; i++)
        buf_format(&all, "%s%.*s", i ? ", " : "", STR_ARGS(names[i]));
    error_usage(err, "--%s takes one of %.*s, not \"%.*s\"", option, STR_ARGS(buf_str(&all)),
                STR_ARGS(value));
    arena_free(&scratch);
    return false;
}

bool option_choose(const char *option, struct str value, const struct str *names, size_t len,
                   int *index, struct error *err)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal(value, names[i])) {
            *index = (int)i;
            return true;
        }
    return option_fail_choice(err, option, value, names, len);
}

bool option_number(const char *option, struct str value, int64_t max, int64_t *number,
                   struct error *err)
{
    return (str_to_int64(value, max, number) && *number > 0) ||
           error_usage(err, "--%s takes a whole number from 1 to %" PRId64 ", not \"%.*s\"", option,
                       max, STR_ARGS(value));
}

bool option_share(struct arena *arena, struct str value, double *share)
{
    char *digits, *end;
    if (!str_ends(value, STR("%")) || value.len < 2 || value.ptr[0] < '0' || value.ptr[0] > '9')
        return false;
    digits = str_to_c(arena, str_slice(value, 0, value.len - 1));
    if (strspn(digits, "0123456789.") != value.len - 1)
        return false;
    *share = strtod(digits, &end) / 100;
    return *end == '\0' && *share <= 1;
}
