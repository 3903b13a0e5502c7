/* Results against requests: labels, the ledger, lines of results, joining in any order. */
#include <stdlib.h>

#include "plan/label.h"
#include "plan/quantile.h"
#include "plan/reconcile.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;
static atomic_bool interrupted;

static void test_quantile(void)
{
    uint64_t hundred[100], few[] = { 30, 10, 20 };
    for (size_t i = 0; i < 100; i++)
        hundred[i] = 100 - i;
    quantile_sort(hundred, 100);
    quantile_sort(few, 3);
    ok(hundred[0] == 1 && hundred[99] == 100, "sorted");
    ok(quantile(hundred, 100, 95) == 95 && quantile(hundred, 100, 99) == 99 &&
           quantile(hundred, 100, 100) == 100 && quantile(hundred, 100, 1) == 1,
       "percentiles of 1 to 100 are themselves");
    ok(quantile(few, 3, 50) == 20 && quantile(few, 3, 95) == 30 && quantile(few, 3, 1) == 10 &&
           quantile(few, 3, 33) == 10 && quantile(few, 3, 34) == 20,
       "nearest rank of three");
    ok(quantile(hundred, 1, 99) == 1, "of one");
    ok(quantile(hundred, 20, 95) == 19 && quantile(hundred, 21, 95) == 20, "19 of 20 are 95%");
}

