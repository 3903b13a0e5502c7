/* What shape a request has, and shapes as texts. */
#include "count/shape.h"

#include "base/list.h"
#include "random_request.h"
#include "tap.h"

static struct arena arena;

static struct request request_with(size_t messages_len)
{
    return (struct request){ .messages_len = messages_len, .parts = { .arena = &arena } };
}

static void test_turns_and_tools(void)
{
    struct request request = request_with(1);
    is_str(shape_text(&arena, shape_of(&request)), "turns(1)", "one message");
    request.messages_len = 0;
    is_str(shape_text(&arena, shape_of(&request)), "turns(1)", "none is as one");
    request.messages_len = 2;
    is_str(shape_text(&arena, shape_of(&request)), "turns(2-3)", "two");
    request.messages_len = 3;
    is_str(shape_text(&arena, shape_of(&request)), "turns(2-3)", "three");
    request.messages_len = 4;
    request.has_system = true;
    request.tools_len = 3;
    request.tool_choice = TOOL_CHOICE_ANY;
    request.no_parallel_tools = true;
    is_str(shape_text(&arena, shape_of(&request)),
           "turns(over-3)+system+tools(any,2-3)+no-parallel",
           "many, with a system prompt and tools");
    request.tools_len = 4;
    request.tool_choice = TOOL_CHOICE_TOOL;
    is_str(shape_text(&arena, shape_of(&request)),
           "turns(over-3)+system+tools(tool,over-3)+no-parallel", "many tools, one of them forced");
}

static void test_parts(void)
{
    struct request request = request_with(1);
    request.thinking = THINKING_ADAPTIVE;
    request_add_part(&request, PART_TEXT, STR("secret"), 0);
    request_add_part(&request, PART_TOOL_USE, STR("{}"), 0);
    request_add_part(&request, PART_TOOL_RESULT, STR(""), 0)->is_error = true;
    request_add_part(&request, PART_IMAGE, STR(""), 0)->in_result = true;
    request_add_part(&request, PART_IMAGE, STR(""), 0);
    request_add_part(&request, PART_SCHEMA, STR("{}"), 0);
    is_str(
        shape_text(&arena, shape_of(&request)),
        "turns(1)+calls+results+result-errors+result-media+thinking(adaptive)+images(2-3)+schema",
        "what is in the messages, and no text");
}

static void test_parse(void)
{
    static const char *const bad[] = {
        "",
        "+",
        "system",
        "turns(1)+",
        "turns(1)++system",
        "turns(1)+turns(2-3)",
        "turns(1)+turns(1)",
        "system+turns(1)",
        "turns(1)+tools(auto,1)+tools(any,1)",
        "turns(1)+nothing",
        "Turns(1)",
        " turns(1)",
        "turns(1)+thinking(enabled)+thinking(disabled)",
    };
    struct shape shape;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ok(!shape_parse(str_from_c(bad[i]), &shape), bad[i]);
    bool returns = true;
    unsigned state = 3;
    for (int i = 0; i < 3000; i++) {
        struct arena scratch = { 0 };
        struct request request;
        random_request(&request, &scratch, &state);
        const struct shape made = shape_of(&request);
        returns &= shape_parse(shape_text(&scratch, made), &shape) && shape.words == made.words;
        arena_free(&scratch);
    }
    ok(returns, "every shape is what its text says");
}

int main(void)
{
    test_turns_and_tools();
    test_parts();
    test_parse();
    arena_free(&arena);
    return tap_done();
}
