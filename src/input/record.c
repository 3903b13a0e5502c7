#include "input/record.h"

#include "base/utf8.h"
#include "input/manifest.h"

static void read_id(struct arena *arena, struct json_walk *walk, struct request *request)
{
    const char *name = request->limits->id_name;
    struct json_text text;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_STRING), "%s", name) ||
        !json_text(walk, &text))
        return;
    request->custom_id = json_decode(text, arena);
    request->custom_id_at = text.at;
}

static void read_text(struct json_walk *walk, struct request *request, const char *name,
                      struct json_text *text)
{
    if (request_json_expect(walk, request, JSON_BIT(JSON_STRING), "%s", name))
        json_text(walk, text);
}

static void read_body(struct json_walk *walk, struct record *record)
{
    record->body_type = json_peek(walk);
    record->body_at = walk->pos;
    json_skip(walk, &record->body);
}

bool record_read(struct arena *arena, struct request *request, const char *body_name,
                 struct record *record)
{
    const struct manifest_limits *limits = request->limits;
    struct json_walk walking, *walk = &walking;
    struct json_text key;
    bool has_id = false;
    const char *other = NULL;
    *record = (struct record){ 0 };
    json_walk_init(walk, request->entry, arena);
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "a record of a batch") &&
        !walk->problem) {
        request->unreadable = true;
        return false;
    }
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, str_from_c(limits->id_name))) {
            has_id = true;
            read_id(arena, walk, request);
        } else if (json_text_is(key, str_from_c(body_name))) {
            read_body(walk, record);
        } else if (json_text_is(key, STR("method"))) {
            read_text(walk, request, "method", &record->method);
        } else if (json_text_is(key, STR("url"))) {
            read_text(walk, request, "url", &record->url);
        } else if (!other) {
            other = manifest_other(key);
        }
    }
    if (!walk->problem && !has_id && limits->id_required)
        request_fault(request, 0, "the record has no %s", limits->id_name);
    if (!walk->problem && !record->body.len)
        request_fault(request, 0, "the record has no %s%s%s", body_name, other ? ": " : "",
                      other ? other : "");
    else if (!walk->problem && record->body_type != JSON_OBJECT)
        request_fault(request, record->body_at, "%s must be an object, not %s", body_name,
                      json_type_name(record->body_type));
    request->unreadable |= record->body_type != JSON_OBJECT;
    request_json_finish(walk, request);
    return !request->unreadable;
}

static const char *other_name(const struct record_form *form, const struct shape *shape)
{
    for (const struct record_other *other = form->others; other->spec; other++)
        if (shape_is(shape, other->spec))
            return other->name;
    return NULL;
}

/* Claude's bodies are known by their version; without it, by what no other model's have. */
static void check_version(struct arena *arena, struct request *request,
                          const struct record_form *form, const struct record *record,
                          const struct shape *shape)
{
    const struct shape_fact *version = shape_find(shape, STR("anthropic_version"));
    if (!version) {
        request_fault(request, record->body_at,
                      "%s has no anthropic_version, which %s requires for Claude: \"%s\"",
                      form->body_name, form->vendor, form->version);
    } else if (version->type != JSON_STRING || !str_equal_c(version->value, form->version)) {
        struct str value = utf8_printable(arena, version->value, 60);
        request_fault(request, record->body_at + version->at,
                      "anthropic_version must be \"%s\"%s%.*s%s", form->version,
                      value.len ? ", not \"" : "", STR_ARGS(value), value.len ? "\"" : "");
    }
}

void record_parse(struct arena *arena, struct request *request, const struct record_form *form)
{
    struct record record;
    if (!record_read(arena, request, form->body_name, &record))
        return;
    struct shape shape;
    shape_read(record.body, &shape);
    const char *other = other_name(form, &shape);
    if (other) {
        request->other = str_from_c(other);
        return;
    }
    check_version(arena, request, form, &record, &shape);
    struct json_walk walking, *walk = &walking;
    json_walk_init(walk, str_slice(request->entry, 0, record.body_at + record.body.len), arena);
    walk->pos = record.body_at; /* offsets are those of the entry */
    walk->is_checked = true;
    request_json_read(arena, walk, request);
}
