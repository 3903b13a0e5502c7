#include "cli/others.h"

void others_add(struct others *others, struct arena *arena, const struct request *request)
{
    if (!others->len++)
        others->first = request->start;
    for (size_t i = 0; i < others->names_len; i++)
        if (str_equal(others->names[i], request->other))
            return;
    if (others->names_len == OTHERS_NAMED_MAX)
        others->has_more_names = true;
    else
        others->names[others->names_len++] = str_copy(arena, request->other);
}

struct str others_text(struct arena *arena, const struct others *others, bool are_all)
{
    struct buf text = { .arena = arena };
    bool is_one = others->len == 1;
    if (are_all && is_one)
        buf_add(&text, STR("nothing to check: the only record is not for Claude ("));
    else if (are_all)
        buf_format(&text, "nothing to check: none of the %zu records is for Claude (", others->len);
    else
        buf_format(&text, "%zu record%s not for Claude (", others->len, is_one ? " is" : "s are");
    for (size_t i = 0; i < others->names_len; i++)
        buf_format(&text, "%s%.*s", i ? ", " : "", STR_ARGS(others->names[i]));
    if (others->has_more_names)
        buf_add(&text, STR(" and others"));
    buf_add_char(&text, ')');
    if (!are_all)
        buf_format(&text, ": not counted%s", is_one ? "" : ", the first is this one");
    return buf_str(&text);
}
