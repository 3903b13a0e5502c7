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

/* Goes on to the next entry, from the state that is chosen at the beginning. */
static bool go_on(struct splitting *splitting, enum split_state begin, struct entry *entry,
                  struct error *err)
{
    enum split_step step = STEP_ON;
    if (splitting->state == SPLIT_UNDECIDED)
        splitting->state = (int)begin;
    while (step == STEP_ON)
        step = splitting->state == SPLIT_LINES ? split_lines_on(splitting, entry, err)
                                               : split_list_on(splitting, entry, err);
    return step == STEP_ENTRY || (step == STEP_END && split_owed(splitting, entry));
}

bool split_records(struct splitting *splitting, struct entry *entry, struct error *err)
{
    if (splitting->state == SPLIT_UNDECIDED) {
        if (!stream_fill(&splitting->stream, 1, err))
            return false;
        splitting->state = (int)split_choose(stream_window(&splitting->stream));
    }
    return go_on(splitting, SPLIT_LINES, entry, err);
}

bool split_lines(struct splitting *splitting, struct entry *entry, struct error *err)
{
    return go_on(splitting, SPLIT_LINES, entry, err);
}

bool split_body(struct splitting *splitting, struct entry *entry, struct error *err)
{
    return go_on(splitting, SPLIT_BODY, entry, err);
}

bool split_array(struct splitting *splitting, struct entry *entry, struct error *err)
{
    return go_on(splitting, SPLIT_ARRAY, entry, err);
}
