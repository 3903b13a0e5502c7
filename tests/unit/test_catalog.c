/* The embedded catalog: names of models, limits of pools. */
#include "catalog/row.h"

#include "tap.h"

static struct arena arena;
static struct catalog catalog;

static void test_models(void)
{
    bool by_id = true, by_alias = true, by_cloud = true, complete = true;
    for (size_t i = 0; i < catalog.models_len; i++) {
        const struct model *model = &catalog.models[i];
        by_id &= catalog_model(&catalog, model->id) == model;
        complete &=
            model->name.len && model->profile && model->profile->terms[TERM_BASE].tokens > 0;
        complete &= !model->pool.len || catalog_has_pool(&catalog, model->pool);
        const struct fact *alias = fact_first(model->aliases);
        for (; alias; alias = fact_next(alias))
            by_alias &= catalog_model(&catalog, fact_string(alias)) == model;
        static const struct str before[] = { STR_INIT("anthropic."), STR_INIT("us.anthropic."),
                                             STR_INIT("us-gov.anthropic."),
                                             STR_INIT("global.anthropic.") };
        static const struct str after[] = { STR_INIT(""), STR_INIT("-v1"), STR_INIT("-v1:0"),
                                            STR_INIT("-v2%3A0") };
        for (size_t j = 0; j < 16; j++) {
            struct str id = str_format(&arena, "%.*s%.*s%.*s", STR_ARGS(before[j / 4]),
                                       STR_ARGS(model->id), STR_ARGS(after[j % 4]));
            by_cloud &= catalog_model(&catalog, id) == model;
        }
    }
    ok(catalog.models_len > 20 && by_id, "every model is found by its id");
    ok(by_alias, "and by its aliases");
    ok(by_cloud, "and by its ids on Bedrock");
    ok(complete, "and has a name, a profile, and a pool that exists");
}

