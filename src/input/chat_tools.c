/* The tools of a Chat Completions body, and calls of them, as Claude's. */
#include "input/chat.h"

enum { LEVEL_TOOLS = 1, LEVEL_TOOL };

struct function {
    struct chat_value name, description, parameters, arguments;
};

static void read_function(struct chat *chat, int level, struct str object,
                          struct function *function)
{
    *function = (struct function){ 0 };
    const struct chat_member members[] = {
        { STR_INIT("arguments"), &function->arguments },
        { STR_INIT("description"), &function->description },
        { STR_INIT("name"), &function->name },
        { STR_INIT("parameters"), &function->parameters },
    };
    chat_members(chat, level, object, members, sizeof members / sizeof members[0]);
}

static void write_tool(struct chat *chat, struct str object)
{
    struct function function;
    read_function(chat, LEVEL_TOOL, object, &function);
    chat_say(chat, object, STR("{"));
    chat_copy(chat, STR("name"), function.name);
    chat_copy(chat, STR("description"), function.description);
    if (function.parameters.raw.len && function.parameters.type != JSON_NULL) {
        chat_copy(chat, STR("input_schema"), function.parameters);
    } else {
        chat_name(chat, object, STR("input_schema"));
        chat_say(chat, object, STR("{\"type\":\"object\",\"properties\":{}}"));
    }
    chat_say(chat, object, STR("}"));
}

static struct chat_value function_of(struct chat *chat, int level, struct chat_value element)
{
    struct chat_value function = { 0 };
    const struct chat_member members[] = { { STR_INIT("function"), &function } };
    if (element.type == JSON_OBJECT)
        chat_members(chat, level, element.raw, members, 1);
    return function;
}

/* Tools, or functions (as they were called before). A tool that is Claude's stays as it is. */
void chat_write_tools(struct chat *chat, struct chat_value tools, struct chat_value functions)
{
    bool are_tools = tools.raw.len && tools.type != JSON_NULL;
    struct chat_value list = are_tools ? tools : functions, element;
    bool is_first = true;
    if (list.type != JSON_ARRAY) {
        chat_copy(chat, STR("tools"), list);
        return;
    }
    chat_name(chat, list.raw, STR("tools"));
    chat_say(chat, list.raw, STR("["));
    chat_elements(chat, LEVEL_TOOLS, list.raw);
    for (; chat_element(chat, LEVEL_TOOLS, &element); is_first = false) {
        struct chat_value function = are_tools ? function_of(chat, LEVEL_TOOL, element) : element;
        if (!is_first)
            chat_say(chat, element.raw, STR(","));
        if (function.type == JSON_OBJECT)
            write_tool(chat, function.raw);
        else
            mapped_copy(&chat->out, element.raw);
    }
    chat_say(chat, list.raw, STR("]"));
}

void chat_write_tool_choice(struct chat *chat, struct chat_value choice, struct chat_value parallel)
{
    static const struct {
        struct str chat, claude;
    } words[] = {
        { STR_INIT("auto"), STR_INIT("{\"type\":\"auto\"") },
        { STR_INIT("none"), STR_INIT("{\"type\":\"none\"") },
        { STR_INIT("required"), STR_INIT("{\"type\":\"any\"") },
    };
    bool is_serial = parallel.type == JSON_BOOL && str_equal(parallel.raw, STR("false"));
    struct chat_value name = { 0 };
    const struct chat_member members[] = { { STR_INIT("name"), &name } };
    struct chat_value function = function_of(chat, LEVEL_TOOL, choice);
    struct str cause = choice.raw.len ? choice.raw : parallel.raw, word = { 0 };
    if (!choice.raw.len && is_serial)
        word = words[0].claude;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (chat_is(choice, words[i].chat))
            word = words[i].claude;
    if (function.type == JSON_OBJECT)
        chat_members(chat, LEVEL_TOOL, function.raw, members, 1);
    if (!word.len && name.type != JSON_STRING) {
        chat_copy(chat, STR("tool_choice"), choice);
        return;
    }
    chat_name(chat, cause, STR("tool_choice"));
    chat_say(chat, cause, word.len ? word : STR("{\"type\":\"tool\""));
    chat_copy(chat, STR("name"), name);
    if (is_serial && !chat_is(choice, STR("none")))
        chat_say(chat, cause, STR(",\"disable_parallel_tool_use\":true"));
    chat_say(chat, cause, STR("}"));
}

/* The arguments are JSON inside of a string. What is none is kept as the text it is. */
static void write_input(struct chat *chat, int level, struct str cause, struct chat_value arguments)
{
    struct json_walk *walk = &chat->walks[level];
    struct json_text text;
    chat_name(chat, cause, STR("input"));
    json_walk_init(walk, arguments.raw, chat->arena);
    if (arguments.type == JSON_OBJECT || !json_text(walk, &text)) {
        if (arguments.type == JSON_OBJECT)
            mapped_copy(&chat->out, arguments.raw);
        else
            chat_say(chat, cause, STR("{}"));
        return;
    }
    struct str input = str_trim(json_decode(text, chat->arena));
    json_walk_init(walk, input, chat->arena);
    if (!input.len) {
        chat_say(chat, arguments.raw, STR("{}"));
    } else if (json_peek(walk) == JSON_OBJECT && json_finish(walk)) {
        chat_say(chat, arguments.raw, input);
    } else {
        chat_say(chat, arguments.raw, STR("{\"arguments\":"));
        mapped_copy(&chat->out, arguments.raw);
        chat_say(chat, arguments.raw, STR("}"));
    }
}

void chat_write_call(struct chat *chat, int level, struct str call)
{
    struct chat_value id = { 0 }, wrapped = { 0 };
    struct function function;
    const struct chat_member members[] = { { STR_INIT("function"), &wrapped },
                                           { STR_INIT("id"), &id } };
    chat_members(chat, level, call, members, 2);
    read_function(chat, level, wrapped.type == JSON_OBJECT ? wrapped.raw : call, &function);
    chat_say(chat, call, STR("{\"type\":\"tool_use\""));
    chat_copy(chat, STR("id"), id);
    chat_copy(chat, STR("name"), function.name);
    write_input(chat, level, call, function.arguments);
    chat_say(chat, call, STR("}"));
}
