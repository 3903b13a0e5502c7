/*
 * context_management: what the API may take out of a request before it counts it. The edits, their
 * members and defaults are those of build-with-claude/context-editing (a stored copy of early 2026,
 * when Opus 4.6 was the newest model) and of the vendor's OpenAPI description (2026-08).
 */
#include "base/list.h"
#include "input/request_json.h"

/* Where nothing else is said: results are cleared over so many tokens, but for so many uses; and
 * thinking but for so many turns. */
enum { DEFAULT_OVER_TOKENS = 100000, DEFAULT_KEEP_USES = 3, DEFAULT_KEEP_TURNS = 1 };

/* {"type": "input_tokens", "value": 30000}. Of two triggers that are both odd, nothing is known. */
struct amount {
    struct json_text type;
    int64_t value; /* REQUEST_UNSET: none that is a number */
};

static bool read_amount(struct json_walk *walk, struct amount *amount)
{
    struct json_text key;
    struct str raw;
    *amount = (struct amount){ .value = REQUEST_UNSET };
    if (json_peek(walk) == JSON_STRING)
        return json_text(walk, &amount->type);
    if (!json_object(walk))
        return false;
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type")))
            json_text(walk, &amount->type);
        else if (json_text_is(key, STR("value")) && json_number(walk, &raw) &&
                 (!json_integer(raw, &amount->value) || amount->value < 0))
            amount->value = 0; /* refused, or as good as none */
    }
    return true;
}

/* One edit while it is read: its type may come last. */
struct reading {
    struct json_text type;
    struct amount trigger, keep;
    bool has_trigger, has_keep, clears_inputs;
};

static void read_clear_inputs(struct json_walk *walk, bool *clears_inputs)
{
    if (json_peek(walk) == JSON_BOOL)
        json_bool(walk, clears_inputs);
    else /* the names of some tools */
        *clears_inputs = json_peek(walk) == JSON_ARRAY;
}

static void set_trigger(struct request_edit *edit, const struct reading *reading)
{
    edit->over_tokens = edit->over_uses = REQUEST_UNSET;
    if (!reading->has_trigger)
        edit->over_tokens = DEFAULT_OVER_TOKENS;
    else if (json_text_is(reading->trigger.type, STR("input_tokens")))
        edit->over_tokens = reading->trigger.value;
    else if (json_text_is(reading->trigger.type, STR("tool_uses")))
        edit->over_uses = reading->trigger.value;
}

static void set_keep(struct request_edit *edit, const struct reading *reading)
{
    const bool is_all = json_text_is(reading->keep.type, STR("all"));
    const int64_t usual =
        edit->kind == REQUEST_EDIT_RESULTS ? DEFAULT_KEEP_USES : DEFAULT_KEEP_TURNS;
    const int64_t said = reading->keep.value > 0 ? reading->keep.value : 0;
    edit->says_keep = reading->has_keep;
    edit->keep = !reading->has_keep ? usual : is_all ? REQUEST_KEEPS_ALL : said;
}

/* Types end in a date; another date may mean other defaults. */
static void add_edit(struct request *request, const struct reading *reading)
{
    struct request_edit edit = { .kind = REQUEST_EDIT_OTHER };
    if (json_text_is(reading->type, STR("compact_20260112")))
        return; /* it reads all there is before it puts a summary in its place */
    if (json_text_is(reading->type, STR("clear_tool_uses_20250919")))
        edit.kind = REQUEST_EDIT_RESULTS;
    else if (json_text_is(reading->type, STR("clear_thinking_20251015")))
        edit.kind = REQUEST_EDIT_THINKING;
    edit.clears_inputs = reading->clears_inputs;
    set_trigger(&edit, reading);
    set_keep(&edit, reading);
    *LIST_PUSH(&request->edits) = edit;
}

static void read_edit(struct json_walk *walk, struct request *request)
{
    struct json_text key;
    struct reading reading = { 0 };
    if (!json_object(walk))
        return;
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type")))
            json_text(walk, &reading.type);
        else if (json_text_is(key, STR("trigger")))
            reading.has_trigger = read_amount(walk, &reading.trigger);
        else if (json_text_is(key, STR("keep")))
            reading.has_keep = read_amount(walk, &reading.keep);
        else if (json_text_is(key, STR("clear_tool_inputs")))
            read_clear_inputs(walk, &reading.clears_inputs);
    }
    if (!walk->problem)
        add_edit(request, &reading);
}

void request_read_edits(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text key;
    request->edits.arena = arena;
    json_object(walk);
    while (json_member(walk, &key))
        if (json_text_is(key, STR("edits")) && json_array(walk))
            while (json_element(walk))
                read_edit(walk, request);
}
