/* What holds of every offline count, of adding counts, and of judging them. */
#include "count/count.h"

#include "check/verdict.h"
#include "count/offline/estimate.h"
#include "tap.h"

static struct arena arena;

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

static struct str random_text(struct arena *into, unsigned *state, unsigned len_max)
{
    static const char *const pieces[] = {
        "word",
        "the",
        "Anthropic",
        "camelCase",
        "ALLCAPS",
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        "\t",
        "    ",
        "1",
        "2026",
        ".",
        ",",
        "{}",
        "---",
        "==",
        "\xC3\xA9",
        "\xC3\x9F",
        "\xE4\xBD\xA0",
        "\xF0\x9F\x98\x80",
        "\xD0\x9F",
        "\xE0\xA4\x95",
        "\xFF",
        "\xE2\x82",
        "\x01",
        "x",
        "Q",
        "pneumonoultramicroscopicsilicovolcanoconiosis",
    };
    struct buf text = { .arena = into };
    for (unsigned len = next_random(state, len_max + 1); len; len--)
        buf_add(&text, str_from_c(pieces[next_random(state, sizeof pieces / sizeof pieces[0])]));
    return buf_str(&text);
}

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

static void random_request(struct request *request, struct arena *into, unsigned *state)
{
    static const char *const models[] = { "claude-opus-4-8", "claude-haiku-4-5",
                                          "claude-3-opus-1", "claude-sonnet-5-5",
                                          "claude-2.1",      "" };
    *request = (struct request){
        .parts.arena = into,
        .model = str_from_c(models[next_random(state, 6)]),
        .turns = next_random(state, 5),
        .last_is_user = next_random(state, 2),
        .tools_len = next_random(state, 3),
        .documents = next_random(state, 2),
        .system_turns = next_random(state, 2),
        .has_citations = next_random(state, 2),
        .tool_choice = (enum tool_choice)next_random(state, 3),
        .thinking = (enum thinking)next_random(state, 4),
        .caches_all = next_random(state, 2),
    };
    request->tool_calls = next_random(state, 4);
    request->parallel_calls = next_random(state, (unsigned)request->tool_calls + 1);
    for (unsigned parts = next_random(state, 5); parts; parts--) {
        enum part_kind kind = (enum part_kind)next_random(state, PART_UNCOUNTABLE + 1);
        request_add_part(request, kind,
                         kind >= PART_OPAQUE ? STR("a PDF") : random_text(into, state, 80), 0);
        request->parts.items[request->parts.len - 1].ends_prefix = next_random(state, 4) == 0;
    }
}

static void test_counter(const struct catalog *catalog)
{
    unsigned state = 11;
    bool ordered = true, shared = true, unbounded = true, done = true;
    for (int i = 0; i < 5000; i++) {
        struct arena scratch = { 0 };
        struct request request;
        struct count count = { 0 };
        struct error err = { 0 };
        bool has_opaque = false, has_uncountable = false;
        random_request(&request, &scratch, &state);
        for (size_t j = 0; j < request.parts.len; j++) {
            has_opaque |= request.parts.items[j].kind >= PART_OPAQUE;
            has_uncountable |= request.parts.items[j].kind == PART_UNCOUNTABLE;
        }
        done &=
            counter_offline.count(NULL, &scratch, &request, catalog, &count, &err) == COUNT_DONE &&
            count.origin == COUNT_ORIGIN_OFFLINE;
        ordered &= 0 < count.low && count.low <= count.tokens && count.tokens <= count.high;
        shared &= count.prefix_share >= 0 && count.prefix_share <= 1;
        unbounded &= (count.high == COUNT_UNBOUNDED) == has_opaque &&
                     (count.uncountable.len > 0) == has_opaque &&
                     count.refused_online == has_uncountable;
        arena_free(&scratch);
    }
    ok(done, "it always counts");
    ok(ordered, "0 < low <= tokens <= high");
    ok(shared, "the share of the prefix is one");
    ok(unbounded, "only what cannot be counted has no upper bound");
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
    test_count_add();
    test_verdict();
    arena_free(&arena);
    return tap_done();
}
