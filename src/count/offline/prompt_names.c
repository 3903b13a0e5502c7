/* Parts by name: calls by their id, tools by theirs. */
#include <stdlib.h>

#include "count/offline/prompt.h"

static int by_name(const void *a, const void *b)
{
    const struct prompt_name *first = a, *second = b;
    const int order = str_compare(first->name, second->name);
    return order ? order : (first->index > second->index) - (first->index < second->index);
}

struct prompt_names prompt_names_of(const struct prompt *prompt, enum part_kind kind)
{
    const struct parts *parts = &prompt->request->parts;
    struct prompt_names names = { 0 };
    for (size_t i = 0; i < parts->len; i++)
        names.len += parts->items[i].kind == kind;
    names.items = ARENA_ARRAY(prompt->arena, struct prompt_name, names.len);
    names.len = 0;
    for (size_t i = 0; i < parts->len; i++) {
        const struct part *part = &parts->items[i];
        if (part->kind != kind)
            continue;
        names.items[names.len++] =
            (struct prompt_name){ .name = kind == PART_TOOL_USE ? part->id : part->name,
                                  .index = i };
    }
    qsort(names.items, names.len, sizeof *names.items, by_name);
    return names;
}

const struct prompt_name *prompt_names_find(const struct prompt_names *names, struct str name,
                                            size_t before)
{
    size_t low = 0, high = names->len; /* where the first would be that is not before */
    const struct prompt_name wanted = { .name = name, .index = before };
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (by_name(&names->items[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || !str_equal(names->items[low - 1].name, name))
        return NULL;
    return &names->items[low - 1];
}
