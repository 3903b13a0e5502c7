#include "report/plan_json_parts.h"

enum { USD_DIGITS = 9 };

void plan_json_tokens(struct json_write *json, const char *name, int64_t tokens)
{
    json_write_integer_member(json, name, tokens == COUNT_UNBOUNDED ? -1 : tokens);
}

void plan_json_usd(struct json_write *json, const char *name, double usd)
{
    json_write_key(json, name);
    if (usd < 0)
        json_write_null(json);
    else
        json_write_decimal(json, usd, USD_DIGITS);
}

void plan_json_share(struct json_write *json, const char *name, double share)
{
    json_write_key(json, name);
    if (share < 0)
        json_write_null(json);
    else
        json_write_decimal(json, share, 4);
}

void plan_json_seconds(struct json_write *json, const char *name, int64_t us)
{
    json_write_key(json, name);
    json_write_decimal(json, (double)us / 1e6, 6);
}

void plan_json_input(struct json_write *json, const struct plan_sums *sums)
{
    json_write_key(json, "input");
    json_write_begin(json, '{');
    json_write_integer_member(json, "low", sums->low);
    json_write_integer_member(json, "tokens", sums->tokens);
    plan_json_tokens(json, "high", sums->high);
    plan_json_tokens(json, "uncached", plan_sums_input(sums, PLAN_EXPECTED, PLAN_UNCACHED));
    plan_json_tokens(json, "cache_write_5m", plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_5M));
    plan_json_tokens(json, "cache_write_1h", plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_1H));
    plan_json_tokens(json, "cache_read",
                     count_sum(plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_5M),
                               plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_1H)));
    json_write_end(json, '}');
}

void plan_json_output(struct json_write *json, const struct plan *plan,
                      const struct plan_sums *sums)
{
    json_write_key(json, "output");
    json_write_begin(json, '{');
    plan_json_tokens(json, "expected",
                     plan_has_output(plan) ? plan_sums_output(sums, PLAN_EXPECTED)
                                           : COUNT_UNBOUNDED);
    json_write_integer_member(json, "max_tokens", sums->max_tokens);
    json_write_integer_member(json, "without_max_tokens", sums->without_max_tokens);
    json_write_end(json, '}');
}
