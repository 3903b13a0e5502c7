#include "input/request_json.h"

#include "base/list.h"
#include "base/utf8.h"

static struct str join_types(struct arena *arena, unsigned types)
{
    struct buf text = { .arena = arena };
    for (unsigned type = JSON_NULL; type <= JSON_OBJECT; type++)
        if (types & JSON_BIT(type) && type != JSON_NULL) {
            if (text.len)
                buf_add(&text, STR(" or "));
            buf_add(&text, str_from_c(json_type_name((enum json_type)type)));
        }
    return buf_str(&text);
}

bool request_json_expect(struct json_walk *walk, struct request *request, unsigned types,
                         const char *format, ...)
{
    enum json_type type = json_peek(walk);
    if (type == JSON_ERROR)
        return false;
    if (types & JSON_BIT(type))
        return true;
    size_t at = (size_t)(walk->text.ptr - request->entry.ptr) + walk->pos; /* may walk a slice */
    if (!json_skip(walk, NULL))
        return false; /* broken JSON is reported as that alone */
    if (request_fault_is_enough(request))
        return false;
    va_list args;
    va_start(args, format);
    struct str path = str_format_va(walk->arena, format, args);
    va_end(args);
    struct str wanted = join_types(walk->arena, types);
    request_fault(request, at, "%.*s must be %.*s, not %s", STR_ARGS(path), STR_ARGS(wanted),
                  json_type_name(type));
    return false;
}

static void read_model(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text text;
    if (!json_text(walk, &text))
        return;
    request->model = json_decode(text, arena);
    request->has_no_model = !request->model.len;
    if (!request->model.len)
        request_fault(request, text.at, "model must not be empty");
}

static void read_max_tokens(struct arena *arena, struct json_walk *walk, struct request *request)
{
    (void)arena;
    struct str raw;
    int64_t value;
    size_t at = walk->pos;
    if (!json_number(walk, &raw))
        return;
    if (!json_integer(raw, &value))
        request_fault(request, at, "max_tokens must be an integer below 2^53, not %.*s",
                      str_int_len(raw) > 40 ? 40 : str_int_len(raw), raw.ptr);
    else if (value < 0)
        request_fault(request, at, "max_tokens must not be negative, but is %.*s", STR_ARGS(raw));
    else
        request->max_tokens = value;
}

static void read_cache_control(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct cache_mark mark = { 0 };
    (void)arena;
    request_json_cache_control(walk, request, "", &mark);
    request->caches_all = mark.is_set;
    request->caches_all_1h = mark.is_1h;
    request->caches_all_at = mark.at;
}

/* What its skills add to the prompt is not known. */
static void read_container(struct arena *arena, struct json_walk *walk, struct request *request)
{
    (void)arena;
    request_add_part(request, PART_OPAQUE, STR("a container"), walk->pos);
}

static void read_inference_geo(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text text;
    (void)arena;
    if (json_text(walk, &text))
        request->is_us = json_text_is(text, STR("us"));
}

static void read_speed(struct arena *arena, struct json_walk *walk, struct request *request)
{
    static const struct str speeds[] = { STR_INIT("fast"), STR_INIT("standard") };
    struct json_text text;
    (void)arena;
    if (json_text(walk, &text) && request_json_choice(walk, request, text, "speed", speeds, 2))
        request->is_fast = json_text_is(text, speeds[0]);
}

static void read_service_tier(struct arena *arena, struct json_walk *walk, struct request *request)
{
    static const struct str tiers[] = { STR_INIT("auto"), STR_INIT("standard_only") };
    struct json_text text;
    (void)arena;
    if (json_text(walk, &text) && !request->chat.len)
        request_json_choice(walk, request, text, "service_tier", tiers, 2);
}

static void read_stop_sequences(struct arena *arena, struct json_walk *walk,
                                struct request *request)
{
    size_t index = 0;
    (void)arena;
    json_array(walk);
    while (json_element(walk))
        request_json_expect(walk, request, JSON_BIT(JSON_STRING), "stop_sequences.%zu", index++);
}

/* Values that a Message Batch refuses (build-with-claude/batch-processing, 2026-08-22). */
enum unbatchable_value {
    UNBATCHABLE_NONE,
    UNBATCHABLE_ANY, /* but null */
    UNBATCHABLE_TRUE,
    UNBATCHABLE_ACTIVE,
};

#define ANY_TYPE (~0u)

/* The body members, alphabetical: their JSON types and what is read of them. */
struct body_field {
    struct str name;
    unsigned types;
    enum unbatchable_value unbatchable;
    bool required; /* null is no value for it */
    void (*read)(struct arena *arena, struct json_walk *walk, struct request *request);
};

