/* For people: the findings, then what was expected beside what came. */
#include <inttypes.h>

#include "base/text.h"
#include "base/utf8.h"
#include "report/reconcile.h"

enum { LISTED_MAX = 10, TEXT_MAX = 200 };

static struct str number(struct arena *arena, int64_t value)
{
    return text_grouped(arena, value);
}

static struct str size(struct arena *arena, size_t value)
{
    return text_grouped(arena, (int64_t)value);
}

static struct str shown(struct arena *arena, struct str text)
{
    return utf8_printable(arena, text, TEXT_MAX);
}

static struct str usd(struct arena *arena, double value)
{
    return str_format(arena,
                      value > 0 && value < 0.01 ? "$%.6f"
                      : value < 100             ? "$%.4f"
                                                : "$%.2f",
                      value);
}

static void print_requests(FILE *out, struct arena *arena, const struct reconcile *reconcile)
{
    const struct reconcile_sums *sums = &reconcile->sums;
    fprintf(out, "%-10s %.*s in the manifest, %.*s result%s\n", "requests",
            STR_ARGS(size(arena, sums->requests)), STR_ARGS(size(arena, sums->results)),
            sums->results == 1 ? "" : "s");
    fprintf(out, "%-10s ", "outcomes");
    for (int i = 0; i < OUTCOMES_LEN; i++)
        fprintf(out, "%.*s %s, ", STR_ARGS(size(arena, sums->outcomes[i])),
                outcome_name((enum outcome)i));
    fprintf(out, "%.*s missing", STR_ARGS(size(arena, sums->missing)));
    if (sums->unreadable)
        fprintf(out, ", %.*s unreadable", STR_ARGS(size(arena, sums->unreadable)));
    if (sums->unidentified)
        fprintf(out, ", %.*s without a custom_id of %s own",
                STR_ARGS(size(arena, sums->unidentified)),
                sums->unidentified == 1 ? "its" : "their");
    if (sums->open)
        fprintf(out, ", %.*s open: not all results were read", STR_ARGS(size(arena, sums->open)));
    fputc('\n', out);
}

static void print_reasons(FILE *out, struct arena *arena, const char *title,
                          const struct reconcile_reasons *reasons)
{
    for (size_t i = 0; i < reasons->len && i < LISTED_MAX; i++) {
        const struct reconcile_reason *reason = &reasons->items[i];
        struct str type = shown(arena, reason->type), message = shown(arena, reason->message);
        if (!type.len && !message.len)
            type = STR("without a reason");
        fprintf(out, "%-10s %.*s %.*s%s%.*s\n", i ? "" : title, STR_ARGS(size(arena, reason->len)),
                STR_ARGS(type), type.len && message.len ? ": " : "", STR_ARGS(message));
    }
    if (reasons->len > LISTED_MAX)
        fprintf(out, "%-10s and %.*s more\n", "", STR_ARGS(size(arena, reasons->len - LISTED_MAX)));
}

static void print_tokens(FILE *out, struct arena *arena, const struct reconcile_sums *sums)
{
    const struct usage *usage = &sums->usage;
    fprintf(out,
            "%-10s %.*s counted, %.*s in usage; %.*s exact, %.*s inside the band, "
            "%.*s outside\n",
            "input", STR_ARGS(number(arena, sums->tokens)), STR_ARGS(number(arena, sums->input)),
            STR_ARGS(size(arena, sums->exact)), STR_ARGS(size(arena, sums->inside)),
            STR_ARGS(size(arena, sums->outside)));
    fprintf(out, "%-10s %.2f%% on average, at most %.2f%% for 95 of 100, %.2f%% at worst\n",
            "off by", sums->mean_percent, sums->p95_percent, sums->worst_percent);
    if (usage->write_5m || usage->write_1h || usage->read)
        fprintf(out, "%-10s %.*s written for 5 minutes, %.*s for an hour, %.*s read\n", "cache",
                STR_ARGS(number(arena, usage->write_5m)), STR_ARGS(number(arena, usage->write_1h)),
                STR_ARGS(number(arena, usage->read)));
    fprintf(out, "%-10s %.*s tokens\n", "output", STR_ARGS(number(arena, usage->output)));
}

static void print_cost(FILE *out, struct arena *arena, const struct reconcile_sums *sums)
{
    const struct reconcile_cost *cost = &sums->cost;
    const char *tier = !sums->standard_answers ? "at batch prices"
                       : !sums->batch_answers  ? "at standard prices"
                                               : "at batch and standard prices";
    if (sums->priced) {
        fprintf(out, "%-10s %.*s %s", "cost", STR_ARGS(usd(arena, cost->paid)), tier);
        fprintf(out,
                "; expected: %.*s for input without a cache, at most %.*s with all of "
                "max_tokens\n",
                STR_ARGS(usd(arena, cost->expected)), STR_ARGS(usd(arena, cost->at_most)));
    }
    if (sums->priced && sums->fast_answers)
        fprintf(out, "%-10s %.*s of it for %.*s answer%s in fast mode\n", "",
                STR_ARGS(usd(arena, cost->fast)), STR_ARGS(size(arena, sums->fast_answers)),
                text_plural(sums->fast_answers));
    if (sums->usage.web_searches)
        fprintf(out, "%-10s %.*s %sfor %.*s web search%s\n", sums->priced ? "" : "searches",
                STR_ARGS(usd(arena, cost->searches)), sums->priced ? "of it " : "",
                STR_ARGS(number(arena, sums->usage.web_searches)),
                sums->usage.web_searches == 1 ? "" : "es");
    if (sums->unpriced)
        fprintf(out, "%-10s no price is known of the model of %.*s answer%s\n",
                sums->priced ? "" : "cost", STR_ARGS(size(arena, sums->unpriced)),
                sums->unpriced == 1 ? "" : "s");
    if (sums->unknown_usd > 0)
        fprintf(out, "%-10s and %.*s for results of no request\n", "",
                STR_ARGS(usd(arena, sums->unknown_usd)));
}