static void test_labels(void)
{
    static const struct {
        const char *id, *label;
    } cases[] = {
        { "ticket-0001", "ticket" },
        { "ticket-2026-11-0042", "ticket" },
        { "page12", "page" },
        { "syn7239560", "syn" },
        { "0", "" },
        { "", "" },
        { "---", "" },
        { "summary", "summary" },
        { "doc_3f2a9c1b", "doc" },
        { "doc_facade", "doc_facade" },
        { "doc_facade1", "doc" },
        { "doc-a1b2c3d4-e5f6-7890-abcd-ef1234567890", "doc" },
        { "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "" },
        { "en/faq/toolu_01A09q90qw90lq917835lq9", "en/faq/toolu" },
        { "translate-de-v2-17", "translate-de-v" },
        { "gr\xC3\xB6\xC3\x9F"
          "e-1",
          "gr\xC3\xB6\xC3\x9F"
          "e" },
        { "row 7 ", "row" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_str(label_of(str_from_c(cases[i].id)), cases[i].label, cases[i].id);
}

static void test_ledger(void)
{
    struct ledger ledger = { .arena = &arena };
    struct error err = { 0 };
    struct ledger_entry *first;
    const size_t len = 20000;
    char id[32];
    bool is_good = !ledger_find(&ledger, STR("none"));
    for (size_t i = 0; i < len; i++) {
        const struct ledger_entry entry = { .line = (uint32_t)i + 1 };
        snprintf(id, sizeof id, "id-%zu", i * 7919);
        is_good &= ledger_add(&ledger, str_from_c(id), &entry, &first, &err) && !first;
    }
    ok(is_good && ledger.len == len, "adds 20,000");
    for (size_t i = 0; i < len; i++) {
        snprintf(id, sizeof id, "id-%zu", i * 7919);
        const struct ledger_entry *entry = ledger_find(&ledger, str_from_c(id));
        is_good &= entry && entry->line == i + 1 && entry == ledger_at(&ledger, i);
    }
    ok(is_good, "and finds each");
    ok(!ledger_find(&ledger, STR("id-1")) && !ledger_find(&ledger, STR("")), "and no other");
    const struct ledger_entry again = { .line = 7 };
    ok(ledger_add(&ledger, STR("id-7919"), &again, &first, &err) && first && first->line == 2 &&
           ledger.len == len,
       "a second one of an id is not added");
    ok(sizeof(struct ledger_entry) <= 56, "56 bytes a request");
    ok(ledger_tokens(5) == 5 && ledger_tokens(-1) == LEDGER_UNSET &&
           ledger_tokens(INT64_MAX) == LEDGER_MORE && ledger_tokens(UINT32_MAX) == LEDGER_MORE,
       "tokens in 32 bits");
    char longer[300];
    memset(longer, 'x', sizeof longer);
    struct str key = ledger_key(&arena, (struct str){ longer, sizeof longer });
    struct str other = ledger_key(&arena, (struct str){ longer, sizeof longer - 1 });
    ok(key.len <= LEDGER_ID_MAX && !str_equal(key, other), "the key of a long id is short");
    ledger_free(&ledger);
}

static bool read_line(const char *line, struct result *result, struct result_problem *problem)
{
    return result_read(&arena, str_from_c(line), result, problem);
}

static void test_line(void)
{
    struct result result;
    struct result_problem problem;
    ok(read_line("{\"result\":{\"message\":{\"usage\":{\"output_tokens\":3,\"input_tokens\":1,"
                 "\"cache_creation_input_tokens\":7,\"cache_creation\":{\"ephemeral_1h_input_tokens"
                 "\":5}}},\"type\":\"succeeded\"},\"custom_id\":\"\\u0061\"}",
                 &result, &problem) &&
           result.has_usage && result.usage.write_1h == 5 && result.usage.write_5m == 2,
       "members in any order; what the split leaves out lives five minutes");
    is_str(result.id, "a", "an escaped id");
    ok(!read_line("{\"custom_id\":\"a\",\"params\":{}}", &result, &problem) && problem.is_foreign,
       "a request is none");
    ok(!read_line("{\"result\":{\"type\":\"expired\"}}", &result, &problem) && !problem.is_foreign,
       "a result without an id");
    ok(!read_line("{\"custom_id\":\"a\",\"result\":{\"type\":\"expired\"}} x", &result, &problem) &&
           problem.at == 46,
       "text after it");
    ok(read_line("{\"custom_id\":\"a\",\"result\":{\"type\":\"errored\",\"error\":\"no\"}}",
                 &result, &problem) &&
           result.outcome == OUTCOME_ERRORED && str_equal_c(result.error_message, "no"),
       "an error that is a string");
    ok(read_line("{\"custom_id\":\"a\",\"result\":{\"type\":\"canceled\"},\"error\":null}", &result,
                 &problem) &&
           result.outcome == OUTCOME_CANCELED,
       "null is no error");
    ok(read_line("{\"custom_id\":\"a\",\"result\":{\"type\":\"errored\",\"error\":{\"error\":{"
                 "\"error\":{\"error\":{\"type\":\"deep\"}}}}}}",
                 &result, &problem) &&
           !result.error_type.len,
       "errors in errors end somewhere");
}

static void test_suggest(void)
{
    ok(reconcile_suggest(1000, 1000, false, CATALOG_UNKNOWN) == 1280, "a fifth more, rounded up");
    ok(reconcile_suggest(0, 0, false, 64000) == 16, "nothing was said");
    ok(reconcile_suggest(213, 213, false, 64000) == 256 &&
           reconcile_suggest(214, 214, false, 64000) == 256 &&
           reconcile_suggest(215, 215, false, 64000) == 320,
       "exactly at a step");
    ok(reconcile_suggest(60000, 60000, false, 64000) == 64000, "no more than the model can");
    ok(reconcile_suggest(100, 256, true, 64000) == 512, "twice as much where answers were cut off");
}

static double price(const char *model, const char *tier, const char *geo, struct usage usage)
{
    const struct result result = { .service_tier = str_from_c(tier), .geo = str_from_c(geo) };
    return reconcile_price(catalog_model(&catalog, str_from_c(model)), &result, &usage);
}

static bool is_near(double a, double b)
{
    return a - b < 1e-12 && b - a < 1e-12;
}

/* Prices of rules/catalog/models.json: Sonnet 4.5 is 3, 15, 3.75, 6, 0.3 USD a million; Haiku 5.5
 * 0.1 and 0.5 up to 100,000 tokens of prompt, then five times as much. */
static void test_price(void)
{
    const struct usage each = { 1000000, 1000000, 1000000, 1000000, 1000000, 0 };
    ok(is_near(price("claude-sonnet-4-5", "standard", "", each), 3 + 3.75 + 6 + 0.3 + 15),
       "standard prices");
    ok(is_near(price("claude-sonnet-4-5", "batch", "", each), 14.025) &&
           is_near(price("claude-sonnet-4-5", "", "", each), 14.025),
       "half in a batch");
    ok(is_near(price("claude-sonnet-4-5", "batch", "us", each), 14.025 * 1.1), "in the US");
    ok(is_near(price("claude-haiku-5-5", "batch", "", (struct usage){ .input = 100000 }), 0.005) &&
           is_near(
               price("claude-haiku-5-5", "batch", "", (struct usage){ .input = 100000, .read = 1 }),
               (0.5 * 100000 + 0.05) / 2e6),
       "a long prompt, cache and all");
    ok(price("claude-3-7-sonnet-20250219", "batch", "", each) < 0 &&
           price("gpt-4", "batch", "", each) < 0,
       "no price is known");
}

/* Joins random results of random requests, and counts them as plainly as can be. */
enum { REQUESTS = 400, RESULTS = 600 };

static size_t observed;

static void observe(void *context, const struct reconcile_answer *answer)
{
    observed += context == &observed && answer->input_tokens >= 0 &&
                str_starts(answer->result->id, STR("r-")) && answer->number < REQUESTS;
}

static void join(const int *ids, const int64_t *inputs, struct reconcile *reconcile)
{
    for (size_t i = 0; i < RESULTS; i++) {
        struct result_problem problem;
        struct str line = str_format(
            &arena,
            "{\"custom_id\":\"r-%d\",\"result\":{\"type\":\"%s\",\"message\":{\"model\":"
            "\"claude-sonnet-4-5\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d}}}}",
            ids[i], ids[i] % 7 ? "succeeded" : "expired", (int)inputs[i], ids[i]);
        if (ids[i] % 7 == 0)
            line = str_format(&arena, "{\"custom_id\":\"r-%d\",\"result\":{\"type\":\"expired\"}}",
                              ids[i]);
        const struct entry entry = { .bytes = line, .start = { i + 1, 1 } };
        reconcile_result(reconcile, STR("results"), &entry, &problem);
    }
    reconcile_finish(reconcile);
}

static void test_random(unsigned seed)
{
    const struct reconcile_options options = {
        .catalog = &catalog,
        .listed_max = 10,
        .is_interrupted = &interrupted,
        .observe = observe,
        .observe_context = &observed,
    };
    struct reconcile reconcile;
    struct error err = { 0 };
    int ids[RESULTS], times[REQUESTS + 100] = { 0 };
    int64_t inputs[RESULTS];
    size_t exact = 0, inside = 0, outside = 0, unknown = 0, missing = 0, again = 0, expired = 0;
    srand(seed);
    observed = 0;
    reconcile_init(&reconcile, &options, &arena);
    for (int i = 0; i < REQUESTS; i++) {
        const struct plan_record record = {
            .source = STR("batch"),
            .place = { (size_t)i + 1, 1 },
            .custom_id = str_format(&arena, "r-%d", i),
            .model = STR("claude-sonnet-4-5-20250929"),
            .low = 95,
            .tokens = 100,
            .high = 105,
            .max_tokens = 1000,
        };
        reconcile_request(&reconcile, &record, &err);
    }
    for (size_t i = 0; i < RESULTS; i++) {
        ids[i] = rand() % (REQUESTS + 100);
        inputs[i] = 93 + rand() % 15;
        int seen = times[ids[i]]++;
        bool is_known = ids[i] < REQUESTS;
        unknown += !is_known;
        again += is_known && seen;
        if (!is_known || seen)
            continue;
        expired += ids[i] % 7 == 0;
        exact += ids[i] % 7 && inputs[i] == 100;
        inside += ids[i] % 7 && inputs[i] != 100 && inputs[i] >= 95 && inputs[i] <= 105;
        outside += ids[i] % 7 && (inputs[i] < 95 || inputs[i] > 105);
    }
    for (size_t i = 0; i < REQUESTS; i++)
        missing += !times[i];
    join(ids, inputs, &reconcile);
    const struct reconcile_sums *sums = &reconcile.sums;
    const size_t *faults = sums->faults;
    ok(sums->exact == exact && sums->inside == inside && sums->outside == outside,
       "random results: in and outside of bands");
    ok(faults[RECONCILE_RESULT_UNKNOWN] == unknown && faults[RECONCILE_RESULT_MISSING] == missing &&
           faults[RECONCILE_RESULT_DUPLICATE] == again &&
           sums->outcomes[OUTCOME_EXPIRED] == expired,
       "... unknown, missing, duplicate, expired");
    ok(observed == exact + inside + outside, "... and each that was answered is observed");
    ok(sums->errors == unknown + missing + again + expired + outside &&
           reconcile.findings.len <= (size_t)RECONCILE_FAULTS_LEN * 10,
       "... findings are counted, and listed up to the limit");
    reconcile_free(&reconcile);
}

int main(void)
{
    struct error err = { 0 };
    if (!catalog_load(&arena, &catalog, &err))
        return 1;
    test_quantile();
    test_labels();
    test_ledger();
    test_line();
    test_suggest();
    test_price();
    for (unsigned seed = 1; seed <= 5; seed++)
        test_random(seed);
    arena_free(&arena);
    return tap_done();
}