static const struct body_field body_fields[] = {
    { .name = STR_INIT("anthropic_beta"), .types = ANY_TYPE }, /* Bedrock's, Google's */
    { .name = STR_INIT("anthropic_version"), .types = ANY_TYPE },
    { .name = STR_INIT("cache_control"),
      .types = JSON_BIT(JSON_OBJECT),
      .read = read_cache_control },
    { .name = STR_INIT("cache_hint"), .types = ANY_TYPE, .unbatchable = UNBATCHABLE_ANY },
    { .name = STR_INIT("container"),
      .types = JSON_BIT(JSON_STRING) | JSON_BIT(JSON_OBJECT),
      .read = read_container },
    { .name = STR_INIT("context_hint"), .types = ANY_TYPE, .unbatchable = UNBATCHABLE_ANY },
    { .name = STR_INIT("context_management"),
      .types = JSON_BIT(JSON_OBJECT),
      .read = request_read_edits },
    { .name = STR_INIT("inference_geo"),
      .types = JSON_BIT(JSON_STRING),
      .read = read_inference_geo },
    { .name = STR_INIT("max_tokens"),
      .types = JSON_BIT(JSON_NUMBER),
      .required = true,
      .read = read_max_tokens },
    { .name = STR_INIT("mcp_servers"),
      .types = JSON_BIT(JSON_ARRAY),
      .read = request_read_mcp_servers },
    { .name = STR_INIT("messages"),
      .types = JSON_BIT(JSON_ARRAY),
      .required = true,
      .read = request_read_messages },
    { .name = STR_INIT("metadata"), .types = JSON_BIT(JSON_OBJECT), .read = request_read_metadata },
    { .name = STR_INIT("model"),
      .types = JSON_BIT(JSON_STRING),
      .required = true,
      .read = read_model },
    { .name = STR_INIT("output_config"),
      .types = JSON_BIT(JSON_OBJECT),
      .read = request_read_output },
    { .name = STR_INIT("output_format"),
      .types = JSON_BIT(JSON_OBJECT),
      .read = request_read_output_format },
    { .name = STR_INIT("previous_thread_event_id"),
      .types = ANY_TYPE,
      .unbatchable = UNBATCHABLE_ANY },
    { .name = STR_INIT("research_preview_2026_02"),
      .types = ANY_TYPE,
      .unbatchable = UNBATCHABLE_ACTIVE },
    { .name = STR_INIT("service_tier"), .types = JSON_BIT(JSON_STRING), .read = read_service_tier },
    { .name = STR_INIT("speed"),
      .types = JSON_BIT(JSON_STRING),
      .unbatchable = UNBATCHABLE_ANY,
      .read = read_speed },
    { .name = STR_INIT("stop_sequences"),
      .types = JSON_BIT(JSON_ARRAY),
      .read = read_stop_sequences },
    { .name = STR_INIT("store"), .types = ANY_TYPE, .unbatchable = UNBATCHABLE_ANY },
    { .name = STR_INIT("stream"), .types = JSON_BIT(JSON_BOOL), .unbatchable = UNBATCHABLE_TRUE },
    { .name = STR_INIT("system"),
      .types = JSON_BIT(JSON_STRING) | JSON_BIT(JSON_ARRAY),
      .read = request_read_system },
    { .name = STR_INIT("temperature"), .types = JSON_BIT(JSON_NUMBER) },
    { .name = STR_INIT("thinking"), .types = JSON_BIT(JSON_OBJECT), .read = request_read_thinking },
    { .name = STR_INIT("tool_choice"),
      .types = JSON_BIT(JSON_OBJECT),
      .read = request_read_tool_choice },
    { .name = STR_INIT("tools"), .types = JSON_BIT(JSON_ARRAY), .read = request_read_tools },
    { .name = STR_INIT("top_k"), .types = JSON_BIT(JSON_NUMBER) },
    { .name = STR_INIT("top_p"), .types = JSON_BIT(JSON_NUMBER) },
    { .name = STR_INIT("transformations"), .types = ANY_TYPE },
    { .name = STR_INIT("user_profile_id"), .types = ANY_TYPE },
};

static const struct body_field *find_field(struct json_text key)
{
    for (size_t i = 0; i < sizeof body_fields / sizeof body_fields[0]; i++)
        if (json_text_is(key, body_fields[i].name))
            return &body_fields[i];
    return NULL;
}

struct str request_member_slip(struct str name)
{
    struct str names[sizeof body_fields / sizeof body_fields[0]];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        names[i] = body_fields[i].name;
    return str_slip(name, names, sizeof names / sizeof names[0]);
}

