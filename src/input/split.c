/* Which way the records of a source come. */
#include "input/split.h"

#include "json/walk.h"

bool split_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\x1E';
}

/* Whether the object begins with a list of requests, so that the rest of it is a body. */
static bool is_body(struct str window)
{
    struct arena arena = { 0 };
    struct json_walk *walk = ARENA_NEW(&arena, struct json_walk);
    struct json_text key;
    bool is = false;
    json_walk_init(walk, window, &arena);
    if (json_object(walk))
        while (!is && json_member(walk, &key))
            is = json_text_is(key, STR("requests")) && json_peek(walk) == JSON_ARRAY;
    arena_free(&arena);
    return is;
}

enum split_state split_choose(struct str window)
{
    size_t start = 0;
    while (start < window.len && split_is_space(window.ptr[start]))
        start++;
    window = str_slice(window, start, window.len);
    if (window.len && window.ptr[0] == '[')
        return SPLIT_ARRAY;
    return is_body(window) ? SPLIT_BODY : SPLIT_LINES;
}

bool split_records(struct splitting *splitting, struct entry *entry, struct error *err)
{
    if (splitting->state == SPLIT_UNDECIDED) {
        if (!stream_fill(&splitting->stream, 1, err))
            return false;
        splitting->state = (int)split_choose(stream_window(&splitting->stream));
    }
    if (splitting->state == SPLIT_LINES)
        return split_lines(splitting, entry, err);
    return split_list(splitting, entry, err);
}

bool split_body(struct splitting *splitting, struct entry *entry, struct error *err)
{
    if (splitting->state == SPLIT_UNDECIDED)
        splitting->state = SPLIT_BODY;
    return split_list(splitting, entry, err);
}

bool split_array(struct splitting *splitting, struct entry *entry, struct error *err)
{
    if (splitting->state == SPLIT_UNDECIDED)
        splitting->state = SPLIT_ARRAY;
    return split_list(splitting, entry, err);
}
