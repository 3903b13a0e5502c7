#include "check/config.h"

#include "base/list.h"
#include "base/utf8.h"

struct origin config_origin(const struct config *config, size_t at)
{
    return (struct origin){ config->path, locate((struct place){ 1, 1 }, config->text, at) };
}

bool config_fail(const struct config *config, size_t at, struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str message = str_format_va(config->arena, format, args);
    va_end(args);
    struct place place = config_origin(config, at).place;
    return error_usage(err, "%.*s:%zu:%zu: %.*s", STR_ARGS(config->path), place.line, place.column,
                       STR_ARGS(message));
}

bool config_fail_name(const struct config *config, size_t at, struct error *err, const char *what,
                      struct str name, const struct str *valid, size_t len)
{
    struct str shown = utf8_printable(config->arena, name, 80);
    struct str nearest = str_nearest(name, valid, len);
    if (nearest.len)
        return config_fail(config, at, err, "%s \"%.*s\"; did you mean \"%.*s\"?", what,
                           STR_ARGS(shown), STR_ARGS(nearest));
    struct buf all = { .arena = config->arena };
    for (size_t i = 0; i < len; i++)
        buf_format(&all, "%s%.*s", i ? ", " : "", STR_ARGS(valid[i]));
    return config_fail(config, at, err, "%s \"%.*s\"; there are: %.*s", what, STR_ARGS(shown),
                       STR_ARGS(buf_str(&all)));
}

const struct json_node *config_parse(const struct config *config, struct error *err)
{
    struct str text;
    size_t at = 0;
    struct json_problem problem = { 0 };
    const struct json_node *root = NULL;
    if (!json_blank_comments(config->arena, config->text, &text, &at))
        config_fail(config, at, err, "a comment is not closed");
    else if (str_starts(text, STR("\xEF\xBB\xBF")))
        config_fail(config, 0, err, "starts with a byte order mark: save it without one");
    else if (!(root = json_parse(config->arena, text, &problem)))
        config_fail(config, problem.at, err, "not valid JSON: %s%s%.*s%s", problem.text,
                    problem.name.len ? " \"" : "", STR_ARGS(problem.name),
                    problem.name.len ? "\"" : "");
    return root;
}

static struct str type_names(struct arena *arena, unsigned types)
{
    struct buf text = { .arena = arena };
    for (unsigned type = JSON_NULL; type <= JSON_OBJECT; type++)
        if (types & JSON_BIT(type))
            buf_format(&text, "%s%s", text.len ? " or " : "", json_type_name((enum json_type)type));
    return buf_str(&text);
}

static bool read_member(struct config *config, const struct json_node *node, const char *what,
                        const struct config_field *fields, size_t len, void *target,
                        struct error *err)
{
    struct strs names = { .arena = config->arena };
    for (size_t i = 0; i < len; i++) {
        if (!str_equal_c(node->name, fields[i].name)) {
            *LIST_PUSH(&names) = str_from_c(fields[i].name);
            continue;
        }
        struct str wanted = type_names(config->arena, fields[i].types);
        if (!(fields[i].types & JSON_BIT(node->type)))
            return config_fail(config, node->at, err, "\"%s\" must be %.*s, not %s", fields[i].name,
                               STR_ARGS(wanted), json_type_name(node->type));
        return !fields[i].read || fields[i].read(config, node, target, err);
    }
    struct str phrase = str_format(config->arena, "%s has no key", what);
    return config_fail_name(config, node->name_at, err, phrase.ptr, node->name, names.items,
                            names.len);
}

bool config_read(struct config *config, const struct json_node *object, const char *what,
                 const struct config_field *fields, size_t len, void *target, struct error *err)
{
    if (object->type != JSON_OBJECT)
        return config_fail(config, object->at, err, "%s must be an object, not %s", what,
                           json_type_name(object->type));
    for (const struct json_node *node = object->first; node; node = node->next)
        if (!read_member(config, node, what, fields, len, target, err))
            return false;
    return true;
}