/* Whether a batch refuses the value, which the walk is before. */
static bool is_unbatchable(struct json_walk *walk, enum unbatchable_value unbatchable)
{
    bool is_true = false;
    struct json_text text;
    if (unbatchable == UNBATCHABLE_TRUE)
        return json_bool(walk, &is_true) && is_true;
    if (unbatchable == UNBATCHABLE_ACTIVE)
        return json_text(walk, &text) && json_text_is(text, STR("active"));
    return unbatchable == UNBATCHABLE_ANY && json_peek(walk) != JSON_NULL;
}

static void note_unbatchable(struct json_walk *walk, struct request *request,
                             const struct body_field *field)
{
    static const char *const values[] = {
        [UNBATCHABLE_NONE] = NULL,
        [UNBATCHABLE_ANY] = NULL,
        [UNBATCHABLE_TRUE] = "true",
        [UNBATCHABLE_ACTIVE] = "\"active\"",
    };
    size_t at = walk->pos;
    if (is_unbatchable(walk, field->unbatchable) && request->unbatchable_len < UNBATCHABLE_MAX)
        request->unbatchable[request->unbatchable_len++] =
            (struct unbatchable){ field->name, values[field->unbatchable], at };
}

static bool read_field(struct arena *arena, struct json_walk *walk, struct request *request,
                       const struct body_field *field)
{
    unsigned types = field->types | (field->required ? 0 : JSON_BIT(JSON_NULL));
    if (str_equal(field->name, STR("model")))
        request->model_at = walk->pos;
    else if (str_equal(field->name, STR("max_tokens")))
        request->max_tokens_at = walk->pos;
    bool has_type = request_json_expect(walk, request, types, "%s", field->name.ptr);
    request->has_no_model |= !has_type && str_equal(field->name, STR("model"));
    if (has_type && field->unbatchable)
        note_unbatchable(walk, request, field);
    if (has_type && field->read && json_peek(walk) != JSON_NULL)
        field->read(arena, walk, request);
    return str_equal(field->name, STR("messages"));
}

/* Whether it was the messages. */
static bool read_member(struct arena *arena, struct json_walk *walk, struct request *request,
                        struct json_text key)
{
    json_peek(walk);
    size_t start = walk->pos;
    const struct body_field *field = find_field(key);
    bool is_messages = field && read_field(arena, walk, request, field);
    if (walk->value_pending)
        json_skip(walk, NULL);
    request->unknown_len += !field;
    if (!field && request->unknown_len > REQUEST_UNKNOWN_MAX) {
        request->more_unknown++;
        return false;
    }
    *LIST_PUSH(&request->members) = (struct request_member){
        .name = json_decode(key, arena),
        .value = str_slice(walk->text, start, walk->pos),
        .at = key.at,
        .is_known = field != NULL,
    };
    return is_messages;
}

/* What the API takes of images depends on how many there are. */
static void check_images(struct request *request)
{
    const struct manifest_limits *limits = request->limits;
    const size_t limit = limits ? limits->image_base64_max : 0;
    const size_t images_len =
        request->images_len + (limits && limits->documents_are_images ? request->documents_len : 0);
    struct error err = { 0 };
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind != PART_IMAGE || !part->image)
            continue;
        if (!media_limits_check(part->image, images_len, &err))
            request_fault(request, part->at, "%s", err.text);
        else if (limit && part->image->base64_size > limit)
            request_fault(request, part->at,
                          "an image of %zu bytes of base64: %zu are the most in %s",
                          part->image->base64_size, limit, request->limits->name);
    }
}

void request_json_read(struct arena *arena, struct json_walk *walk, struct request *request)
{
    bool has_messages = false;
    struct json_text key;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "a request")) {
        request->unreadable = true;
        return;
    }
    size_t start = walk->pos, spaces = walk->spaces;
    request->members = (struct request_members){ .arena = arena };
    json_object(walk);
    while (json_member(walk, &key))
        has_messages |= read_member(arena, walk, request, key);
    if (walk->problem)
        return;
    request->body = str_slice(request->entry, start, walk->pos);
    request->size_bytes = request->body.len - (walk->spaces - spaces);
    if (!has_messages)
        request_fault(request, start, "the request has no messages");
    check_images(request);
}

void request_json_finish(struct json_walk *walk, struct request *request)
{
    request->entry_size_bytes = request->entry.len;
    if (json_finish(walk))
        request->entry_size_bytes -= walk->spaces;
    if (walk->problem) {
        request->unreadable = true;
        struct str name = utf8_printable(walk->arena, walk->problem_name, 80);
        if (name.len)
            request_fault(request, walk->problem_at, "not valid JSON: %s \"%.*s\"", walk->problem,
                          STR_ARGS(name));
        else
            request_fault(request, walk->problem_at, "not valid JSON: %s", walk->problem);
    } else if (walk->lone_surrogate_at != JSON_NOWHERE) {
        request_fault(
            request, walk->lone_surrogate_at,
            "an escape is half of a surrogate pair, which is no character: the API refuses "
            "the body");
    }
}
