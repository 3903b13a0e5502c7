#include <inttypes.h>

#include "check/rule.h"
#include "check/settings.h"

enum { OPTION_MAX };

static const struct rule_option options[] = {
    [OPTION_MAX] = { .name = "max",
                     .type = OPTION_PERCENT,
                     .help = "most of the pool's input tokens per minute (default: 100%)" },
    { .name = NULL },
};

static bool compile(const struct ruleset *ruleset, const struct catalog *catalog,
                    const struct rule *rule, struct error *err)
{
    (void)catalog;
    (void)rule;
    return ruleset->tier.len || ruleset->limits.len ||
           error_usage(err,
                       "the rule \"itpm-share\" needs \"tier\" or \"limits\" in the rule file");
}

/*
 * Input tokens per call that count toward ITPM: tokens - cache_hit x tokens before the last cache
 * breakpoint; cache writes count, reads do not (api/rate-limits, 2026-08-22; only Haiku 3.5 counts
 * reads). A prompt text has no breakpoint of its own: with a declared cache_hit all of it is the
 * prefix.
 */
static double uncached_share(const struct settings *settings, const struct catalog *catalog,
                             struct str pool, double prefix_share)
{
    if (!settings->cache_hit.is_set || catalog_cache_reads_count(catalog, pool))
        return 1;
    return 1 - settings->cache_hit.number * prefix_share;
}

static double max_percent(const struct rule *rule)
{
    return rule->values[OPTION_MAX].is_set ? rule->values[OPTION_MAX].number : 100;
}

/* Percent of the ITPM, with as many digits as tell it from the limit. */
static struct str percent(struct arena *arena, double share, double limit)
{
    double distance = share > limit ? share - limit : limit - share;
    const char *format = share < 0.01     ? "%.2g%%"
                         : distance < 0.1 ? "%.4f%%"
                         : share < 10     ? "%.2f%%"
                                          : "%.1f%%";
    return str_format(arena, format, share);
}

static void report_share(const struct subject *subject, const struct rule *rule,
                         struct findings *findings, struct report report, int64_t itpm)
{
    const struct settings *settings = subject->settings;
    struct arena *arena = subject->arena;
    struct str share = percent(arena, report.value, report.limit);
    struct str rate = settings->rate.is_set
                          ? str_format(arena, " at %.15g call%s/min", settings->rate.number,
                                       settings->rate.number == 1 ? "" : "s")
                          : STR(" with one call");
    bool guesses_prefix = settings->cache_hit.is_set && !subject->request->is_prompt;
    bool is_exact = subject->count->low == subject->count->high && !guesses_prefix;
    struct str band = is_exact ? STR("") : STR("about ");
    rule_report(subject, rule, findings, report,
                "uses %.*s%.*s of the %" PRId64 " ITPM of pool %.*s%.*s, %s %.15g%%",
                STR_ARGS(band), STR_ARGS(share), itpm, STR_ARGS(subject->model->pool),
                STR_ARGS(rate), report.verdict == VERDICT_FAIL ? "over" : "which may be over",
                report.limit);
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct settings *settings = subject->settings;
    const struct count *count = subject->count;
    if (!subject->model || !subject->model->pool.len)
        return; /* what unknown-model is about */
    struct str pool = subject->model->pool;
    int64_t itpm = settings_itpm(settings->ruleset, subject->catalog, pool);
    struct report report = { 0, VERDICT_UNDECIDED, false, 0, max_percent(rule) };
    if (itpm <= 0) {
        rule_report(
            subject, rule, findings, report,
            "no ITPM is known of the pool \"%.*s\" at tier \"%.*s\": declare it in \"limits\"",
            STR_ARGS(pool), STR_ARGS(settings->ruleset->tier));
        return;
    }
    double prefix = subject->request->is_prompt ? 1 : count->prefix_share;
    double scale = uncached_share(settings, subject->catalog, pool, prefix) *
                   (settings->rate.is_set ? settings->rate.number : 1) * 100 / (double)itpm;
    double high =
        count->high == COUNT_UNBOUNDED ? (double)COUNT_UNBOUNDED : (double)count->high * scale;
    report.verdict = verdict_at_most((double)count->low * scale, high, report.limit);
    report.has_numbers = true;
    report.value = (double)count->tokens * scale;
    if (report.verdict != VERDICT_PASS)
        report_share(subject, rule, findings, report, itpm);
}

/* One pool's use by all requests that declare a rate. */
struct use {
    struct str pool;
    double low, tokens, high;
    size_t requests, without_rate;
};

