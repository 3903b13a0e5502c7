#include "catalog/facts.h"

static const struct fact *at(uint32_t index)
{
    return index ? &embedded_facts[index] : NULL;
}

const struct fact *fact_file(const char *name)
{
    return fact_get(&embedded_facts[0], name);
}

const struct fact *fact_get(const struct fact *object, const char *name)
{
    const struct str wanted = str_from_c(name); /* measured once, not for every member */
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (const struct fact *fact = fact_first(object); fact; fact = fact_next(fact))
        if (str_equal(fact_name(fact), wanted))
            return fact;
    return NULL;
}

const struct fact *fact_first(const struct fact *list)
{
    return list ? at(list->first) : NULL;
}

const struct fact *fact_next(const struct fact *fact)
{
    return at(fact->next);
}

struct str fact_name(const struct fact *fact)
{
    return (struct str){ embedded_texts + fact->name, fact->name_len };
}

struct str fact_string(const struct fact *fact)
{
    return fact->type == JSON_STRING ? (struct str){ embedded_texts + fact->text, fact->text_len }
                                     : (struct str){ 0 };
}

struct str fact_text(const struct fact *object, const char *name)
{
    const struct fact *fact = fact_get(object, name);
    return fact ? fact_string(fact) : (struct str){ 0 };
}

int64_t fact_integer(const struct fact *object, const char *name, int64_t fallback)
{
    const struct fact *fact = fact_get(object, name);
    return fact && fact->type == JSON_NUMBER ? (int64_t)fact->number : fallback;
}

double fact_double(const struct fact *object, const char *name, double fallback)
{
    const struct fact *fact = fact_get(object, name);
    return fact && fact->type == JSON_NUMBER ? fact->number : fallback;
}

bool fact_bool(const struct fact *object, const char *name, bool fallback)
{
    const struct fact *fact = fact_get(object, name);
    return fact && fact->type == JSON_BOOL ? fact->is_true : fallback;
}

/* Where the name is in the list, looked for from there on and around; len: nowhere. */
static size_t find_member(const struct fact_member *members, size_t len, size_t from,
                          struct str name)
{
    for (size_t i = from; i < len; i++)
        if (str_equal(members[i].name, name))
            return i;
    for (size_t i = 0; i < from; i++)
        if (str_equal(members[i].name, name))
            return i;
    return len;
}

void fact_read(const struct fact *object, const struct fact_member *members, size_t len, void *into)
{
    size_t from = 0;
    for (const struct fact *fact = fact_first(object); fact; fact = fact_next(fact)) {
        const size_t found = find_member(members, len, from, fact_name(fact));
        if (found == len)
            continue;
        members[found].read(fact, (char *)into + members[found].offset);
        from = found + 1;
    }
}
