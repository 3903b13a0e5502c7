/* What holds of every offline count, of adding counts, and of judging them. */
#include "count/count.h"

#include "check/verdict.h"
#include "count/offline/api_tools.h"
#include "count/offline/estimate.h"
#include "random_request.h"
#include "tap.h"

static struct arena arena;

static void test_estimate(void)
{
    unsigned state = 7;
    bool ordered = true, additive = true, linear = true, bounded = true;
    for (int i = 0; i < 2000; i++) {
        struct arena scratch = { 0 };
        struct estimate_features a = { 0 }, b = { 0 }, both = { 0 }, many = { 0 };
        struct str first = random_text(&scratch, &state, 60);
        struct str second = random_text(&scratch, &state, 60);
        enum estimate_generation generation =
            i % 2 ? ESTIMATE_GENERATION_NEW : ESTIMATE_GENERATION_V3;
        estimate_features_add(&a, first.ptr, first.len);
        estimate_features_add(&b, second.ptr, second.len);
        estimate_features_add(&both, first.ptr, first.len);
        estimate_features_add(&both, second.ptr, second.len);
        for (int j = 0; j < ESTIMATE_FEATURES_LEN; j++) {
            additive &= both.n[j] == a.n[j] + b.n[j];
            many.n[j] = 1000 * a.n[j];
        }
        struct estimate one = estimate_from_features(&a, generation);
        struct estimate thousand = estimate_from_features(&many, generation);
        ordered &= 0 <= one.low && one.low <= one.tokens && one.tokens <= one.high;
        int64_t off = thousand.tokens - 1000 * one.tokens;
        linear &= off >= -1000 && off <= 1000; /* of rounding */
        bounded &= one.tokens <= (int64_t)first.len * 2 + 1;
        arena_free(&scratch);
    }
    ok(ordered, "0 <= low <= tokens <= high");
    ok(additive, "features of parts add up");
    ok(linear, "a thousand times the features are a thousand times the tokens");
    ok(bounded, "no more than two tokens a byte");
    struct estimate_features none = { 0 };
    estimate_features_add(&none, NULL, 0);
    struct estimate zero = estimate_from_features(&none, ESTIMATE_GENERATION_NEW);
    ok(!zero.low && !zero.tokens && !zero.high, "nothing costs nothing");
}

/* What was asked and what came of it. */
struct counted {
    struct request request;
    struct count count;
};

static bool has_kind(const struct request *request, enum part_kind kind)
{
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].kind == kind)
            return true;
    return false;
}

static bool is_ordered(const struct counted *counted)
{
    const struct count *count = &counted->count;
    return 0 < count->low && count->low <= count->tokens && count->tokens <= count->high;
}

static bool is_share(const struct counted *counted)
{
    bool has_breakpoint = counted->request.caches_all;
    for (size_t i = 0; i < counted->request.parts.len; i++)
        has_breakpoint |= counted->request.parts.items[i].ends_prefix;
    const double share = counted->count.prefix_share;
    return has_breakpoint ? 0 <= share && share <= 1 : share == 0;
}

/* Every token is somebody's, and once. */
static bool shares_add_up(const struct counted *counted)
{
    const struct count_shares *shares = &counted->count.shares;
    int64_t tokens = 0;
    for (size_t i = 0; i < shares->len; i++) {
        const struct count_share *share = &shares->items[i];
        if (share->kind == COUNT_SHARE_MESSAGE && share->index >= counted->request.messages_len)
            return false;
        if (share->kind == COUNT_SHARE_TOOL && share->index >= counted->request.tools_len)
            return false;
        if (share->kind != COUNT_SHARE_BLOCK) /* those are in their message */
            tokens += share->tokens;
    }
    return tokens == counted->count.tokens;
}

static bool is_bounded_rightly(const struct counted *counted)
{
    const struct request *request = &counted->request;
    bool has_opaque = has_kind(request, PART_OPAQUE) || has_kind(request, PART_UNCOUNTABLE) ||
                      has_kind(request, PART_PDF);
    const bool is_bounded = counted->count.high != COUNT_UNBOUNDED;
    bool may_be_hidden = false;
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        may_be_hidden |= part->kind == PART_THINKING && !part->text.len;
        has_opaque |= part->kind == PART_API_TOOL && !api_tool_is_known(part);
    }
    return is_bounded == !counted->count.uncountable.len && !(is_bounded && has_opaque) &&
           (is_bounded || has_opaque || may_be_hidden) &&
           counted->count.refused_online == has_kind(request, PART_UNCOUNTABLE);
}

