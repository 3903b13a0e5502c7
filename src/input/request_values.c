/* Values that are one of a few, and cache_control, which stands in many places. */
#include "base/list.h"
#include "base/utf8.h"
#include "input/request_json.h"

/* The walk may be one over a slice of the entry. */
static size_t offset_of(const struct json_walk *walk, const struct request *request)
{
    return (size_t)(walk->text.ptr - request->entry.ptr);
}

bool request_json_choice(struct json_walk *walk, struct request *request, struct json_text text,
                         const char *what, const struct str *names, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (json_text_is(text, names[i]))
            return true;
    const size_t at = offset_of(walk, request) + text.at;
    const struct str value = json_decode(text, walk->arena);
    const struct str shown = utf8_printable(walk->arena, value, 60);
    const struct str near = str_slip(value, names, len);
    if (near.len)
        request_fault(request, at, "%s is \"%.*s\", which is not known; did you mean \"%.*s\"?",
                      what, STR_ARGS(shown), STR_ARGS(near));
    else if (!value.len)
        request_fault(request, at, "%s is empty", what);
    else
        request_doubt(request, at, "%s is \"%.*s\", which is not known", what, STR_ARGS(shown));
    return false;
}

/* A string member that is one of the names; what: "tools.0.cache_control.type". */
static bool read_choice(struct json_walk *walk, struct request *request, const char *path,
                        const char *name, const struct str *names, size_t len,
                        struct json_text *text)
{
    const char *what = *path ? str_format(walk->arena, "%s: %s", path, name).ptr : name;
    return request_json_expect(walk, request, JSON_BIT(JSON_STRING), "%s", what) &&
           json_text(walk, text) && request_json_choice(walk, request, *text, what, names, len);
}

void request_json_cache_control(struct json_walk *walk, struct request *request, const char *path,
                                struct cache_mark *mark)
{
    static const struct str types[] = { STR_INIT("ephemeral") };
    static const struct str ttls[] = { STR_INIT("1h"), STR_INIT("5m") };
    struct json_text key, text;
    bool has_type = false;
    *mark = (struct cache_mark){ .at = offset_of(walk, request) + walk->pos };
    if (json_peek(walk) == JSON_NULL ||
        !request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "%s%scache_control", path,
                             *path ? ": " : ""))
        return;
    mark->at = offset_of(walk, request) + walk->pos;
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("ttl")) && json_peek(walk) != JSON_NULL)
            mark->is_1h = read_choice(walk, request, path, "cache_control.ttl", ttls, 2, &text) &&
                          json_text_is(text, ttls[0]);
        else if (json_text_is(key, STR("type"))) {
            has_type = true;
            read_choice(walk, request, path, "cache_control.type", types, 1, &text);
        }
    }
    mark->is_set = true;
    if (!has_type && !walk->problem)
        request_fault(request, mark->at, "%s%scache_control has no type", path, *path ? ": " : "");
}

void request_json_add_breakpoint(struct request *request, const struct cache_mark *mark,
                                 enum request_section section, const char *holder)
{
    request->cache_points.arena = request->faults.arena;
    if (mark->is_set)
        *LIST_PUSH(&request->cache_points) = (struct cache_point){
            .at = mark->at, .section = section, .is_1h = mark->is_1h, .holder = holder
        };
}

bool request_is_id(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return false;
    }
    return true;
}

void request_json_stray(struct arena *arena, struct request *request, const char *holder,
                        struct json_text key, const struct str *names, size_t len)
{
    struct stray stray = { .holder = holder, .at = key.at };
    for (size_t i = 0; i < len; i++)
        if (json_text_is(key, names[i]))
            return;
    if (request->chat.len)
        return; /* a body of another API stands for the request */
    stray.name = json_decode(key, arena);
    if (request->strays.len < STRAYS_MAX)
        stray.near = str_slip(stray.name, names, len);
    request_add_stray(arena, request, &stray);
}
