#include "check/parameter.h"

#include "base/utf8.h"
#include "json/walk.h"

/* The walk is before the value; text: what it walks over, in the entry. */
static bool read_value(const struct subject *subject, struct json_walk *walk,
                       struct parameter *parameter)
{
    const size_t base = (size_t)(walk->text.ptr - subject->request->entry.ptr);
    struct json_text text;
    parameter->type = json_peek(walk);
    const size_t start = walk->pos;
    parameter->at = base + start;
    if (parameter->type == JSON_STRING && json_text(walk, &text))
        parameter->text = json_decode(text, subject->arena);
    else
        json_skip(walk, NULL);
    parameter->raw = str_slice(walk->text, start, walk->pos);
    return parameter->type != JSON_NULL && parameter->type != JSON_ERROR;
}

bool parameter_find(const struct subject *subject, struct str name, struct str inner,
                    struct parameter *parameter)
{
    const struct request_member *member = request_member(subject->request, name);
    struct json_walk walk;
    struct json_text key;
    *parameter = (struct parameter){ .type = JSON_ERROR };
    if (!member)
        return false;
    json_walk_init(&walk, member->value, subject->arena);
    if (!inner.len)
        return read_value(subject, &walk, parameter);
    if (json_object(&walk))
        while (json_member(&walk, &key))
            if (json_text_is(key, inner))
                return read_value(subject, &walk, parameter);
    return false;
}

bool parameter_is(const struct parameter *parameter, struct str text)
{
    return parameter->type == JSON_STRING && str_equal(parameter->text, text);
}

struct str parameter_shown(const struct subject *subject, const struct parameter *parameter)
{
    return utf8_printable(subject->arena, parameter->text, 60);
}