static bool count_it(struct offline *offline, struct arena *into, const struct catalog *catalog,
                     struct counted *counted)
{
    const enum count_origin origin =
        vocab_embedded() ? COUNT_ORIGIN_OFFLINE : COUNT_ORIGIN_ESTIMATE;
    counted->count = (struct count){ 0 };
    offline_count(offline, into, &counted->request, catalog, &counted->count);
    return counted->count.origin == origin;
}

static struct offline *open_counter(void)
{
    return offline_open(&(struct counter_options){ .vocab = vocab_embedded() });
}

static struct offline *open_counter_of_blocks(void)
{
    return offline_open(
        &(struct counter_options){ .vocab = vocab_embedded(), .wants_blocks = true });
}

static void test_counter(const struct catalog *catalog)
{
    unsigned seed = 11;
    bool done = true, ordered = true, shared = true, added_up = true, bounded = true, same = true;
    struct offline *offline = open_counter(), *of_blocks = open_counter_of_blocks();
    for (int i = 0; i < 5000; i++) {
        struct arena scratch = { 0 };
        struct counted counted;
        random_request(&counted.request, &scratch, &seed);
        done &= count_it(offline, &scratch, catalog, &counted);
        ordered &= is_ordered(&counted);
        shared &= is_share(&counted);
        added_up &= shares_add_up(&counted);
        bounded &= is_bounded_rightly(&counted);
        const int64_t tokens = counted.count.tokens;
        same &= count_it(of_blocks, &scratch, catalog, &counted) && counted.count.tokens == tokens;
        added_up &= shares_add_up(&counted);
        arena_free(&scratch);
    }
    offline_close(offline);
    offline_close(of_blocks);
    ok(done, "it always counts");
    ok(ordered, "0 < low <= tokens <= high");
    ok(shared, "the share of the prefix is one, and there only with a breakpoint");
    ok(added_up, "the shares add up to the tokens");
    ok(bounded, "only what cannot be counted has no upper bound");
    ok(same, "blocks or not, the tokens are the same");
}

/* Thinking may: a new question drops that of the last one. */
static void test_more_messages(const struct catalog *catalog)
{
    unsigned seed = 13;
    bool grows = true;
    struct offline *offline = open_counter();
    for (int i = 0; i < 5000; i++) {
        struct arena scratch = { 0 };
        struct counted counted;
        random_request(&counted.request, &scratch, &seed);
        if (has_kind(&counted.request, PART_THINKING) ||
            counted.request.messages_to != counted.request.parts.len) {
            arena_free(&scratch);
            continue;
        }
        count_it(offline, &scratch, catalog, &counted);
        const int64_t tokens = counted.count.tokens;
        add_message(&counted.request, &scratch, &seed, false);
        request_add_part(&counted.request, PART_TEXT, STR("not an empty one"), 0);
        counted.request.messages_to++;
        count_it(offline, &scratch, catalog, &counted);
        grows &= counted.count.tokens >= tokens;
        arena_free(&scratch);
    }
    offline_close(offline);
    ok(grows, "a message more is never a token less");
}

static bool same_counts(const struct count *a, const struct count *b)
{
    bool same = a->low == b->low && a->tokens == b->tokens && a->high == b->high &&
                a->prefixes_len == b->prefixes_len && a->shares.len == b->shares.len;
    for (size_t i = 0; same && i < a->shares.len; i++)
        same = a->shares.items[i].tokens == b->shares.items[i].tokens;
    return same;
}

/* Of definitions that differ little, under all models, some longer than what is remembered. */
static void vary_tools(struct request *request, struct arena *into, unsigned *seed)
{
    for (size_t i = 0; i < request->parts.len; i++) {
        struct part *part = &request->parts.items[i];
        const unsigned size = next_random(seed, 8) ? next_random(seed, 40) : 3000;
        struct buf json = { .arena = into };
        if (part->kind != PART_TOOL || part->has_examples)
            continue;
        buf_format(&json, "{\"name\": \"%.*s\", \"description\": \"", STR_ARGS(part->name));
        for (unsigned k = 0; k < size; k++)
            buf_add(&json, k % 7 ? STR("word ") : STR("\xC3\xA9t\xC3\xA9 \\n"));
        buf_add(&json, STR("\", \"input_schema\": {\"type\": \"object\"}}"));
        part->text = buf_str(&json);
    }
}

