#include "cli/item.h"

#include "cli/correct.h"

enum { VARIABLE_LEN_MAX = 128 };

static int64_t declared_tokens(const struct settings *settings, struct str name)
{
    for (size_t i = 0; i < settings->variables_len; i++)
        if (str_equal(settings->variables[i].name, name))
            return settings->variables[i].max_tokens;
    return 0;
}

int64_t item_variable_tokens(const struct request *request, const struct settings *settings)
{
    int64_t tokens = 0;
    struct str text = request->body;
    if (!request->is_prompt || !settings->variables_len)
        return 0;
    for (size_t at = str_find(text, '{', 0); at < text.len;) {
        size_t start = ++at;
        while (at < text.len && at - start < VARIABLE_LEN_MAX && text.ptr[at] != '{' &&
               text.ptr[at] != '}')
            at++;
        if (at < text.len && text.ptr[at] == '}')
            tokens =
                count_sum(tokens, declared_tokens(settings, str_trim(str_slice(text, start, at))));
        at = str_find(text, '{', at);
    }
    return tokens;
}

void item_count(struct workshop *workshop, size_t worker, struct chunk *chunk, struct item *item)
{
    struct offline **offline = &workshop->offline[worker];
    if (!*offline)
        *offline = offline_open(&workshop->counter_options);
    offline_count(*offline, &chunk->arena, &item->request, workshop->checker->catalog,
                  &item->count);
    correct_item(workshop->correcting, workshop->checker->catalog, item);
    count_add(&item->count, item_variable_tokens(&item->request, item->from->settings));
    item->state = ITEM_COUNTED;
}

void item_check(struct workshop *workshop, struct chunk *chunk, struct item *item)
{
    struct subject subject = check_subject(workshop->checker, &item->request, &item->count,
                                           item->from->settings, &chunk->arena);
    item->waived = 0;
    if (workshop->runs_rules)
        check_request(workshop->checker, &subject, &chunk->findings, &item->waived);
    else
        check_faults(&subject, &chunk->findings);
}

bool item_is_countable(const struct item *item)
{
    const struct parts *parts = &item->request.parts;
    if (item->request.unreadable || item->request.faults.len)
        return false;
    for (size_t i = 0; i < parts->len; i++)
        if (parts->items[i].kind == PART_UNCOUNTABLE)
            return false;
    return true;
}
