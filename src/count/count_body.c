#include "count/count_body.h"

#include "base/utf8.h"
#include "json/walk.h"

/* What the endpoint takes (api/messages/count_tokens, 2026-08-22; token counting, 2026-09-26);
 * mcp_servers is in the SDKs' types, but refused. */
struct count_field {
    struct str name;
    bool is_beta;
};

static const struct count_field count_fields[] = {
    { .name = STR_INIT("cache_control") },
    { .name = STR_INIT("context_management"), .is_beta = true },
    { .name = STR_INIT("messages") },
    { .name = STR_INIT("model") },
    { .name = STR_INIT("output_config") },
    { .name = STR_INIT("output_format"), .is_beta = true },
    { .name = STR_INIT("speed"), .is_beta = true },
    { .name = STR_INIT("system") },
    { .name = STR_INIT("thinking") },
    { .name = STR_INIT("tool_choice") },
    { .name = STR_INIT("tools") },
};

static const struct count_field *find_field(struct json_text key, bool has_betas)
{
    for (size_t i = 0; i < sizeof count_fields / sizeof count_fields[0]; i++)
        if (json_text_is(key, count_fields[i].name))
            return has_betas || !count_fields[i].is_beta ? &count_fields[i] : NULL;
    return NULL;
}

static void add_key(struct buf *body, struct str name)
{
    buf_add_char(body, body->len ? ',' : '{');
    buf_format(body, "\"%.*s\":", STR_ARGS(name));
}

/* The character at text[at], which cannot stand in a JSON string as it is. */
static void add_escape(struct buf *body, unsigned char c)
{
    static const char short_escapes[128] = {
        ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\',
    };
    if (c >= 0x80)
        buf_add(body, STR("\xEF\xBF\xBD"));
    else if (short_escapes[c])
        buf_format(body, "\\%c", short_escapes[c]);
    else
        buf_format(body, "\\u%04x", c);
}

/* The text as a JSON string, with U+FFFD where the offline tokenizer counts one (count/offline/
 * changes.h): the API must count the same text. Not by json/write: a stream can fail, memory of the
 * arena cannot. */
static void add_string(struct buf *body, struct str text)
{
    size_t from = 0, at = 0;
    buf_add_char(body, '"');
    while (at < text.len) {
        unsigned char c = (unsigned char)text.ptr[at];
        const size_t len = utf8_char_len(text, at);
        const size_t step = len ? len : utf8_invalid_len(text, at);
        if (!len || c < 0x20 || c == '"' || c == '\\') {
            buf_add(body, str_slice(text, from, at));
            add_escape(body, c);
            from = at + step;
        }
        at += step;
    }
    buf_add(body, str_slice(text, from, text.len));
    buf_add_char(body, '"');
}

static void add_user_message(struct buf *body, struct str text)
{
    add_key(body, STR("messages"));
    buf_add(body, STR("[{\"role\":\"user\",\"content\":"));
    add_string(body, text);
    buf_add(body, STR("}]"));
}

static void add_prompt(struct buf *body, const struct request *request)
{
    add_key(body, STR("model"));
    add_string(body, request->model);
    if (request->role == ROLE_SYSTEM) {
        add_key(body, STR("system"));
        add_string(body, request->body);
        add_user_message(body, STR("."));
    } else {
        add_user_message(body, request->body);
    }
}

static void add_fields(struct buf *body, const struct request *request, bool has_betas)
{
    struct json_walk walk;
    struct json_text key;
    struct str value;
    bool has_model = false;
    json_walk_init(&walk, request->body, body->arena);
    if (json_object(&walk))
        while (json_member(&walk, &key)) {
            const struct count_field *field = find_field(key, has_betas);
            if (!field || !json_skip(&walk, &value))
                continue;
            add_key(body, field->name);
            buf_add(body, value);
            has_model |= str_equal(field->name, STR("model"));
        }
    if (!has_model) {
        add_key(body, STR("model"));
        add_string(body, request->model);
    }
}

struct str count_body(struct arena *arena, const struct request *request, struct str betas)
{
    struct buf body = { .arena = arena };
    if (request->is_prompt)
        add_prompt(&body, request);
    else
        add_fields(&body, request, betas.len > 0);
    buf_add_char(&body, '}');
    return buf_str(&body);
}
