#include "count/count.h"

#include "base/utf8.h"
#include "input/chat.h"

int64_t count_sum(int64_t a, int64_t b)
{
    return a > COUNT_UNBOUNDED - b ? COUNT_UNBOUNDED : a + b;
}

void count_add(struct count *count, int64_t tokens)
{
    count->low = count_sum(count->low, tokens);
    count->tokens = count_sum(count->tokens, tokens);
    count->high = count_sum(count->high, tokens);
}

const char *count_origin_name(enum count_origin origin)
{
    static const char *const names[] = {
        [COUNT_ORIGIN_OFFLINE] = "offline",
        [COUNT_ORIGIN_ESTIMATE] = "estimate",
        [COUNT_ORIGIN_API] = "api",
        [COUNT_ORIGIN_CACHE] = "cache",
    };
    return names[origin];
}

const struct count_share *count_costliest(const struct count *count)
{
    const struct count_share *found = NULL;
    size_t len = 0;
    for (size_t i = 0; i < count->shares.len; i++) {
        const struct count_share *share = &count->shares.items[i];
        if (share->kind == COUNT_SHARE_FRAME || share->kind == COUNT_SHARE_BLOCK)
            continue;
        len++;
        if (!found || share->tokens > found->tokens)
            found = share;
    }
    return len > 1 ? found : NULL;
}

/* What a message, or a block of one, is called where it stands. */
static struct str message_label(struct arena *arena, const struct request *request,
                                const struct count_share *share, size_t message)
{
    const bool is_block = share->kind == COUNT_SHARE_BLOCK;
    struct str path = { 0 };
    if (request->chat.len)
        path = chat_path(arena, request->chat, request->entry.ptr + share->at, is_block);
    if (path.len)
        return path;
    return is_block ? str_format(arena, "messages.%zu.content.%zu", message, share->index)
                    : str_format(arena, "messages.%zu", share->index);
}

struct str count_share_label(struct arena *arena, const struct request *request,
                             const struct count_share *share, size_t message)
{
    struct str name = utf8_printable(arena, share->name, 60);
    const char *space = name.len ? " " : "";
    switch (share->kind) {
    case COUNT_SHARE_SCHEMA:
        return STR("output_config.format");
    case COUNT_SHARE_SYSTEM:
        return STR("system");
    case COUNT_SHARE_TOOL:
        return str_format(arena, "tools.%zu%s%.*s", share->index, space, STR_ARGS(name));
    case COUNT_SHARE_MESSAGE:
        return message_label(arena, request, share, message);
    case COUNT_SHARE_BLOCK:
        return str_format(arena, "%.*s%s%.*s",
                          STR_ARGS(message_label(arena, request, share, message)), space,
                          STR_ARGS(name));
    default:
        return STR("frame");
    }
}
