/* The stable machine format; rules/schema/reconcile.schema.json describes it. */
#include "json/write.h"
#include "report/reconcile.h"

enum { RECONCILE_VERSION = 1 };

static void write_size(struct json_write *json, const char *name, size_t value)
{
    json_write_integer_member(json, name, (int64_t)value);
}

static void write_decimal(struct json_write *json, const char *name, double value)
{
    json_write_key(json, name);
    json_write_decimal(json, value, 6);
}

static void write_reasons(struct json_write *json, const char *name,
                          const struct reconcile_reasons *reasons, bool has_messages)
{
    json_write_key(json, name);
    json_write_begin(json, '[');
    for (size_t i = 0; i < reasons->len; i++) {
        json_write_begin(json, '{');
        json_write_text_member(json, "type", reasons->items[i].type);
        if (has_messages)
            json_write_text_member(json, "message", reasons->items[i].message);
        write_size(json, "requests", reasons->items[i].len);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void write_usage(struct json_write *json, const struct usage *usage)
{
    json_write_key(json, "usage");
    json_write_begin(json, '{');
    json_write_integer_member(json, "input_tokens", usage->input);
    json_write_integer_member(json, "cache_write_5m_tokens", usage->write_5m);
    json_write_integer_member(json, "cache_write_1h_tokens", usage->write_1h);
    json_write_integer_member(json, "cache_read_tokens", usage->read);
    json_write_integer_member(json, "output_tokens", usage->output);
    json_write_integer_member(json, "web_searches", usage->web_searches);
    json_write_end(json, '}');
}

/* null where nothing has a price. */
static void write_usd(struct json_write *json, size_t priced, const char *name, double value)
{
    if (priced)
        write_decimal(json, name, value);
    else
        json_write_integer_member(json, name, -1);
}

static void write_cost(struct json_write *json, const struct reconcile_cost *cost, size_t priced,
                       size_t unpriced)
{
    json_write_key(json, "cost");
    json_write_begin(json, '{');
    write_usd(json, priced, "paid_usd", cost->paid);
    write_usd(json, priced, "expected_input_low_usd", cost->low);
    write_usd(json, priced, "expected_input_usd", cost->expected);
    write_usd(json, priced, "expected_input_high_usd", cost->high);
    write_usd(json, priced, "expected_at_most_usd", cost->at_most);
    write_decimal(json, "fast_mode_usd", cost->fast);
    write_decimal(json, "web_searches_usd", cost->searches);
    write_size(json, "unpriced_answers", unpriced);
    json_write_end(json, '}');
}

static void write_models(struct json_write *json, const struct reconcile_models *models)
{
    json_write_key(json, "models");
    json_write_begin(json, '[');
    for (size_t i = 0; i < models->len; i++) {
        const struct reconcile_model *row = &models->items[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "model", row->name);
        json_write_text_member(json, "catalog_model",
                               row->model ? row->model->id : (struct str){ 0 });
        write_size(json, "answers", row->answers);
        write_usage(json, &row->usage);
        write_cost(json, &row->cost, row->priced, row->unpriced);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void write_label(struct json_write *json, const struct reconcile_label *label)
{
    json_write_begin(json, '{');
    json_write_text_member(json, "label", label->label);
    write_size(json, "answers", label->answers);
    write_size(json, "cut_off", label->cut_off);
    json_write_integer_member(json, "p95", label->p95);
    json_write_integer_member(json, "p99", label->p99);
    json_write_integer_member(json, "longest", label->longest);
    json_write_integer_member(json, "max_tokens", label->max_tokens);
    json_write_integer_member(json, "max_output", label->max_output);
    json_write_integer_member(json, "suggested", label->suggested);
    json_write_end(json, '}');
}

static void write_labels(struct json_write *json, const struct reconcile_labels *labels)
{
    json_write_key(json, "labels");
    json_write_begin(json, '[');
    for (size_t i = 0; i < labels->len; i++)
        write_label(json, &labels->items[i]);
    json_write_end(json, ']');
}

static void write_input(struct json_write *json, const struct reconcile_sums *sums)
{
    json_write_key(json, "input");
    json_write_begin(json, '{');
    json_write_integer_member(json, "low", sums->low);
    json_write_integer_member(json, "tokens", sums->tokens);
    json_write_integer_member(json, "high", sums->high == COUNT_UNBOUNDED ? -1 : sums->high);
    json_write_integer_member(json, "usage", sums->input);
    write_size(json, "exact", sums->exact);
    write_size(json, "inside", sums->inside);
    write_size(json, "outside", sums->outside);
    write_decimal(json, "mean_error_percent", sums->mean_percent);
    write_decimal(json, "p95_error_percent", sums->p95_percent);
    write_decimal(json, "worst_error_percent", sums->worst_percent);
    json_write_end(json, '}');
}

static void write_outcomes(struct json_write *json, const struct reconcile_sums *sums)
{
    json_write_key(json, "outcomes");
    json_write_begin(json, '{');
    for (int i = 0; i < OUTCOMES_LEN; i++)
        write_size(json, outcome_name((enum outcome)i), sums->outcomes[i]);
    write_size(json, "missing", sums->missing);
    write_size(json, "unreadable", sums->unreadable);
    write_size(json, "unidentified", sums->unidentified);
    write_size(json, "open", sums->open);
    json_write_end(json, '}');
}

static void write_faults(struct json_write *json, const struct reconcile_sums *sums)
{
    json_write_key(json, "faults");
    json_write_begin(json, '{');
    for (int i = 0; i < RECONCILE_FAULTS_LEN; i++)
        write_size(json, reconcile_faults[i].name, sums->faults[i]);
    json_write_end(json, '}');
}

static void write_summary(struct json_write *json, const struct reconcile *reconcile,
                          const struct summary *summary)
{
    const struct reconcile_sums *sums = &reconcile->sums;
    json_write_key(json, "summary");
    json_write_begin(json, '{');
    write_size(json, "requests", sums->requests);
    write_size(json, "not_counted", summary->failed_requests);
    write_size(json, "results", sums->results);
    write_outcomes(json, sums);
    write_faults(json, sums);
    write_size(json, "errors", sums->errors);
    write_size(json, "warnings", sums->warnings);
    write_input(json, sums);
    write_usage(json, &sums->usage);
    write_cost(json, &sums->cost, sums->priced, sums->unpriced);
    write_size(json, "batch_answers", sums->batch_answers);
    write_size(json, "standard_answers", sums->standard_answers);
    write_size(json, "fast_answers", sums->fast_answers);
    write_decimal(json, "unknown_results_usd", sums->unknown_usd);
    if (reconcile->learned.is_wanted) {
        write_size(json, "learned", reconcile->learned.taken);
        write_size(json, "left_aside", reconcile->learned.left);
    }
    json_write_text_member(json, "catalog", summary->catalog_date);
    json_write_end(json, '}');
}

void report_reconcile_json(FILE *out, const struct reconcile *reconcile,
                           const struct summary *summary)
{
    struct json_write json = { .out = out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", RECONCILE_VERSION);
    json_write_key(&json, "findings");
    json_write_begin(&json, '[');
    for (size_t i = 0; i < reconcile->findings.len; i++)
        report_json_finding(&json, &reconcile->findings.items[i]);
    json_write_end(&json, ']');
    write_reasons(&json, "error_reasons", &reconcile->errors, true);
    write_reasons(&json, "stop_reasons", &reconcile->stops, false);
    write_models(&json, &reconcile->models);
    write_labels(&json, &reconcile->labels);
    write_summary(&json, reconcile, summary);
    json_write_end(&json, '}');
    fputc('\n', out);
}
