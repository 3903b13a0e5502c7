/* What an answer was billed for. */
#include "plan/result_reading.h"

#define TOKENS(function, name, place)                                                              \
    static void function(struct result_reading *reading)                                           \
    {                                                                                              \
        result_take_tokens(reading, name, &reading->place);                                        \
    }
TOKENS(read_input, "input_tokens", result->usage.input)
TOKENS(read_output, "output_tokens", result->usage.output)
TOKENS(read_cache_read, "cache_read_input_tokens", result->usage.read)
TOKENS(read_written, "cache_creation_input_tokens", written)
TOKENS(read_write_5m, "ephemeral_5m_input_tokens", result->usage.write_5m)
TOKENS(read_write_1h, "ephemeral_1h_input_tokens", result->usage.write_1h)
TOKENS(read_web_searches, "web_search_requests", result->usage.web_searches)
#undef TOKENS

#define TEXT(function, name, place)                                                                \
    static void function(struct result_reading *reading)                                           \
    {                                                                                              \
        result_take_text(reading, name, &reading->result->place);                                  \
    }
TEXT(read_service_tier, "service_tier", service_tier)
TEXT(read_geo, "inference_geo", geo)
TEXT(read_speed, "speed", speed)
#undef TEXT

static void read_split(struct result_reading *reading)
{
    static const struct result_member members[] = {
        { STR_INIT("ephemeral_1h_input_tokens"), read_write_1h },
        { STR_INIT("ephemeral_5m_input_tokens"), read_write_5m },
        { .read = NULL },
    };
    if (!result_expect(reading, JSON_OBJECT, "cache_creation"))
        return;
    reading->has_split = true;
    result_read_members(reading, members);
}

static void read_server_tools(struct result_reading *reading)
{
    static const struct result_member members[] = {
        { STR_INIT("web_search_requests"), read_web_searches },
        { .read = NULL },
    };
    if (result_expect(reading, JSON_OBJECT, "server_tool_use"))
        result_read_members(reading, members);
}

/* The names of Message Batches, of the OpenAI form, and of Bedrock's Converse. */
void result_read_usage(struct result_reading *reading)
{
    static const struct result_member members[] = {
        { STR_INIT("cacheReadInputTokens"), read_cache_read },
        { STR_INIT("cacheWriteInputTokens"), read_written },
        { STR_INIT("cache_creation"), read_split },
        { STR_INIT("cache_creation_input_tokens"), read_written },
        { STR_INIT("cache_read_input_tokens"), read_cache_read },
        { STR_INIT("completion_tokens"), read_output },
        { STR_INIT("inference_geo"), read_geo },
        { STR_INIT("inputTokens"), read_input },
        { STR_INIT("input_tokens"), read_input },
        { STR_INIT("outputTokens"), read_output },
        { STR_INIT("output_tokens"), read_output },
        { STR_INIT("prompt_tokens"), read_input },
        { STR_INIT("server_tool_use"), read_server_tools },
        { STR_INIT("service_tier"), read_service_tier },
        { STR_INIT("speed"), read_speed },
        { .read = NULL },
    };
    if (!result_expect(reading, JSON_OBJECT, "usage"))
        return;
    reading->result->has_usage = true;
    result_read_members(reading, members);
}
