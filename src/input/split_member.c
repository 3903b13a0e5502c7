/* The members around a list of entries. */
#include "input/split_list.h"

#include <string.h>

#include "json/scan.h"
#include "json/walk.h"

/* Whether a member of the outermost object has the name of one before; the first MEMBERS_MAX are
 * remembered. */
static bool is_repeated(struct splitting *splitting, struct json_text name)
{
    struct arena arena = { 0 };
    uint64_t hash = str_hash(json_decode(name, &arena), 0);
    arena_free(&arena);
    for (size_t i = 0; i < splitting->members_len; i++)
        if (splitting->members[i] == hash)
            return true;
    if (splitting->members_len < MEMBERS_MAX)
        splitting->members[splitting->members_len++] = hash;
    return false;
}

/* What a batch has beside its requests it may not have (the vendor's OpenAPI description, 2026-08:
 * no additional properties). */
static enum split_step remark_member(struct splitting *splitting, struct entry *entry,
                                     struct json_text name)
{
    static const struct str requests = STR_INIT("requests");
    struct arena arena = { 0 };
    const struct str text = json_decode(name, &arena);
    const size_t len = text.len < MEMBER_SHOWN_MAX ? text.len : MEMBER_SHOWN_MAX;
    if (len)
        memcpy(splitting->member, text.ptr, len);
    arena_free(&arena);
    const enum split_step step =
        split_remark(splitting, entry, "a member beside requests", STATE_COLON);
    entry->is_fault = false;
    entry->member = (struct str){ splitting->member, len };
    entry->near = str_slip(entry->member, &requests, 1);
    return step;
}

enum split_step split_take_name(struct splitting *splitting, struct entry *entry, struct error *err)
{
    struct stream *stream = &splitting->stream;
    struct split_value value;
    if (!split_measure(splitting, false, &value, err))
        return STEP_ERROR;
    if (value.is_cut || value.taken)
        return split_break(splitting, entry, "not valid JSON: a member name is not closed");
    struct json_text name;
    struct json_scan scan = { .text = str_slice(stream_window(stream), 0, value.len),
                              .lone_surrogate_at = JSON_NOWHERE };
    if (!json_scan_string(&scan, &name))
        return split_break(splitting, entry, "not valid JSON: a member name is no string");
    const bool is_second = is_repeated(splitting, name);
    splitting->in_requests = json_text_is(name, STR("requests"));
    splitting->state = STATE_COLON;
    splitting->pending = value.len;
    if (is_second)
        return split_remark(splitting, entry, "not valid JSON: duplicate member", STATE_COLON);
    return splitting->in_requests ? STEP_ON : remark_member(splitting, entry, name);
}

/* What is wrong with the value at the front of the window, which is no request, or NULL. The stream
 * is taken to where it is wrong. */
static const char *check_value(struct stream *stream, size_t len)
{
    struct arena arena = { 0 };
    struct json_walk *walk = ARENA_NEW(&arena, struct json_walk);
    json_walk_init(walk, str_slice(stream_window(stream), 0, len), &arena);
    bool is_valid = len && json_finish(walk);
    size_t at = walk->problem_at;
    arena_free(&arena);
    if (is_valid)
        return NULL;
    stream_take(stream, at < len ? at : len);
    return "not valid JSON: this is no value";
}

enum split_step split_take_value(struct splitting *splitting, struct entry *entry,
                                 struct error *err)
{
    struct stream *stream = &splitting->stream;
    struct split_value value;
    if (!stream_window(stream).len)
        return split_break(splitting, entry,
                           "not valid JSON: the text ends where a value should be");
    if (splitting->in_requests && stream_window(stream).ptr[0] == '[') {
        stream_take(stream, 1);
        splitting->state = STATE_FIRST;
        return STEP_ON;
    }
    if (!split_measure(splitting, false, &value, err))
        return STEP_ERROR;
    if (value.is_cut)
        return split_break(splitting, entry, "not valid JSON: the text ends inside a value");
    const char *problem = value.taken ? NULL : check_value(stream, value.len);
    if (problem)
        return split_break(splitting, entry, problem);
    stream_take(stream, value.len);
    splitting->state = STATE_MORE;
    return STEP_ON;
}
