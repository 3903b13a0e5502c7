/* What a plan adds up to: the cache, costs, batches and waves. */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/report.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;

static struct plan plan_of(struct plan_options options, const struct plan_record *records,
                           size_t len)
{
    struct ruleset *ruleset = ARENA_NEW(&arena, struct ruleset);
    struct plan plan;
    struct plan_stuck stuck;
    struct plan_turn turn;
    ruleset_init(ruleset, &arena, &catalog, STR("/"));
    plan_init(&plan, &arena, ruleset, &catalog, &options);
    for (size_t i = 0; i < len; i++)
        plan_add(&plan, &records[i], &turn, &stuck);
    plan_end(&plan);
    return plan;
}

static struct plan_options options_of(int64_t output_tokens, double cache_hit)
{
    return (struct plan_options){
        .tier = STR("start"),
        .output = { .tokens = output_tokens, .share = -1 },
        .online = simulate_defaults(),
        .cache_hit = cache_hit,
    };
}

static struct plan_record record_of(const char *model, int64_t tokens, int64_t max_tokens)
{
    return (struct plan_record){
        .source = STR("a"),
        .place = { 1, 1 },
        .model = str_from_c(model),
        .low = tokens,
        .tokens = tokens,
        .high = tokens,
        .max_tokens = max_tokens,
        .entry_bytes = 1000,
    };
}

static bool is_near(double got, double want)
{
    const double distance = got > want ? got - want : want - got;
    if (distance <= want * 1e-12)
        return true;
    printf("# got %.12g, want %.12g\n", got, want);
    return false;
}

static double online_usd(const struct plan *plan, enum plan_edge edge)
{
    return plan->cost[PLAN_ONLINE].usd[edge];
}

static void test_prices(void)
{
    struct plan_record record = record_of("claude-sonnet-5-5", 1000000, 1000);
    struct plan plan = plan_of(options_of(-1, -1), &record, 1);
    ok(is_near(online_usd(&plan, PLAN_LOW), 2.0), "a million tokens cost the price of a million");
    ok(is_near(online_usd(&plan, PLAN_WORST), 2.01), "at most, with max_tokens of output");
    ok(is_near(plan.cost[PLAN_BATCH].usd[PLAN_WORST], 1.005), "half of it in a batch");
    record.is_us = true;
    plan = plan_of(options_of(100, -1), &record, 1);
    ok(is_near(online_usd(&plan, PLAN_EXPECTED), 2.001 * 1.1), "a tenth more in the US");
    plan = plan_of(options_of(5000, -1), &record, 1);
    ok(is_near(online_usd(&plan, PLAN_EXPECTED), 2.01 * 1.1), "no more output than max_tokens");
    record = record_of("claude-haiku-5-5", 100000, 1000000);
    plan = plan_of(options_of(-1, -1), &record, 1);
    ok(is_near(online_usd(&plan, PLAN_WORST), 0.01 + 0.5), "a prompt of 100,000 tokens is short");
    record = record_of("claude-haiku-5-5", 100001, 1000000);
    plan = plan_of(options_of(-1, -1), &record, 1);
    ok(is_near(online_usd(&plan, PLAN_WORST), 0.0500005 + 2.5), "one more makes all of it dear");
    record = record_of("nobody-knows", 1, 1);
    plan = plan_of(options_of(-1, -1), &record, 1);
    ok(plan.unpriced == 1 && online_usd(&plan, PLAN_LOW) < 0, "no price is not a price of 0");
    record = record_of("claude-sonnet-5-5", 10, REQUEST_UNSET);
    plan = plan_of(options_of(-1, -1), &record, 1);
    ok(online_usd(&plan, PLAN_LOW) > 0 && online_usd(&plan, PLAN_WORST) < 0,
       "without max_tokens there is no upper bound");
    record.high = COUNT_UNBOUNDED;
    plan = plan_of(options_of(7, -1), &record, 1);
    ok(online_usd(&plan, PLAN_EXPECTED) > 0 && online_usd(&plan, PLAN_HIGH) < 0,
       "nor with input that nobody can count");
}