static void print_models(FILE *out, struct arena *arena, const struct reconcile_models *models)
{
    for (size_t i = 0; i < models->len && i < LISTED_MAX; i++) {
        const struct reconcile_model *row = &models->items[i];
        struct str cost = row->unpriced ? STR("price unknown") : usd(arena, row->cost.paid);
        fprintf(out, "%-10s %.*s: %.*s answer%s, %.*s output tokens, %.*s\n", i ? "" : "models",
                STR_ARGS(shown(arena, row->name)), STR_ARGS(size(arena, row->answers)),
                row->answers == 1 ? "" : "s", STR_ARGS(number(arena, row->usage.output)),
                STR_ARGS(cost));
    }
    if (models->len > LISTED_MAX)
        fprintf(out, "%-10s and %.*s more\n", "", STR_ARGS(size(arena, models->len - LISTED_MAX)));
}

static void print_label(FILE *out, struct arena *arena, const struct reconcile_label *label)
{
    struct str now = label->max_tokens < 0 ? STR("-") : number(arena, label->max_tokens);
    fprintf(out, "%9.*s %7.*s %9.*s %9.*s %9.*s %9.*s %9.*s  %.*s\n",
            STR_ARGS(size(arena, label->answers)), STR_ARGS(size(arena, label->cut_off)),
            STR_ARGS(number(arena, label->p95)), STR_ARGS(number(arena, label->p99)),
            STR_ARGS(number(arena, label->longest)), STR_ARGS(now),
            STR_ARGS(number(arena, label->suggested)),
            STR_ARGS(label->label.len ? shown(arena, label->label) : STR("(no label)")));
}

static void print_labels(FILE *out, struct arena *arena, const struct reconcile_labels *labels)
{
    if (!labels->len)
        return;
    fprintf(out, "\noutput tokens and max_tokens by label\n%9s %7s %9s %9s %9s %9s %9s  label\n",
            "answers", "cut off", "p95", "p99", "longest", "max now", "suggested");
    for (size_t i = 0; i < labels->len && i < LISTED_MAX; i++)
        print_label(out, arena, &labels->items[i]);
    if (labels->len > LISTED_MAX)
        fprintf(out, "and %.*s more labels (--format json has them all)\n",
                STR_ARGS(size(arena, labels->len - LISTED_MAX)));
    fputc('\n', out);
}

static void print_learned(FILE *out, struct arena *arena, const struct reconcile_learned *learned)
{
    if (!learned->is_wanted)
        return;
    fprintf(out, "%-10s %.*s answer%s kept for tokgate calibrate, %.*s left aside\n", "learned",
            STR_ARGS(size(arena, learned->taken)), learned->taken == 1 ? "" : "s",
            STR_ARGS(size(arena, learned->left)));
}

/* How many findings of a kind are not listed. */
static void print_unlisted(FILE *out, struct arena *arena, const struct reconcile *reconcile)
{
    const size_t listed_max = reconcile->options->listed_max;
    for (int i = 0; i < RECONCILE_FAULTS_LEN; i++)
        if (reconcile->sums.faults[i] > listed_max)
            fprintf(out, "and %.*s more [%s] (--verbose lists them)\n",
                    STR_ARGS(size(arena, reconcile->sums.faults[i] - listed_max)),
                    reconcile_faults[i].name);
}

void report_reconcile_human(FILE *out, const struct report_style *style,
                            const struct reconcile *reconcile, const struct summary *summary)
{
    const struct report_style findings_only = { .colour = style->colour, .quiet = true };
    const struct reconcile_sums *sums = &reconcile->sums;
    struct arena arena = { 0 };
    format_human.check(out, &findings_only, &reconcile->findings, summary);
    print_unlisted(out, &arena, reconcile);
    if (!style->quiet) {
        if (reconcile->findings.len)
            fputc('\n', out);
        print_requests(out, &arena, reconcile);
        print_reasons(out, &arena, "errors", &reconcile->errors);
        print_reasons(out, &arena, "stopped", &reconcile->stops);
        if (sums->exact + sums->inside + sums->outside)
            print_tokens(out, &arena, sums);
        print_models(out, &arena, &reconcile->models);
        print_cost(out, &arena, sums);
        print_labels(out, &arena, &reconcile->labels);
        print_learned(out, &arena, &reconcile->learned);
        fprintf(out, "%-10s %zu error%s, %zu warning%s\n", "findings", sums->errors,
                sums->errors == 1 ? "" : "s", sums->warnings, sums->warnings == 1 ? "" : "s");
    }
    arena_free(&arena);
}
