#include "count/count_body.h"

#include "base/utf8.h"

/* What the endpoint takes (api/messages/count_tokens, 2026-08-22; token counting, 2026-09-26);
 * mcp_servers is in the SDKs' types, but refused. */
struct count_field {
    struct str name;
    bool is_beta;
    bool is_counted;     /* one in beta without which the count is another */
    bool is_not_invoked; /* no member of Bedrock's InvokeModel (prompt caching, 2026-08-22) */
};

static const struct count_field count_fields[] = {
    { .name = STR_INIT("cache_control"), .is_not_invoked = true },
    { .name = STR_INIT("context_management"), .is_beta = true, .is_counted = true },
    { .name = STR_INIT("messages") },
    { .name = STR_INIT("model"), .is_not_invoked = true },
    { .name = STR_INIT("output_config") },
    { .name = STR_INIT("output_format"), .is_beta = true, .is_counted = true },
    { .name = STR_INIT("speed"), .is_beta = true },
    { .name = STR_INIT("system") },
    { .name = STR_INIT("thinking") },
    { .name = STR_INIT("tool_choice") },
    { .name = STR_INIT("tools") },
};

static const struct count_field *find_field(struct str name, const struct count_body_form *form)
{
    for (size_t i = 0; i < sizeof count_fields / sizeof count_fields[0]; i++) {
        const struct count_field *field = &count_fields[i];
        if (str_equal(name, field->name))
            return (field->is_beta && !form->betas.len) ||
                           (field->is_not_invoked && form->is_invocation)
                       ? NULL
                       : field;
    }
    return NULL;
}

static void add_key(struct buf *body, struct str name)
{
    buf_add_char(body, body->len ? ',' : '{');
    buf_add_char(body, '"');
    buf_add(body, name);
    buf_add(body, STR("\":"));
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

static void add_model(struct buf *body, const struct request *request,
                      const struct count_body_form *form)
{
    if (form->is_invocation)
        return;
    add_key(body, STR("model"));
    add_string(body, form->model.len ? form->model : request->model);
}

static void add_prompt(struct buf *body, const struct request *request,
                       const struct count_body_form *form)
{
    add_model(body, request, form);
    if (request->role == ROLE_SYSTEM) {
        add_key(body, STR("system"));
        add_string(body, request->body);
        add_user_message(body, STR("."));
    } else {
        add_user_message(body, request->body);
    }
}

static void add_fields(struct buf *body, const struct request *request,
                       const struct count_body_form *form)
{
    bool has_model = false;
    for (size_t i = 0; i < request->members.len; i++) {
        const struct request_member *member = &request->members.items[i];
        const struct count_field *field = find_field(member->name, form);
        if (!field)
            continue;
        bool is_model = str_equal(field->name, STR("model"));
        has_model |= is_model;
        if (is_model && form->model.len) {
            add_model(body, request, form);
            continue;
        }
        add_key(body, field->name);
        buf_add(body, member->value);
    }
    if (!has_model)
        add_model(body, request, form);
}

struct str count_body(struct arena *arena, const struct request *request,
                      const struct count_body_form *form)
{
    struct buf body = { .arena = arena };
    if (form->version.len) {
        add_key(&body, STR("anthropic_version"));
        add_string(&body, form->version);
    }
    if (form->is_invocation) {
        add_key(&body, STR("max_tokens"));
        buf_format(&body, "%lld", request->max_tokens > 0 ? (long long)request->max_tokens : 1);
    }
    if (request->is_prompt)
        add_prompt(&body, request, form);
    else
        add_fields(&body, request, form);
    buf_add_char(&body, '}');
    return buf_str(&body);
}

bool count_body_is_whole(const struct request *request, struct str betas)
{
    const struct count_body_form with_betas = { .betas = STR("any") };
    for (size_t i = 0; i < request->members.len && !betas.len; i++) {
        const struct request_member *member = &request->members.items[i];
        const struct count_field *field = find_field(member->name, &with_betas);
        if (field && field->is_counted && !str_equal(member->value, STR("null")))
            return false;
    }
    return true;
}
