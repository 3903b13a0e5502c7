/* JSON lines of OpenAI's Batch API: {"custom_id", "method", "url", "body"}
 * (platform.openai.com/docs/api-reference/batch, 2026), as gateways send them to Claude, too. */
#include "input/chat.h"
#include "input/record.h"
#include "input/split.h"

#include "base/utf8.h"

static enum match detect(const struct head *head)
{
    static const char *const shapes[] = {
        "method url body -response -result",
        "custom_id body -response -result -error",
        NULL,
    };
    return shape_detect(head, shapes);
}

/* Whether the URL, between its quotes, is one that Claude's messages could be asked of. */
static bool is_for_messages(struct str url)
{
    return str_ends(url, STR("/chat/completions")) || str_ends(url, STR("/messages"));
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "anthropic/claude-sonnet-4.5:beta", as gateways call it, is claude-sonnet-4-5. id and result are
 * as they stand between quotes. */
static struct str claude_id(struct arena *arena, struct str id)
{
    size_t start = id.len;
    while (start && id.ptr[start - 1] != '/')
        start--;
    if (!start)
        return id;
    size_t end = id.len;
    for (size_t at = start; at + 1 < id.len; at++)
        if (id.ptr[at] == ':' && !is_digit(id.ptr[at + 1])) /* not the ":0" of Bedrock */
            end = at;
    struct str name = str_slice(id, start, end);
    char *plain = str_to_c(arena, name);
    for (size_t i = 1; i + 1 < name.len; i++)
        if (plain[i] == '.' && is_digit(plain[i - 1]) && is_digit(plain[i + 1]))
            plain[i] = '-';
    return (struct str){ plain, name.len };
}

/* What the record is for, when it is not for Claude; else empty. *model is Claude's id of it. */
static struct str other_of(struct arena *arena, const struct record *record, struct str *model)
{
    struct shape shape;
    shape_read(record->body, &shape);
    const struct shape_fact *fact = shape_find(&shape, STR("model"));
    bool has_model = fact && fact->type == JSON_STRING && fact->value.len;
    *model = (struct str){ 0 };
    if (record->url.raw.len && !is_for_messages(record->url.raw))
        return utf8_printable(arena, record->url.raw, 80);
    if (!has_model)
        return (struct str){ 0 };
    if (!str_contains(fact->value, STR("claude")))
        return utf8_printable(arena, fact->value, 80);
    *model = claude_id(arena, fact->value);
    return (struct str){ 0 };
}

/* Calls what a fault is about by the name it has in the file: there the system prompt is among the
 * messages, and each result of a tool is one. fault->at is that of the entry. */
static void rename_fault(struct arena *arena, const struct request *request, struct fault *fault)
{
    static const struct str message = STR_INIT("messages."), system = STR_INIT("system"),
                            empty = STR_INIT("messages is empty:");
    const bool is_system = str_starts(fault->text, system);
    const struct str list = str_slice(request->entry, fault->at + 1, request->entry.len);
    if (str_starts(fault->text, empty) && !str_starts(str_trim(list), STR("]")))
        fault->text = STR("messages has system messages only: at least one other is required");
    if (!is_system && !str_starts(fault->text, message))
        return;
    size_t rest = is_system ? system.len : message.len;
    while (!is_system && rest < fault->text.len && is_digit(fault->text.ptr[rest]))
        rest++;
    const struct str path = chat_path(arena, request->chat, request->entry.ptr + fault->at, false);
    if (path.len)
        fault->text = str_format(arena, "%.*s%s%.*s", STR_ARGS(path), is_system ? ".content" : "",
                                 STR_ARGS(str_slice(fault->text, rest, fault->text.len)));
}

/* Brings the offsets of what was found in the converted body back to the entry. */
static void map_back(struct arena *arena, struct request *request, const struct mapped *out,
                     size_t faults_from)
{
    for (size_t i = 0; i < request->doubts.len; i++) /* what Chat Completions has is no newer */
        request_fault(request, request->doubts.items[i].at, "%.*s",
                      STR_ARGS(request->doubts.items[i].text));
    request->doubts.len = 0;
    for (size_t i = faults_from; i < request->faults.len; i++) {
        request->faults.items[i].at = mapped_at(out, request->faults.items[i].at);
        rename_fault(arena, request, &request->faults.items[i]);
    }
    for (size_t i = 0; i < request->parts.len; i++)
        request->parts.items[i].at = mapped_at(out, request->parts.items[i].at);
    for (size_t i = 0; i < request->unbatchable_len; i++)
        request->unbatchable[i].at = mapped_at(out, request->unbatchable[i].at);
    if (request->model_at != REQUEST_NOWHERE)
        request->model_at = mapped_at(out, request->model_at);
    if (request->max_tokens_at != REQUEST_NOWHERE)
        request->max_tokens_at = mapped_at(out, request->max_tokens_at);
}

static void read_converted(struct arena *arena, struct request *request, struct str body,
                           struct str model)
{
    const struct str entry = request->entry;
    const size_t faults_from = request->faults.len;
    struct chat chat; /* large, and needed no longer than this */
    chat_convert(&chat, arena, entry, body, model);
    request->entry = buf_str(&chat.out.text);
    request->chat = body;
    struct json_walk *walk = &chat.walks[0];
    json_walk_init(walk, request->entry, arena);
    request_json_read(arena, walk, request);
    if (!faults_from || walk->problem)
        request_json_finish(walk, request);
    request->entry = entry;
    map_back(arena, request, &chat.out, faults_from);
}

static void parse(struct arena *arena, const struct request_defaults *defaults,
                  struct request *request)
{
    struct record record;
    struct str model;
    (void)defaults;
    if (!record_read(arena, request, "body", &record))
        return;
    request->other = other_of(arena, &record, &model);
    if (request->other.len) {
        request->faults.len = 0;
        return;
    }
    if (record.method.raw.len && !str_equal(record.method.raw, STR("POST")))
        request_fault(request, record.method.at, "method must be \"POST\"");
    read_converted(arena, request, record.body, model);
}

const struct reader reader_openai = {
    .name = "openai",
    .summary = "an OpenAI batch: lines of {\"custom_id\", \"method\", \"url\", \"body\"}",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_openai,
    .detect = detect,
    .split = split_records,
    .parse = parse,
};
