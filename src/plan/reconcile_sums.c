/* What is known when all results are in. */
#include <stdlib.h>

#include "base/list.h"
#include "plan/quantile.h"
#include "plan/reconcile.h"

enum { MILLION = 1000000 };

static void report_missing(struct reconcile *reconcile, const struct ledger_entry *entry)
{
    reconcile_report(reconcile, RECONCILE_RESULT_MISSING, reconcile->sources.items[entry->source],
                     (struct place){ entry->line, entry->column },
                     (struct str){ entry->id, entry->id_len }, "there is no result of it");
}

/* What became of the requests that no result was read of. */
static void end_others(struct reconcile *reconcile)
{
    struct reconcile_sums *sums = &reconcile->sums;
    size_t open = 0;
    for (size_t i = 0; i < reconcile->ledger.len; i++) {
        const struct ledger_entry *entry = ledger_at(&reconcile->ledger, i);
        sums->unreadable += entry->state == LEDGER_BROKEN;
        open += entry->state == LEDGER_OPEN;
        if (entry->state == LEDGER_OPEN && !reconcile->is_partial)
            report_missing(reconcile, entry);
    }
    sums->missing = reconcile->is_partial ? 0 : open;
    sums->open = reconcile->is_partial ? open : 0;
    sums->unidentified = sums->requests - reconcile->ledger.len;
}

/* Of what usage says, in millionths. */
static uint64_t error_of(const struct ledger_entry *entry)
{
    int64_t input = entry->input, tokens = entry->tokens;
    uint64_t difference = (uint64_t)(input > tokens ? input - tokens : tokens - input);
    return difference * MILLION / (input ? (uint64_t)input : 1);
}

static void sum_errors(struct reconcile *reconcile, uint64_t *numbers)
{
    struct reconcile_sums *sums = &reconcile->sums;
    size_t len = 0;
    double total = 0;
    for (size_t i = 0; i < reconcile->ledger.len; i++) {
        const struct ledger_entry *entry = ledger_at(&reconcile->ledger, i);
        if (entry->state != LEDGER_ANSWERED)
            continue;
        numbers[len] = error_of(entry);
        total += (double)numbers[len++];
    }
    if (!len)
        return;
    quantile_sort(numbers, len);
    sums->mean_percent = total / (double)len * 100 / MILLION;
    sums->p95_percent = (double)quantile(numbers, len, 95) * 100 / MILLION;
    sums->worst_percent = (double)numbers[len - 1] * 100 / MILLION;
}

int64_t reconcile_suggest(int64_t p99, int64_t longest, bool is_cut_off, int64_t max_output)
{
    static const struct {
        int64_t up_to, step;
    } steps[] = { { 256, 16 }, { 1024, 64 }, { 4096, 256 }, { INT64_MAX, 1024 } };
    size_t i = 0;
    int64_t tokens = is_cut_off ? longest * 2 : p99 + p99 / 5;
    while (tokens > steps[i].up_to)
        i++;
    tokens = (tokens / steps[i].step + (tokens % steps[i].step != 0)) * steps[i].step;
    if (tokens < steps[0].step)
        tokens = steps[0].step;
    return max_output > 0 && tokens > max_output ? max_output : tokens;
}

/* The output tokens of one label, which are the lower halves of the sorted numbers. */
static void sum_label(struct reconcile_label *label, uint64_t *numbers, size_t len)
{
    for (size_t i = 0; i < len; i++)
        numbers[i] &= UINT32_MAX;
    label->p95 = (int64_t)quantile(numbers, len, 95);
    label->p99 = (int64_t)quantile(numbers, len, 99);
    label->longest = (int64_t)numbers[len - 1];
    label->suggested =
        reconcile_suggest(label->p99, label->longest, label->cut_off > 0, label->max_output);
}

static void sum_labels(struct reconcile *reconcile, uint64_t *numbers)
{
    size_t len = 0, start = 0;
    for (size_t i = 0; i < reconcile->ledger.len; i++) {
        const struct ledger_entry *entry = ledger_at(&reconcile->ledger, i);
        if (entry->state == LEDGER_ANSWERED)
            numbers[len++] = (uint64_t)entry->label << 32 | entry->output;
    }
    quantile_sort(numbers, len);
    for (size_t i = 0; i < len; i++) {
        if (i + 1 < len && numbers[i + 1] >> 32 == numbers[i] >> 32)
            continue;
        sum_label(&reconcile->labels.items[numbers[i] >> 32], numbers + start, i + 1 - start);
        start = i + 1;
    }
}

static int compare(size_t a_len, size_t b_len, struct str a, struct str b)
{
    return a_len != b_len ? (a_len < b_len) - (a_len > b_len) : str_compare(a, b);
}

static int compare_reasons(const void *a, const void *b)
{
    const struct reconcile_reason *x = a, *y = b;
    int order = compare(x->len, y->len, x->type, y->type);
    return order ? order : str_compare(x->message, y->message);
}

static int compare_models(const void *a, const void *b)
{
    const struct reconcile_model *x = a, *y = b;
    return compare(x->answers, y->answers, x->name, y->name);
}

static int compare_labels(const void *a, const void *b)
{
    const struct reconcile_label *x = a, *y = b;
    return compare(x->answers, y->answers, x->label, y->label);
}

#define SORT(list, by)                                                                             \
    if ((list).len)                                                                                \
    qsort((list).items, (list).len, sizeof *(list).items, by)

static void sum_models(struct reconcile *reconcile)
{
    struct reconcile_sums *sums = &reconcile->sums;
    const double search_usd = reconcile->options->catalog->web_search_usd;
    for (size_t i = 0; i < reconcile->models.len; i++) {
        struct reconcile_model *row = &reconcile->models.items[i];
        row->cost.searches = (double)row->usage.web_searches * search_usd;
        row->cost.paid += row->cost.searches;
        sums->priced += row->priced;
        sums->unpriced += row->unpriced;
        sums->fast_answers += row->fast;
        sums->cost.paid += row->cost.paid;
        sums->cost.fast += row->cost.fast;
        sums->cost.searches += row->cost.searches;
        sums->cost.low += row->cost.low;
        sums->cost.expected += row->cost.expected;
        sums->cost.high += row->cost.high;
        sums->cost.at_most += row->cost.at_most;
    }
}

void reconcile_finish(struct reconcile *reconcile)
{
    struct arena scratch = { 0 };
    uint64_t *numbers = ARENA_ARRAY(&scratch, uint64_t, reconcile->ledger.len);
    end_others(reconcile);
    sum_errors(reconcile, numbers);
    sum_labels(reconcile, numbers);
    sum_models(reconcile);
    SORT(reconcile->errors, compare_reasons);
    SORT(reconcile->stops, compare_reasons);
    SORT(reconcile->models, compare_models);
    SORT(reconcile->labels, compare_labels);
    findings_sort(&reconcile->findings);
    arena_free(&scratch);
}