static void add_use(struct use *use, const struct record *record, const struct catalog *catalog)
{
    const struct settings *settings = record->settings;
    if (!settings->rate.is_set) {
        use->without_rate += !record->in_manifest; /* a batch has limits of its own */
        return;
    }
    double scale =
        settings->rate.number * uncached_share(settings, catalog, use->pool, record->prefix_share);
    use->requests++;
    use->low += (double)record->low * scale;
    use->tokens += (double)record->tokens * scale;
    use->high += (double)record->high * scale;
}

static void report_use(const struct totals *totals, const struct rule *rule, const struct use *use,
                       struct findings *findings)
{
    int64_t itpm = settings_itpm(totals->ruleset, totals->catalog, use->pool);
    double scale = 100 / (double)itpm, max = max_percent(rule);
    enum verdict verdict =
        itpm > 0 ? verdict_at_most(use->low * scale, use->high * scale, max) : VERDICT_UNDECIDED;
    bool is_partial = itpm > 0 && verdict == VERDICT_PASS && use->without_rate;
    bool has_numbers = itpm > 0 && !is_partial;
    struct arena *arena = totals->arena;
    struct str message;
    if (itpm <= 0)
        message = str_format(arena,
                             "no ITPM is known of the pool \"%.*s\" at tier \"%.*s\": declare "
                             "it in \"limits\"",
                             STR_ARGS(use->pool), STR_ARGS(totals->ruleset->tier));
    else if (verdict == VERDICT_PASS && use->without_rate)
        message =
            str_format(arena,
                       "no \"rate\" is declared for %zu request%s of pool %.*s: their share "
                       "cannot be known",
                       use->without_rate, use->without_rate == 1 ? "" : "s", STR_ARGS(use->pool));
    else if (verdict == VERDICT_PASS)
        return;
    else
        message = str_format(arena,
                             "%zu request%s of pool %.*s use%s %s%.*s of its %" PRId64
                             " ITPM together, %s %.15g%%",
                             use->requests, use->requests == 1 ? "" : "s", STR_ARGS(use->pool),
                             use->requests == 1 ? "s" : "", use->low < use->high ? "about " : "",
                             STR_ARGS(percent(arena, use->tokens * scale, max)), itpm,
                             verdict == VERDICT_FAIL ? "over" : "which may be over", max);
    if (!has_numbers)
        verdict = VERDICT_UNDECIDED;
    struct finding finding = {
        .path = rule->origin.path,
        .place = rule->origin.place,
        .rule = rule->kind->name,
        .severity = rule_severity(rule, verdict),
        .verdict = verdict,
        .message = message,
        .has_numbers = has_numbers,
        .value = use->tokens * scale,
        .limit = max,
    };
    findings_add(findings, &finding);
}

static void check_pool(const struct totals *totals, const struct rule *rule,
                       struct findings *findings)
{
    size_t pools_len;
    const struct str *pools = catalog_pools(totals->catalog, &pools_len);
    for (size_t i = 0; i < pools_len; i++) {
        struct use use = { .pool = pools[i] };
        for (size_t j = 0; j < totals->records->len; j++)
            if (str_equal(totals->records->items[j].pool, pools[i]))
                add_use(&use, &totals->records->items[j], totals->catalog);
        if (use.requests || use.without_rate)
            report_use(totals, rule, &use, findings);
    }
}

const struct rule_kind rule_kind_itpm_share = {
    .name = "itpm-share",
    .severity = SEVERITY_ERROR,
    .has_pool_scope = true,
    .summary =
        "a prompt at its rate, or all of a pool, uses too much of the input tokens per minute",
    .why = "Every model belongs to a pool with a limit on uncached input tokens per minute (ITPM); "
           "over it the\n"
           "API answers 429. The share of a prompt is its uncached tokens per call x its calls per "
           "minute\n"
           "(\"rate\" in prompts) / the ITPM of its pool at your tier. Without a rate it is the "
           "share of a\n"
           "single call: over 100% the request is larger than the bucket and can never pass. With "
           "\"scope\":\n"
           "\"pool\" the declared rates of all prompts of a pool are added up. Reads from the "
           "cache do not\n"
           "count (\"cache_hit\"), writes do",
    .example = "{ \"tier\": \"start\",\n"
               "  \"prompts\": [ { \"files\": \"**\", \"rate\": \"50000/min\" } ],\n"
               "  \"rules\": [ { \"rule\": \"itpm-share\", \"max\": \"25%\" } ] }",
    .example_file = "prompt.md",
    .example_input =
        "Classify the ticket below as billing, delivery, quality or other. Answer with one word.",
    .options = options,
    .compile = compile,
    .check = check,
    .check_pool = check_pool,
};
