/* One request, read and counted offline: with the vocabulary, as for --parts,
 * and as builds without one do. */
#include "fuzz.h"

#include <string.h>

#include "count/count.h"
#include "input/reader.h"

static struct catalog catalog;

static void prepare(void)
{
    static struct arena arena;
    struct error err = { 0 };
    if (!catalog.models_len)
        fuzz_expect(catalog_load(&arena, &catalog, &err), "the catalog loads");
}

static void check(const struct count *count)
{
    int64_t shared = 0;
    fuzz_expect(0 < count->low && count->low <= count->tokens && count->tokens <= count->high,
                "0 < low <= tokens <= high");
    fuzz_expect(count->prefix_share >= 0 && count->prefix_share <= 1, "a share is one");
    fuzz_expect((count->high == COUNT_UNBOUNDED) == (count->uncountable.len > 0),
                "it is unbounded for a reason");
    for (size_t i = 0; i < count->shares.len; i++)
        if (count->shares.items[i].kind != COUNT_SHARE_BLOCK) /* of a message that is there too */
            shared += count->shares.items[i].tokens;
    fuzz_expect(shared == count->tokens, "the shares are the whole");
}

static struct count count_with(struct offline *offline, struct arena *arena,
                               const struct request *request)
{
    struct count count = { 0 };
    offline_count(offline, arena, request, &catalog, &count);
    check(&count);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct offline *offline[3];
    const struct counter_options options[3] = {
        [0].vocab = vocab_embedded(),
        [1] = { .vocab = vocab_embedded(), .wants_blocks = true },
    };
    struct count counts[3];
    const struct source source = { .path = STR("a"), .absolute = STR("/d/a") };
    const struct request_defaults defaults = { .model = STR("claude-opus-4-8") };
    struct arena arena = { 0 };
    struct request request = {
        .source = &source,
        .entry = fuzz_text(data, size),
        .start = { 1, 1 },
        .custom_id_at = REQUEST_NOWHERE,
        .model_at = REQUEST_NOWHERE,
        .max_tokens = REQUEST_UNSET,
        .max_tokens_at = REQUEST_NOWHERE,
        .parts = { .arena = &arena },
        .faults = { .arena = &arena },
    };
    prepare();
    memset(counts, 0, sizeof counts);
    reader_request.parse(&arena, &defaults, &request);
    if (!request.model.len)
        request.model = defaults.model;
    for (int i = 0; i < 3; i++) {
        if (!offline[i])
            offline[i] = offline_open(&options[i]);
        if (!request.unreadable)
            counts[i] = count_with(offline[i], &arena, &request);
    }
    fuzz_expect(counts[0].low == counts[1].low && counts[0].tokens == counts[1].tokens &&
                    counts[0].high == counts[1].high,
                "showing blocks does not change the count");
    arena_free(&arena);
    return 0;
}
