#include "input/manifest.h"

#include "base/utf8.h"
#include "input/request_json.h"

/* One of the members may be missing where the other says enough. */
const char *const manifest_entries[] = {
    "custom_id params -result -response",
    "params.messages -result",
    "params.max_tokens -result",
    NULL,
};

const char *manifest_other(struct json_text member)
{
    static const struct {
        struct str member;
        const char *what;
    } others[] = {
        { STR_INIT("body"), "this is one of an OpenAI batch" },
        { STR_INIT("modelInput"), "this is one of an Amazon Bedrock batch" },
        { STR_INIT("modelOutput"), "this is output of an Amazon Bedrock batch job" },
        { STR_INIT("params"), "this is one of a Message Batch" },
        { STR_INIT("request"), "this is one of a Google Cloud batch" },
        { STR_INIT("requests"), "this is the body of a Message Batch" },
        { STR_INIT("response"), "this is a result" },
        { STR_INIT("result"), "this is a result" },
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (json_text_is(member, others[i].member))
            return others[i].what;
    return NULL;
}

static void read_custom_id(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text text;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_STRING), "custom_id") ||
        !json_text(walk, &text))
        return;
    request->custom_id = json_decode(text, arena);
    request->custom_id_at = text.at;
}

/* The vendor's OpenAPI description (2026-08) has no others. */
static const struct str entry_names[] = { STR_INIT("custom_id"), STR_INIT("params") };

/* What the one that is missing may be called instead, for a message. */
static struct str misnamed(struct arena *arena, const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->strays.len; i++)
        if (str_equal(request->strays.items[i].near, name))
            return str_format(arena, "; did you mean it by \"%.*s\"?",
                              STR_ARGS(utf8_printable(arena, request->strays.items[i].name, 60)));
    return STR("");
}

void manifest_parse(struct arena *arena, const struct request_defaults *defaults,
                    struct request *request)
{
    (void)defaults;
    struct json_walk on_stack, *walk = &on_stack; /* some KB: not kept for each request */
    struct json_text key;
    bool has_params = false, has_id = false;
    const char *other = NULL;
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
        } else {
            other = other ? other : manifest_other(key);
            request_json_stray(arena, request, "an entry of a Message Batch", key, entry_names,
                               sizeof entry_names / sizeof entry_names[0]);
        }
    }
    if (!walk->problem && !has_id)
        request_fault(request, 0, "the entry has no custom_id");
    if (!walk->problem && !has_params)
        request_fault(request, 0, "the entry has no params%s%s%.*s", other ? ": " : "",
                      other ? other : "", STR_ARGS(misnamed(arena, request, STR("params"))));
    request->unreadable |= !has_params;
    request_json_finish(walk, request);
}