static void test_known_tools(const struct catalog *catalog)
{
    unsigned seed = 19;
    bool same = true;
    size_t with_tools = 0;
    struct offline *offline = open_counter();
    for (int i = 0; i < 6000 && with_tools < 1000; i++) {
        struct arena scratch = { 0 };
        struct counted counted;
        random_request(&counted.request, &scratch, &seed);
        counted.request.model = catalog->models[next_random(&seed, 20) % catalog->models_len].id;
        vary_tools(&counted.request, &scratch, &seed);
        if (has_kind(&counted.request, PART_TOOL)) {
            struct offline *fresh = open_counter();
            count_it(offline, &scratch, catalog, &counted);
            const struct count count = counted.count;
            count_it(fresh, &scratch, catalog, &counted);
            same &= same_counts(&count, &counted.count);
            offline_close(fresh);
            with_tools++;
        }
        arena_free(&scratch);
    }
    offline_close(offline);
    ok(same && with_tools == 1000, "what it remembers of tools changes no count");
}

/* Parts in an order no reader makes. */
static void test_disorder(const struct catalog *catalog)
{
    unsigned seed = 17;
    bool holds = true;
    struct offline *offline = open_counter();
    for (int i = 0; i < 5000; i++) {
        struct arena scratch = { 0 };
        struct counted counted;
        random_request(&counted.request, &scratch, &seed);
        for (size_t k = 0; k < counted.request.parts.len; k++) {
            struct part *part = &counted.request.parts.items[k];
            part->kind = (enum part_kind)next_random(&seed, PART_UNCOUNTABLE + 1);
            part->name = part->id = (struct str){ 0 }; /* else of what it is no more */
            part->in_result = next_random(&seed, 2);
            part->in_document = next_random(&seed, 2);
            part->has_examples = false;
        }
        holds &= count_it(offline, &scratch, catalog, &counted) && is_ordered(&counted) &&
                 is_share(&counted);
        arena_free(&scratch);
    }
    offline_close(offline);
    ok(holds, "and all holds of parts in any order");
}

static void test_count_add(void)
{
    static const struct {
        struct count before;
        int64_t tokens;
        struct count after;
    } cases[] = {
        { { .low = 1, .tokens = 2, .high = 3 }, 10, { .low = 11, .tokens = 12, .high = 13 } },
        { { .low = 1, .tokens = 2, .high = 3 }, 0, { .low = 1, .tokens = 2, .high = 3 } },
        { { .low = 1, .tokens = 2, .high = COUNT_UNBOUNDED },
          5,
          { .low = 6, .tokens = 7, .high = COUNT_UNBOUNDED } },
        { { .low = 1, .tokens = 2, .high = 3 },
          INT64_MAX,
          { .low = INT64_MAX, .tokens = INT64_MAX, .high = INT64_MAX } },
        { { .low = 0, .tokens = 0, .high = 1 },
          INT64_MAX - 1,
          { .low = INT64_MAX - 1, .tokens = INT64_MAX - 1, .high = INT64_MAX } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct count count = cases[i].before;
        count_add(&count, cases[i].tokens);
        ok(count.low == cases[i].after.low && count.tokens == cases[i].after.tokens &&
               count.high == cases[i].after.high,
           "added on every side, no further than the largest number");
    }
    is_str(str_from_c(count_origin_name(COUNT_ORIGIN_CACHE)), "cache", "an origin has a name");
}

static void test_verdict(void)
{
    static const struct {
        double low, high, budget;
        enum verdict verdict;
    } cases[] = {
        { 90, 100, 100, VERDICT_PASS },
        { 90, 101, 100, VERDICT_UNDECIDED },
        { 100, 101, 100, VERDICT_UNDECIDED },
        { 101, 110, 100, VERDICT_FAIL },
        { 100, 100, 100, VERDICT_PASS },
        { 101, 101, 100, VERDICT_FAIL },
        { 0, 0, 0, VERDICT_PASS },
        { 1, 1, 0, VERDICT_FAIL },
        { 1, (double)COUNT_UNBOUNDED, 5, VERDICT_UNDECIDED },
        { 6, (double)COUNT_UNBOUNDED, 5, VERDICT_FAIL },
    };
    static const char *const names[] = { "pass", "undecided", "fail" };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum verdict verdict = verdict_at_most(cases[i].low, cases[i].high, cases[i].budget);
        is_str(str_from_c(verdict_name(verdict)), names[cases[i].verdict], "a band and a budget");
    }
}

int main(void)
{
    struct catalog catalog;
    struct error err = { 0 };
    ok(catalog_load(&arena, &catalog, &err), "the catalog loads");
    test_estimate();
    test_counter(&catalog);
    test_more_messages(&catalog);
    test_known_tools(&catalog);
    test_disorder(&catalog);
    test_count_add();
    test_verdict();
    arena_free(&arena);
    return tap_done();
}
