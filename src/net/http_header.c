#include "net/http_header.h"

#include <string.h>
#include <strings.h>

enum { VALUE_MAX = 200 };

bool http_header_is_line(struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return str_find(line, ':', 0) < line.len;
}

static struct str *find_kept(struct http_response *response, struct str name)
{
    const struct {
        const char *name;
        struct str *value;
    } kept[] = {
        { "content-type", &response->content_type },
        { "request-id", &response->request_id },
        { "retry-after", &response->retry_after },
        { "retry-after-ms", &response->retry_after_ms },
        { "x-should-retry", &response->should_retry },
    };
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (name.len == strlen(kept[i].name) && strncasecmp(name.ptr, kept[i].name, name.len) == 0)
            return kept[i].value;
    return NULL;
}

bool http_header_read(struct arena *arena, struct http_response *response, struct str line)
{
    struct str name, value;
    bool is_status = str_starts(line, STR("HTTP/"));
    if (is_status)
        *response = (struct http_response){ 0 };
    if (!str_cut(line, ':', &name, &value))
        return is_status;
    struct str *kept = find_kept(response, name);
    value = str_trim(value);
    if (kept && value.len <= VALUE_MAX)
        *kept = str_copy(arena, value);
    return is_status;
}