static void test_names(void)
{
    static const struct {
        const char *id, *model; /* NULL: none */
    } cases[] = {
        { "claude-opus-4-5", "claude-opus-4-5-20251101" },
        { "us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5-20251101" },
        { "claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929" },
        { "anthropic.claude-opus-4-6-v1", "claude-opus-4-6" },
        { "claude-opus-4-8", "claude-opus-4-8" },
        { "Claude-Opus-4-8", NULL },
        { "claude-opus", NULL },
        { "claude", NULL },
        { "", NULL },
        { "anthropic.", NULL },
        { "-v1", NULL },
        { "v1", NULL },
        { "gpt-4", NULL },
        { " claude-opus-4-8", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct model *model = catalog_model(&catalog, str_from_c(cases[i].id));
        is_str(model ? model->id : (struct str){ 0 }, cases[i].model, cases[i].id);
    }
    struct str long_id = str_format(&arena, "%*s", 100000, "claude-opus-4-8");
    ok(!catalog_model(&catalog, long_id), "an id of any length");
    ok(!catalog_model(&catalog, STR("claude-opus-4-8\0")), "an id with NUL");
    is_str(catalog_nearest_model(&catalog, STR("claude-opus-4.8")), "claude-opus-4-8", "a slip");
    is_str(catalog_nearest_model(&catalog, STR("claude-sonet-4-5")), "claude-sonnet-4-5",
           "of an alias");
    is_str(catalog_nearest_model(&catalog, STR("gemini")), "", "no slip");
}

static void test_undated(void)
{
    static const struct {
        const char *id, *model; /* NULL: none */
    } cases[] = {
        { "claude-sonnet-5-5-20261101", "claude-sonnet-5-5" },
        { "claude-haiku-4-5-20260202", "claude-haiku-4-5-20251001" },
        { "us.anthropic.claude-opus-5-20260724-v1:0", "claude-opus-5" },
        { "claude-opus-4-6@20260205", "claude-opus-4-6" },
        { "claude-sonnet-5-5-20261232", NULL },
        { "claude-sonnet-5-5-20261301", NULL },
        { "claude-sonnet-5-5-00000000", NULL },
        { "claude-sonnet-5-5-2026110", NULL },
        { "claude-sonnet-5-520261101", NULL },
        { "claude-haiku-4-5-20251001-20260101", NULL },
        { "claude-nobody-20261101", NULL },
        { "-20261101", NULL },
        { "20261101", NULL },
        { "claude-sonnet-5-5", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct model *model = catalog_undated_model(&catalog, str_from_c(cases[i].id));
        is_str(model ? model->id : (struct str){ 0 }, cases[i].model, cases[i].id);
    }
    is_str(catalog_nearest_model(&catalog, STR("claude-sonnet-5-5-20261101")), "claude-sonnet-5-5",
           "the nearest to one of another date is the model itself");
}

static void test_price_factors(void)
{
    bool have_all = true, fast_costs_more = true;
    for (size_t i = 0; i < catalog.models_len; i++) {
        const struct model *model = &catalog.models[i];
        const struct price *fast = &model->price_fast;
        have_all &= model->batch_factor == 0.5 && model->us_factor == 1.1;
        fast_costs_more &= fast->input < 0 ? fast->output < 0 && fast->cache_read < 0
                                           : fast->input >= model->price.input &&
                                                 fast->output >= model->price.output &&
                                                 fast->cache_write_5m == fast->input * 1.25 &&
                                                 fast->cache_write_1h == fast->input * 2;
    }
    ok(have_all, "a batch costs half, inference_geo \"us\" a tenth more, of every model");
    ok(fast_costs_more, "fast mode has all prices or none, and none below the standard ones");
    ok(catalog_model(&catalog, STR("claude-opus-5"))->price_fast.output == 50, "twice of Opus 5");
    ok(catalog.web_search_usd == 0.01, "1,000 searches cost 10 dollars");
}

/* A name that no rule asks for would refuse nothing. */
static bool is_asked_for(struct str what)
{
    static const struct str names[] = {
        STR_INIT("effort"),
        STR_INIT("effort.max"),
        STR_INIT("effort.xhigh"),
        STR_INIT("inference_geo"),
        STR_INIT("prefill"),
        STR_INIT("role.system"),
        STR_INIT("speed.fast"),
        STR_INIT("thinking.adaptive"),
        STR_INIT("thinking.between_tools+effort.max"),
        STR_INIT("thinking.between_tools+effort.xhigh"),
        STR_INIT("thinking.disabled"),
        STR_INIT("thinking.disabled+effort.max"),
        STR_INIT("thinking.disabled+effort.xhigh"),
        STR_INIT("thinking.enabled"),
        STR_INIT("tool.computer_20251124"),
        STR_INIT("tool_choice.forced"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal(names[i], what))
            return true;
    return false;
}

static void test_refuses(void)
{
    bool are_asked_for = true, have_active = true;
    for (size_t i = 0; i < catalog.models_len; i++) {
        const struct model *model = &catalog.models[i];
        have_active &= model->refuses || model->status == MODEL_STATUS_RETIRED;
        for (const struct fact *each = fact_first(model->refuses); each; each = fact_next(each))
            are_asked_for &= is_asked_for(fact_string(each));
    }
    ok(are_asked_for, "what models refuse has the names that are asked for");
    ok(have_active, "of every model that is not retired something is known");
    const struct model *model = catalog_model(&catalog, STR("claude-opus-4-5"));
    ok(catalog_refuses(model, STR("thinking.adaptive")) &&
           !catalog_refuses(model, STR("thinking.enabled")) && !catalog_refuses(model, STR("")),
       "Opus 4.5 refuses adaptive thinking, and takes it enabled");
    ok(!catalog_refuses(catalog_model(&catalog, STR("claude-3-opus-20240229")), STR("prefill")),
       "of a retired model nothing is known");
}

static void test_limits(void)
{
    size_t pools_len, tiers_len;
    const struct str *pools = catalog_pools(&catalog, &pools_len);
    const struct str *tiers = catalog_tiers(&catalog, &tiers_len);
    bool has_names = true, positive = true, all_new = true;
    for (size_t i = 0; i < pools_len; i++)
        for (size_t j = 0; j < tiers_len; j++) {
            struct rate_limit limit = catalog_rate_limit(&catalog, pools[i], tiers[j]);
            bool is_known = limit.itpm != CATALOG_UNKNOWN;
            has_names &=
                catalog_has_pool(&catalog, pools[i]) && catalog_has_tier(&catalog, tiers[j]);
            positive &= is_known ? limit.rpm > 0 && limit.itpm > 0 && limit.otpm > 0
                                 : limit.rpm == CATALOG_UNKNOWN && limit.otpm == CATALOG_UNKNOWN;
            all_new &= is_known || j >= 3 || str_equal(pools[i], STR("haiku-3.5"));
        }
    ok(pools_len > 5 && tiers_len == 9 && has_names, "pools and tiers know their names");
    ok(positive, "a limit is positive, or unknown as a whole");
    ok(all_new, "the tiers of today have limits for every pool of today");
    struct rate_limit none = catalog_rate_limit(&catalog, STR("nope"), STR("start"));
    ok(none.itpm == CATALOG_UNKNOWN, "no pool, no limit");
    ok(!catalog_has_tier(&catalog, STR("tier-5")) && !catalog_has_pool(&catalog, STR("")), "nor");
    ok(catalog_cache_reads_count(&catalog, STR("haiku-3.5")) &&
           !catalog_cache_reads_count(&catalog, STR("opus-4.x")),
       "cache reads count for Haiku 3.5 alone");
    ok(catalog.request_bytes_max == 32 * 1000 * 1000 || catalog.request_bytes_max == 32 << 20,
       "a request has 32 MB");
    ok(catalog.batch_requests_max == 100000 && catalog.batch_bytes_max > 0, "a batch its limits");
}

static void test_bands(void)
{
    const struct bands *bands = &catalog.bands;
    struct bands none = { 0 };
    struct error err = { 0 };
    ok(bands->more_than_text > 0 && bands->more_than_text < bands->tools &&
           bands->tools < bands->unknown_model && bands->unknown_model < 0.5,
       "the less is known of a request, the wider its band");
    ok(!row_read_bands(NULL, &none, &err) && err.kind == ERROR_FAILED, "a catalog without bands");
    is_str(str_from_c(err.text),
           "the catalog has no band \"more_than_text\" with a share from 0 to 1", "is refused");
    const struct fact *models = fact_get(fact_file("models.json"), "models");
    ok(!row_read_bands(models, &none, &err), "and so are rows of something else");
}

int main(void)
{
    struct error err = { 0 };
    ok(catalog_load(&arena, &catalog, &err), "the catalog loads");
    test_models();
    test_names();
    test_undated();
    test_price_factors();
    test_refuses();
    test_limits();
    test_bands();
    arena_free(&arena);
    return tap_done();
}
