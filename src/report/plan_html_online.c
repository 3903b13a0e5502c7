/* How each pool does as online calls: its curves, and what they come to. */
#include "base/text.h"
#include "report/plan_html_parts.h"
#include "report/plan_text.h"

enum { TABLE_ROWS = 16 };

struct str plan_html_time(struct arena *arena, int64_t time_us)
{
    if (time_us == 0)
        return STR("0 s");
    if (time_us < 1000)
        return str_format(arena, "%d µs", (int)time_us);
    if (time_us < 1000000)
        return str_format(arena, "%.3g ms", (double)time_us / 1e3);
    if (time_us < 60000000)
        return str_format(arena, "%.3g s", (double)time_us / 1e6);
    return text_duration(arena, (double)time_us / 1e6);
}

static void print_fact(const struct html *html, const char *name, struct str value)
{
    html_print(html, "<tr><th scope=\"row\">%s</th><td>%.*s</td></tr>\n", name, STR_ARGS(value));
}

static void print_waits(const struct html *html, const struct simulate_result *result)
{
    struct buf text = { .arena = html->arena };
    for (enum simulate_limit i = 0; i < SIMULATE_LIMITS_LEN; i++)
        if (result->waited_us[i])
            buf_format(&text, "%s%.*s for %s%s", text.len ? ", " : "",
                       STR_ARGS(plan_html_time(html->arena, result->waited_us[i])),
                       simulate_limit_name(i),
                       i == result->binding ? ", the limit that binds" : "");
    print_fact(html, "waited", text.len ? buf_str(&text) : STR("for nothing"));
    if (result->stall.waited_us)
        print_fact(
            html, "longest stall",
            str_format(html->arena, "%.*s from %.*s on, before request %.*s of the pool",
                       STR_ARGS(plan_html_time(html->arena, result->stall.waited_us)),
                       STR_ARGS(plan_html_time(html->arena, result->stall.from_us)),
                       STR_ARGS(text_grouped(html->arena, (int64_t)result->stall.index + 1))));
}

static void print_never(const struct html *html, const struct simulate_result *result)
{
    static const char *const why[SIMULATE_OUTCOMES_LEN] = {
        [SIMULATE_NEVER_RPM] = "no request is allowed",
        [SIMULATE_NEVER_ITPM] = "more input than the bucket holds",
        [SIMULATE_NEVER_OTPM] = "more output than the bucket can carry",
        [SIMULATE_TOO_LATE] = "not within 300 years",
    };
    for (size_t i = SIMULATE_NEVER_RPM; i < SIMULATE_OUTCOMES_LEN; i++)
        if (result->outcomes[i])
            print_fact(html, "never sent",
                       str_format(html->arena, "%.*s request%s: %s; the first is request %.*s",
                                  STR_ARGS(text_grouped(html->arena, (int64_t)result->outcomes[i])),
                                  text_plural(result->outcomes[i]), why[i],
                                  STR_ARGS(text_grouped(html->arena,
                                                        (int64_t)result->first_index[i] + 1))));
    if (result->cache_forgotten)
        print_fact(html, "cache",
                   STR("more entries than are followed: what would read them counts "
                       "in full"));
}