static void test_cache(void)
{
    struct plan_record records[3];
    for (int i = 0; i < 3; i++) {
        records[i] = record_of("claude-sonnet-5-5", 3000, 0);
        records[i].prefixes[0] = (struct plan_prefix){ .hash = 7, .tokens = 1000, .is_1h = true };
        records[i].prefixes[1] =
            (struct plan_prefix){ .hash = 8 + (uint64_t)i / 2, .tokens = 2000 };
        records[i].prefixes_len = 2;
    }
    struct plan plan = plan_of(options_of(0, -1), records, 3);
    const struct plan_sums *sums = &plan.sums;
    ok(plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_1H) == 1000 &&
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_5M) == 2000 &&
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_5M) == 2000 &&
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_1H) == 1000 &&
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_UNCACHED) == 3000,
       "each prefix is written once, and read by the longest that is known");
    const double read_all = (1000 * 4.0 + 2000 * 2.5 + 3000 * 0.1 + 3000 * 2.0) / 1e6;
    const double write_all = (2000 * 4.0 + 4000 * 2.5 + 3000 * 2.0) / 1e6;
    ok(is_near(online_usd(&plan, PLAN_EXPECTED), read_all), "reads and writes have their prices");
    ok(is_near(online_usd(&plan, PLAN_HIGH), write_all), "and at most all is written");
    plan = plan_of(options_of(0, 0.5), records, 3);
    ok(is_near(online_usd(&plan, PLAN_EXPECTED), (read_all + write_all) / 2) &&
           is_near(online_usd(&plan, PLAN_HIGH), (read_all + write_all) / 2),
       "a known share of hits lies between");
    records[0].prefixes[0].tokens = 511;
    records[0].prefixes_len = 1;
    plan = plan_of(options_of(0, -1), records, 1);
    ok(plan_sums_input(&plan.sums, PLAN_EXPECTED, PLAN_UNCACHED) == 3000 && !plan.seen.len,
       "a prefix below the least length is not cached");
    records[0].prefixes[0].tokens = 512;
    plan = plan_of(options_of(0, -1), records, 1);
    ok(plan_sums_input(&plan.sums, PLAN_EXPECTED, PLAN_WRITE_1H) == 512, "one of that length is");
}

static void test_fast_mode(void)
{
    struct plan_record records[] = { record_of("claude-opus-5", 1000000, 1000),
                                     record_of("claude-opus-5", 1000000, 1000),
                                     record_of("claude-sonnet-5-5", 1000000, 1000) };
    records[0].is_fast = records[2].is_fast = true;
    struct plan plan = plan_of(options_of(1000, -1), records, 3);
    ok(plan.models_len == 3 && plan.models[0].speed == PLAN_FAST &&
           is_near(plan.models[0].cost[PLAN_ONLINE].usd[PLAN_EXPECTED], 10.05) &&
           is_near(plan.models[0].cost[PLAN_BATCH].usd[PLAN_EXPECTED], 2.5125),
       "fast mode has its price online, and none in a batch");
    ok(is_near(online_usd(&plan, PLAN_EXPECTED), 10.05 + 5.025 + 2.01), "beside the others");
    ok(plan.fast_unpriced == 1 && plan.sums.fast == 2,
       "where none is known it has the standard one");
    ok(plan.pools_len == 3 && plan.pools[1].is_apart && !plan_is_simulated(&plan.pools[1]) &&
           plan.pools[1].sums.requests == 1 && plan.pools[0].sums.requests == 1,
       "it has limits of its own, which nobody knows");
    records[0].is_us = true;
    plan = plan_of(options_of(1000, -1), records, 1);
    ok(is_near(online_usd(&plan, PLAN_EXPECTED), 10.05 * 1.1) &&
           is_near(plan.costliest[0].usd, 10.05 * 1.1),
       "in the US a tenth more of it");
}

static void test_dated_model(void)
{
    struct plan_record record = record_of("claude-sonnet-5-5-20261101", 1000000, 1000);
    struct plan plan = plan_of(options_of(1000, -1), &record, 1);
    ok(plan.models[0].is_assumed && is_near(online_usd(&plan, PLAN_EXPECTED), 2.01) &&
           str_equal(plan.pools[0].name, STR("sonnet-5.5")),
       "of another date a model has the price and the pool it has");
    is_str(plan.models[0].id, "claude-sonnet-5-5-20261101", "and the name it was given");
}

