/* Plain text and Markdown: the whole file is one prompt, bytes as they are. */
#include "base/utf8.h"
#include "input/reader.h"

static enum match detect(const struct head *head)
{
    (void)head;
    return MATCH_YES; /* whatever is text, when no JSON reader took it */
}

/* What an escape of RFC 8259 adds to the byte: \n and its like one, \u001f and its like five. */
static unsigned char escape_more(unsigned char byte)
{
    unsigned char is_control = byte < 0x20;
    unsigned char is_short = (byte == '\t') | (byte == '\n') | (byte == '\r');
    return (unsigned char)(5 * is_control - 4 * is_short + (byte == '"') + (byte == '\\'));
}

/* Bytes of the text as a JSON string, UTF-8 kept. Sums up in lanes of a byte, so that compilers
 * make vectors of it: one byte after the other takes a tenth of the time of counting. */
static size_t escaped_size(struct str text)
{
    enum { LANES = 64, ROUNDS = 255 / 5 };
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t size = text.len + 2, at = 0;
    while (text.len - at >= LANES) {
        unsigned char more[LANES] = { 0 };
        for (size_t round = 0; round < ROUNDS && text.len - at >= LANES; round++, at += LANES)
            for (size_t i = 0; i < LANES; i++)
                more[i] = (unsigned char)(more[i] + escape_more(bytes[at + i]));
        for (size_t i = 0; i < LANES; i++)
            size += more[i];
    }
    for (; at < text.len; at++)
        size += escape_more(bytes[at]);
    return size;
}

/* Bytes around the text in the smallest body it would be sent in. */
static size_t frame_size(const struct request_defaults *defaults)
{
    static const struct str user =
        STR_INIT("{\"model\":\"\",\"messages\":[{\"role\":\"user\",\"content\":}]}");
    static const struct str system = STR_INIT("{\"model\":\"\",\"system\":,\"messages\":"
                                              "[{\"role\":\"user\",\"content\":\".\"}]}");
    static const struct str max_tokens = STR_INIT("\"max_tokens\":,");
    size_t size = defaults->model.len + (defaults->role == ROLE_SYSTEM ? system.len : user.len);
    if (defaults->max_tokens == REQUEST_UNSET)
        return size;
    size += max_tokens.len;
    for (int64_t rest = defaults->max_tokens; rest >= 10; rest /= 10)
        size++;
    return size + 1;
}

static void parse(struct arena *arena, const struct request_defaults *defaults,
                  struct request *request)
{
    (void)arena;
    struct str text = request->entry;
    request->is_prompt = true;
    request->role = defaults->role;
    request->body = text;
    request->max_tokens = defaults->max_tokens;
    request->messages_len = 1;
    request->size_bytes = frame_size(defaults) + escaped_size(text);
    size_t invalid = utf8_invalid_at(text, 0);
    if (invalid < text.len)
        request_fault(request, invalid, "not valid UTF-8 from byte 0x%02X on: a request is UTF-8",
                      (unsigned char)text.ptr[invalid]);
    else if (!str_trim(text).len)
        request_fault(request, 0,
                      text.len ? "the prompt is only white space, which the API refuses"
                               : "the prompt is empty, which the API refuses");
    bool is_system = request->role == ROLE_SYSTEM;
    request->has_system = is_system;
    if (is_system)
        request_add_part(request, PART_SYSTEM, text, 0);
    request->messages_from = request->parts.len;
    request_add_part(request, PART_MESSAGE, (struct str){ 0 }, 0)->role = ROLE_USER;
    /* the API counts no request without a message: beside a system prompt, the smallest one */
    request_add_part(request, PART_TEXT, is_system ? STR(".") : text, 0);
    request->messages_to = request->parts.len;
}

const struct reader reader_text = {
    .name = "text",
    .summary = "plain text or Markdown: the file is one prompt",
    .detect = detect,
    .split = split_whole,
    .parse = parse,
};