static void print_facts(const struct html *html, const struct simulate_result *result)
{
    struct arena *arena = html->arena;
    html_print(html, "<div class=\"table\"><table><tbody>\n");
    print_fact(html, "sent",
               str_format(arena, "%.*s request%s, the last one after %.*s",
                          STR_ARGS(text_grouped(arena, (int64_t)result->outcomes[SIMULATE_SENT])),
                          text_plural(result->outcomes[SIMULATE_SENT]),
                          STR_ARGS(plan_html_time(arena, result->last_send_us))));
    print_fact(html, "finished",
               str_format(arena, "after %.*s", STR_ARGS(plan_html_time(arena, result->finish_us))));
    print_waits(html, result);
    print_fact(
        html, "under way at once",
        str_format(arena, "at most %.*s", STR_ARGS(text_grouped(arena, result->concurrency))));
    const int64_t written = result->write_5m_tokens + result->write_1h_tokens;
    print_fact(html, "input tokens",
               str_format(arena, "%.*s: %.*s read from the cache, %.*s written to it",
                          STR_ARGS(text_grouped(arena, result->input_tokens)),
                          STR_ARGS(text_grouped(arena, result->read_tokens)),
                          STR_ARGS(text_grouped(arena, written))));
    print_fact(html, "output tokens", text_grouped(arena, result->output_tokens));
    print_never(html, result);
    html_print(html, "</tbody></table></div>\n");
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Some points together. */
static void print_row(const struct html *html, const struct simulate_result *result, size_t from,
                      size_t to)
{
    struct simulate_point sum = result->points[from];
    for (size_t i = from + 1; i < to; i++) {
        const struct simulate_point *point = &result->points[i];
        sum.input_level = least(sum.input_level, point->input_level);
        sum.output_level = least(sum.output_level, point->output_level);
        sum.sent_len += point->sent_len;
        sum.concurrency = -least(-sum.concurrency, -point->concurrency);
    }
    html_print(html, "<tr><th scope=\"row\">%.*s</th>",
               STR_ARGS(plan_html_time(html->arena, (int64_t)from * result->point_us)));
    plan_html_number(html, text_grouped(html->arena, sum.input_level));
    plan_html_number(html, text_grouped(html->arena, sum.output_level));
    plan_html_number(html, text_grouped(html->arena, sum.sent_len));
    plan_html_number(html, text_grouped(html->arena, sum.concurrency));
    html_print(html, "</tr>\n");
}

static void print_levels(const struct html *html, const struct simulate_result *result)
{
    const size_t each = (result->points_len + TABLE_ROWS - 1) / TABLE_ROWS;
    html_print(html, "<details><summary>The curves as a table</summary>\n"
                     "<div class=\"table\"><table><thead><tr><th scope=\"col\">from</th>"
                     "<th scope=\"col\" class=\"n\">lowest input</th>"
                     "<th scope=\"col\" class=\"n\">lowest output</th>"
                     "<th scope=\"col\" class=\"n\">sent</th>"
                     "<th scope=\"col\" class=\"n\">under way</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < result->points_len; i += each)
        print_row(html, result, i, i + each < result->points_len ? i + each : result->points_len);
    html_print(html, "</tbody></table></div></details>\n");
}

static struct str limit_text(const struct html *html, int64_t limit)
{
    return limit < 0 ? STR("no limit") : text_grouped(html->arena, limit);
}

static void print_name(const struct html *html, const struct plan_pool *pool)
{
    html_print(html, "<h3>");
    html_text(html,
              pool->name.len ? plan_text_pool(html->arena, pool)
                             : STR("models without a known pool"),
              PAGE_CELL_LEN);
    html_print(html, "</h3>\n");
}

static void print_unknown(const struct html *html, const struct plan_pool *pool)
{
    print_name(html, pool);
    html_print(html, "<p class=\"soft\">%.*s request%s; no limit is known.</p>\n",
               STR_ARGS(text_grouped(html->arena, pool->sums.requests)),
               text_plural((size_t)pool->sums.requests));
}

static void print_pool(const struct html *html, const struct plan *plan,
                       const struct plan_pool *pool, size_t index)
{
    const struct simulate_result *result = &pool->results[PLAN_EXPECTED];
    print_name(html, pool);
    html_print(html,
               "<p class=\"soft\">A minute: %.*s requests, %.*s input tokens, %.*s output "
               "tokens.</p>\n",
               STR_ARGS(limit_text(html, pool->limits.rpm)),
               STR_ARGS(limit_text(html, pool->limits.itpm)),
               STR_ARGS(limit_text(html, pool->limits.otpm)));
    if (result->points_len > 0)
        plan_html_curves(html, plan, pool, index);
    print_facts(html, result);
    if (result->points_len > 0)
        print_levels(html, result);
}

static void print_assumptions(const struct html *html, const struct plan *plan)
{
    const struct simulate_options *options = &plan->options.online;
    html_print(html,
               "<p class=\"soft\">Assumed, for no figures are published: the first token of a "
               "response comes after %.*s, then %.*s a second; ",
               STR_ARGS(plan_html_time(html->arena, options->latency_us)),
               STR_ARGS(text_grouped(html->arena, options->output_speed)));
    html_print(html,
               "a bucket holds what its limit allows a minute and is %g%% full at the start; of "
               "requests %.*s may be saved up. ",
               (double)options->start_permille / 10,
               STR_ARGS(text_grouped(html->arena, options->burst)));
    html_print(html, "Each request goes out as soon as no limit refuses it, in order%s.</p>\n",
               plan_has_output(plan) ? "" : ", and its response takes all of max_tokens");
}

void plan_html_online(const struct html *html, const struct plan *plan)
{
    html_print(html, "<section><h2>Online calls: bucket levels over time</h2>\n");
    print_assumptions(html, plan);
    for (size_t i = 0; i < plan->pools_len; i++)
        if (plan->pools[i].sums.requests && plan_is_simulated(&plan->pools[i]))
            print_pool(html, plan, &plan->pools[i], i);
    for (size_t i = 0; i < plan->pools_len; i++)
        if (plan->pools[i].sums.requests && !plan_is_simulated(&plan->pools[i]))
            print_unknown(html, &plan->pools[i]);
    html_print(html, "</section>\n");
}