/* More names of models than there are rows: none is lost, and those the catalog has keep theirs. */
static void test_many_models(void)
{
    enum { NAMES = 700 };
    static struct plan_record records[NAMES + 2];
    int64_t requests = 0;
    for (int i = 0; i < NAMES; i++)
        records[i] = record_of(
            str_to_c(&arena, str_format(&arena, "claude-opus-5-%d-202611%02d", i, i % 30 + 1)), 10,
            10);
    for (int i = 0; i < NAMES; i += 7)
        records[i].model = str_format(&arena, "claude-opus-5-20%02d0101", 20 + i / 7 % 80);
    records[NAMES] = records[NAMES + 1] = record_of("claude-sonnet-5-5", 10, 10);
    records[NAMES + 1].is_fast = true;
    struct plan plan = plan_of(options_of(-1, -1), records, NAMES + 2);
    for (size_t i = 0; i < plan.models_len; i++)
        requests += plan.models[i].sums.requests;
    ok(requests == NAMES + 2 && plan.sums.requests == NAMES + 2, "every request is in one row");
    ok(plan.models_len == PLAN_MODELS_MAX + 2, "one row for those without, two for Sonnet 5.5");
}

static bool has_text(const char *text, const char *part)
{
    const bool has = strstr(text, part) != NULL;
    if (!has)
        printf("# no \"%s\" in:\n%s\n", part, text);
    return has;
}

/* The reports of a plan, to be given back with free(). */
static char *report_of(const struct plan *plan, bool is_json)
{
    const struct findings findings = { .arena = &arena };
    const struct summary summary = { 0 };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (is_json)
        report_plan_json(out, plan, &findings, &summary);
    else
        report_plan_human(out, plan);
    fclose(out);
    return text;
}

/* A cache of two entries: the four others that live are forgotten, written again each time, and
 * that is said. */
static void test_forgotten(void)
{
    struct plan_record records[12];
    struct plan_options options = options_of(100, -1);
    options.online.cache_entries_max = 2;
    for (size_t i = 0; i < 12; i++) {
        records[i] = record_of("claude-sonnet-5-5", 3000, 100);
        records[i].prefixes[0] = (struct plan_prefix){ 100 + i % 6, 2000, i % 2 != 0 };
        records[i].prefixes_len = 1;
    }
    struct plan plan = plan_of(options, records, 12);
    const struct simulate_result *result = &plan.pools[0].results[PLAN_EXPECTED];
    ok(result->cache_forgotten == 8, "four entries are forgotten, each of them twice");
    char *human = report_of(&plan, false), *json = report_of(&plan, true);
    ok(has_text(human, "8 cache entries too many to follow"), "it is said");
    ok(has_text(json, "\"cache_forgotten\": 8"), "... to programs too");
    free(human);
    free(json);
    options.online.cache_entries_max = 6;
    plan = plan_of(options, records, 12);
    result = &plan.pools[0].results[PLAN_EXPECTED];
    ok(result->cache_forgotten == 0, "with room for all, none");
    human = report_of(&plan, false);
    ok(!strstr(human, "to follow"), "and nothing is said");
    free(human);
}

static void test_hashes(void)
{
    struct hashes hashes = { .arena = &arena, .len_max = 1000 };
    bool has_all = true, has_none = true;
    ok(!hashes_has(&hashes, 0), "an empty set has nothing");
    for (uint64_t i = 0; i < 1000; i++)
        hashes_add(&hashes, i * 2 == 2 ? 1000000 : i * 2);
    for (uint64_t i = 0; i < 1000; i++) {
        has_all &= hashes_has(&hashes, i * 2 == 2 ? 1000000 : i * 2);
        has_none &= !hashes_has(&hashes, i * 2 + 3);
    }
    ok(has_all && has_none && !hashes.is_full, "it has what was added, and nothing else");
    hashes_add(&hashes, 4);
    ok(!hashes.is_full && hashes.len == 1000, "what is there needs no room");
    hashes_add(&hashes, 5);
    ok(hashes.is_full && !hashes_has(&hashes, 5), "beyond the bound nothing is remembered");
}

