/* Members of a line, and their values. */
#include "plan/result_reading.h"

#include "base/utf8.h"

void result_fail(struct result_reading *reading, size_t at, struct str text)
{
    if (reading->problem->text.len || reading->walk->problem)
        return;
    reading->problem->text = text;
    reading->problem->at = at;
}

bool result_expect(struct result_reading *reading, enum json_type type, const char *what)
{
    enum json_type found = json_peek(reading->walk);
    if (found == type)
        return true;
    if (found != JSON_NULL && found != JSON_ERROR)
        result_fail(reading, reading->walk->pos,
                    str_format(reading->arena, "%s must be %s, not %s", what, json_type_name(type),
                               json_type_name(found)));
    json_skip(reading->walk, NULL);
    return false;
}

bool result_take_text(struct result_reading *reading, const char *what, struct str *into)
{
    struct json_text text;
    if (!result_expect(reading, JSON_STRING, what) || !json_text(reading->walk, &text))
        return false;
    *into = json_decode(text, reading->arena);
    return true;
}

void result_take_tokens(struct result_reading *reading, const char *what, int64_t *into)
{
    struct str raw;
    size_t at = reading->walk->pos;
    int64_t tokens = 0;
    if (!result_expect(reading, JSON_NUMBER, what) || !json_number(reading->walk, &raw))
        return;
    if (json_integer(raw, &tokens) && tokens >= 0)
        *into = tokens;
    else
        result_fail(reading, at,
                    str_format(reading->arena, "%s must be a whole number of tokens, not %.*s",
                               what, STR_ARGS(utf8_head(raw, 40))));
}

void result_read_members(struct result_reading *reading, const struct result_member *members)
{
    struct json_text key;
    if (!json_object(reading->walk))
        return;
    while (json_member(reading->walk, &key))
        for (const struct result_member *member = members; member->read; member++)
            if (json_text_is(key, member->name)) {
                json_peek(reading->walk); /* pos is at the value */
                member->read(reading);
                break;
            }
}
