#include "input/manifest.h"

#include <string.h>

#include "input/request_json.h"

static void read_custom_id(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text text;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_STRING), "custom_id") ||
        !json_text(walk, &text))
        return;
    request->custom_id = json_decode(text, arena);
    request->custom_id_at = text.at;
}

void manifest_parse(struct arena *arena, const struct request_defaults *defaults,
                    struct request *request)
{
    (void)defaults;
    struct json_walk *walk = ARENA_NEW(arena, struct json_walk);
    struct json_text key;
    bool has_params = false, has_id = false;
    json_walk_init(walk, request->entry, arena);
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "an entry of a manifest") &&
        !walk->problem) {
        request->unreadable = true;
        return; /* what follows a value that is no object matters no more */
    }
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("custom_id"))) {
            has_id = true;
            read_custom_id(arena, walk, request);
        } else if (json_text_is(key, STR("params"))) {
            has_params = true;
            request_json_read(arena, walk, request);
        }
    }
    if (!walk->problem && !has_id)
        request_fault(request, 0, "the entry has no custom_id");
    if (!walk->problem && !has_params)
        request_fault(request, 0, "the entry has no params");
    request->unreadable |= !has_params;
    request_json_finish(walk, request);
}

/* True when params, which the walk is before, look like a request's. */
static bool are_params(struct json_walk *walk)
{
    struct json_text key;
    bool are = false;
    if (!json_object(walk))
        return false;
    while (json_member(walk, &key))
        are |= json_text_is(key, STR("messages")) || json_text_is(key, STR("max_tokens"));
    return are;
}

bool manifest_is_entry(struct json_walk *walk, bool *ended)
{
    struct json_text key;
    bool has_id = false, has_params = false, has_request = false;
    if (json_object(walk))
        while (!has_request && !(has_id && has_params) && json_member(walk, &key)) {
            has_id |= json_text_is(key, STR("custom_id")) && json_peek(walk) == JSON_STRING;
            if (!json_text_is(key, STR("params")) || json_peek(walk) != JSON_OBJECT)
                continue;
            has_params = true;
            if (!has_id)
                has_request = are_params(walk);
        }
    *ended = walk->problem && walk->ended;
    return has_request || (has_id && has_params);
}

/* Offset of the next byte that matters outside of strings, or window.len. */
static size_t next_structural(struct str window, size_t pos, bool stop_at_newline)
{
    for (; pos < window.len; pos++)
        switch (window.ptr[pos]) {
        case '"':
        case '{':
        case '}':
        case '[':
        case ']':
            return pos;
        case '\n':
            if (stop_at_newline)
                return pos;
            break;
        default:
            break;
        }
    return pos;
}

/* How many of eight bytes stand before one that can end a string, escape what follows or end a
 * line.
 */
static unsigned plain_len(const char *bytes)
{
    const uint64_t low_bits = 0x0101010101010101u;
    const char special[] = { '"', '\\', '\n' };
    uint64_t eight, found = 0;
    memcpy(&eight, bytes, sizeof eight);
    for (size_t i = 0; i < sizeof special; i++) {
        const uint64_t zeros = eight ^ low_bits * (unsigned char)special[i];
        found |= (zeros - low_bits) & ~zeros;
    }
    found &= low_bits << 7; /* of bytes after the first, it may say too much */
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return found ? (unsigned)__builtin_ctzll(found) / 8 : 8;
#else
    return found ? 0 : 8;
#endif
}

bool extent_leave_string(struct extent *extent, struct str window, bool stop_at_newline)
{
    for (; extent->pos < window.len; extent->pos++) {
        unsigned plain = 8;
        while (plain == 8 && !extent->escaped && window.len - extent->pos > 8) {
            plain = plain_len(window.ptr + extent->pos);
            extent->pos += plain;
        }
        char c = window.ptr[extent->pos];
        if (c == '\n' && stop_at_newline)
            return false;
        if (extent->escaped) {
            extent->escaped = false;
        } else if (c == '\\') {
            extent->escaped = true;
        } else if (c == '"') {
            extent->in_string = false;
            extent->pos++;
            return true;
        }
    }
    return false;
}

bool extent_find(struct extent *extent, struct str window, bool stop_at_newline)
{
    for (;;) {
        if (extent->in_string && !extent_leave_string(extent, window, stop_at_newline))
            return false;
        extent->pos = next_structural(window, extent->pos, stop_at_newline);
        if (extent->pos == window.len || window.ptr[extent->pos] == '\n')
            return false;
        char c = window.ptr[extent->pos++];
        if (c == '"')
            extent->in_string = true;
        else if (c == '{' || c == '[')
            extent->depth++;
        else if (--extent->depth == 0)
            return true;
    }
}