static struct batches batches_of(int64_t requests, int64_t bytes, int64_t queued)
{
    struct batches batches = { .arena = &arena, .limits = { 100000, 256000000, 200000, queued } };
    for (int64_t i = 0; i < requests; i++)
        batches_add(&batches, bytes);
    batches_end(&batches);
    return batches;
}

static void test_batches(void)
{
    struct batches batches = batches_of(0, 1, 0);
    ok(batches.len == 0 && batches_waves(&batches) == 0, "nothing needs no batch");
    batches = batches_of(100000, 100, 0);
    ok(batches.len == 1 && batches.items[0].body_bytes == 15 + 100000 * 101 - 1,
       "100,000 requests are one batch, with commas and brackets");
    batches = batches_of(100001, 100, 0);
    ok(batches.len == 2 && batches.items[1].requests == 1, "one more makes two");
    batches = batches_of(3, 127999991, 0);
    ok(batches.len == 2 && batches.items[0].body_bytes == 255999998, "bytes may be the limit");
    batches = batches_of(2, 127999992, 0);
    ok(batches.len == 1 && batches.items[0].body_bytes == 256000000, "256 MB are not too much");
    batches = batches_of(2, 256000000, 0);
    ok(batches.too_large == 2 && batches.len == 2, "what is too large for any is said");
    batches = batches_of(500000, 10, 0);
    ok(batches.len == 5 && batches_waves(&batches) == 3 && batches_most_queued(&batches) == 200000,
       "the queue takes two full batches at once");
    batches = batches_of(200000, 10, 100000);
    ok(batches_waves(&batches) == 2 && batches_most_queued(&batches) == 200000,
       "what is in the queue already has its place in the first wave");
    batches = batches_of(100, 10, 200000);
    ok(batches_waves(&batches) == 2 && batches.items[0].wave == 1 &&
           batches_most_queued(&batches) == 200000,
       "a full queue must end first");
}

static void test_text(void)
{
    static const struct {
        double usd;
        const char *text;
    } usd[] = {
        { 0, "$0.00" },
        { 0.5, "$0.500" },
        { 0.0123456, "$0.0123" },
        { 0.9949, "$0.995" },
        { 0.995, "$1.00" },
        { 1, "$1.00" },
        { 1234.567, "$1,234.57" },
        { -1, "unknown" },
        { 1e-20, "$0.000000000000" },
    };
    static const struct {
        double seconds;
        const char *text;
    } durations[] = {
        { 0, "0 s" },
        { 0.2, "200 ms" },
        { 0.0000004, "1 ms" },
        { 0.007, "7 ms" },
        { 0.0070001, "8 ms" },
        { 0.999, "999 ms" },
        { 0.9991, "1 s" },
        { 1, "1 s" },
        { 1.2, "2 s" },
        { 59, "59 s" },
        { 60, "1 min" },
        { 65, "1 min 5 s" },
        { 3600, "1 h" },
        { 3601, "1 h 1 min" },
        { 86400, "1 day" },
        { 190000, "2 days 5 h" },
        { 3599.5, "1 h" },
        { 86399, "1 day" },
        { 82801, "23 h 1 min" },
        { 86341, "1 day" },
        { 172799, "2 days" },
    };
    for (size_t i = 0; i < sizeof usd / sizeof usd[0]; i++)
        is_str(text_usd(&arena, usd[i].usd), usd[i].text, usd[i].text);
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++)
        is_str(text_duration(&arena, durations[i].seconds), durations[i].text, durations[i].text);
    is_str(text_bytes(&arena, 1), "1 byte", "a byte");
    is_str(text_bytes(&arena, 999), "999 bytes", "bytes");
    is_str(text_bytes(&arena, 999949), "999.9 kB", "kilobytes");
    is_str(text_bytes(&arena, 999950), "1.0 MB", "megabytes");
}

int main(void)
{
    struct error err = { 0 };
    if (!catalog_load(&arena, &catalog, &err))
        return 1;
    test_prices();
    test_cache();
    test_fast_mode();
    test_dated_model();
    test_many_models();
    test_forgotten();
    test_hashes();
    test_batches();
    test_text();
    arena_free(&arena);
    return tap_done();
}
