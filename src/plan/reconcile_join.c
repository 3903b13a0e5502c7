/* One result and its request. */
#include <inttypes.h>

#include "base/utf8.h"
#include "plan/reconcile_lists.h"

enum { SHOWN_MAX = 300 };

/* What is being joined. */
struct joining {
    struct reconcile *reconcile;
    struct str path;
    struct place place;
    const struct result *result;
    struct ledger_entry *entry; /* NULL: of no request */
};

static void report_at(const struct joining *joining, enum reconcile_fault fault, const char *text)
{
    reconcile_report(joining->reconcile, fault, joining->path, joining->place, joining->result->id,
                     "%s", text);
}

/* What the API wrote may hold a NUL, at which a formatted text would end. */
static void report_error(const struct joining *joining)
{
    struct arena scratch = { 0 };
    const struct str type = utf8_printable(&scratch, joining->result->error_type, SHOWN_MAX);
    const struct str said = utf8_printable(&scratch, joining->result->error_message, SHOWN_MAX);
    if (type.len || said.len)
        reconcile_report(joining->reconcile, RECONCILE_RESULT_ERRORED, joining->path,
                         joining->place, joining->result->id, "%.*s%s%.*s", STR_ARGS(type),
                         type.len && said.len ? ": " : "", STR_ARGS(said));
    else
        report_at(joining, RECONCILE_RESULT_ERRORED, "ended with an error that says nothing");
    arena_free(&scratch);
}

static void join_failure(const struct joining *joining)
{
    const struct result *result = joining->result;
    struct reconcile *reconcile = joining->reconcile;
    switch (result->outcome) {
    case OUTCOME_CANCELED:
        report_at(joining, RECONCILE_RESULT_CANCELED, "canceled before it was answered");
        break;
    case OUTCOME_EXPIRED:
        report_at(joining, RECONCILE_RESULT_EXPIRED, "expired before it was answered");
        break;
    default:
        reconcile_reason(&reconcile->errors, result->error_type, result->error_message);
        report_error(joining);
        break;
    }
}

static const char *band_side(const struct ledger_entry *entry, int64_t input)
{
    if (input < entry->low)
        return "fewer";
    return entry->high != LEDGER_MORE && input > entry->high ? "more" : NULL;
}

static void compare_input(const struct joining *joining, int64_t input)
{
    const struct ledger_entry *entry = joining->entry;
    struct reconcile_sums *sums = &joining->reconcile->sums;
    const char *side = band_side(entry, input);
    sums->exact += input == entry->tokens;
    sums->inside += input != entry->tokens && !side;
    sums->outside += side != NULL;
    sums->low = count_sum(sums->low, entry->low);
    sums->tokens = count_sum(sums->tokens, entry->tokens);
    sums->high = entry->high == LEDGER_MORE ? COUNT_UNBOUNDED : count_sum(sums->high, entry->high);
    sums->input = count_sum(sums->input, input);
    if (!side)
        return;
    struct arena scratch = { 0 };
    struct str band =
        entry->low == entry->high
            ? STR("")
            : str_format(&scratch, " (%" PRIu32 " to %" PRIu32 ")", entry->low, entry->high);
    if (entry->high == LEDGER_MORE)
        band = str_format(&scratch, " (at least %" PRIu32 ")", entry->low);
    reconcile_report(joining->reconcile, RECONCILE_INPUT_OUTSIDE_BAND, joining->path,
                     joining->place, joining->result->id,
                     "input tokens: %" PRId64 ", %s than the %" PRIu32 "%.*s that were counted",
                     input, side, entry->tokens, STR_ARGS(band));
    arena_free(&scratch);
}

static bool is_cut_off(struct str reason)
{
    return str_equal(reason, STR("max_tokens")) ||
           str_equal(reason, STR("model_context_window_exceeded"));
}

static void add_to_label(const struct joining *joining, const struct model *model)
{
    struct reconcile *reconcile = joining->reconcile;
    struct ledger_entry *entry = joining->entry;
    size_t number = reconcile_label(reconcile, joining->result->id);
    struct reconcile_label *label = &reconcile->labels.items[number];
    int64_t max_output = model ? model->max_output : CATALOG_UNKNOWN;
    entry->label = (uint32_t)number;
    label->answers++;
    label->cut_off += str_equal(joining->result->stop_reason, STR("max_tokens"));
    if (entry->max_tokens != LEDGER_UNSET && entry->max_tokens > label->max_tokens)
        label->max_tokens = entry->max_tokens;
    if (max_output > 0 && (label->max_output < 0 || max_output < label->max_output))
        label->max_output = max_output;
}

static void add_usage(struct usage *sum, const struct usage *usage)
{
    sum->input = count_sum(sum->input, usage->input);
    sum->write_5m = count_sum(sum->write_5m, usage->write_5m);
    sum->write_1h = count_sum(sum->write_1h, usage->write_1h);
    sum->read = count_sum(sum->read, usage->read);
    sum->output = count_sum(sum->output, usage->output);
    sum->web_searches = count_sum(sum->web_searches, usage->web_searches);
}

static void observe(const struct joining *joining, int64_t input)
{
    const struct reconcile_options *options = joining->reconcile->options;
    const struct reconcile_answer answer = { joining->entry->number, joining->result, input };
    if (options->observe)
        options->observe(options->observe_context, &answer);
}

static void join_usage(const struct joining *joining, struct reconcile_model *row)
{
    const struct usage *usage = &joining->result->usage;
    struct ledger_entry *entry = joining->entry;
    const int64_t input = count_sum(count_sum(usage->input, usage->read),
                                    count_sum(usage->write_5m, usage->write_1h));
    const double paid = reconcile_price(row->model, joining->result, usage);
    entry->state = LEDGER_ANSWERED;
    entry->input = ledger_tokens(input);
    entry->output = ledger_tokens(usage->output);
    add_usage(&row->usage, usage);
    add_usage(&joining->reconcile->sums.usage, usage);
    if (paid < 0)
        row->unpriced++;
    else
        reconcile_add_cost(row, entry, joining->result, paid);
    compare_input(joining, input);
    add_to_label(joining, row->model);
    observe(joining, input);
}

/* Whether the name, which may have a vendor's words around it, is that id or a version of it:
 * "claude-opus-4-6", "anthropic.claude-opus-4-6-v1:0", "claude-opus-4-6-20260205", but not
 * "claude-opus-4-60" or "claude-opus-4-6-fast". */
static bool is_version_of(struct str name, struct str id)
{
    for (size_t at = 0; id.len && at + id.len <= name.len; at++) {
        struct str rest = str_slice(name, at, name.len);
        if (!str_starts(rest, id))
            continue;
        rest = str_slice(rest, id.len, rest.len);
        size_t digits = str_starts(rest, STR("-"));
        while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9')
            digits++;
        if (!rest.len || str_starts(rest, STR("@")) || str_starts(rest, STR(":")) ||
            str_starts(rest, STR("-v")) || (digits == 9 && rest.ptr[0] == '-'))
            return true;
    }
    return false;
}

/* A model that is not in the catalog may have been asked by a name of the user's own, as that of a
 * deployment: nobody knows who should answer then. */
static bool is_other(const struct reconcile_model *row, const struct reconcile_model *asked)
{
    if (!asked->model || row->model)
        return asked->model && row->model != asked->model;
    return !is_version_of(row->name, asked->name) && !is_version_of(row->name, asked->model->id);
}

static void join_model(const struct joining *joining, const struct reconcile_model *row,
                       const struct reconcile_model *asked)
{
    struct arena scratch = { 0 };
    if (is_other(row, asked))
        reconcile_report(joining->reconcile, RECONCILE_ANSWER_MODEL, joining->path, joining->place,
                         joining->result->id, "answered by %.*s, asked of %.*s",
                         STR_ARGS(utf8_printable(&scratch, row->name, SHOWN_MAX)),
                         STR_ARGS(utf8_printable(&scratch, asked->name, SHOWN_MAX)));
    arena_free(&scratch);
}

static void join_answer(const struct joining *joining)
{
    const struct result *result = joining->result;
    struct reconcile *reconcile = joining->reconcile;
    const struct reconcile_model *asked = &reconcile->asked.items[joining->entry->model];
    struct str name = result->model.len ? result->model : asked->name;
    const size_t number = reconcile_model(reconcile, &reconcile->models, name);
    struct reconcile_model *row = &reconcile->models.items[number];
    const bool is_standard = !reconcile_is_batch(result);
    row->answers++;
    row->fast += str_equal(result->speed, STR("fast"));
    reconcile->sums.standard_answers += is_standard;
    reconcile->sums.batch_answers += !is_standard;
    reconcile_reason(&reconcile->stops, result->stop_reason.len ? result->stop_reason : STR("none"),
                     STR(""));
    join_model(joining, row, asked);
    if (is_cut_off(result->stop_reason))
        reconcile_report(reconcile, RECONCILE_ANSWER_CUT_OFF, joining->path, joining->place,
                         result->id, "cut off after %" PRId64 " tokens: stop_reason %.*s",
                         result->usage.output, STR_ARGS(result->stop_reason));
    else if (str_equal(result->stop_reason, STR("refusal")))
        report_at(joining, RECONCILE_ANSWER_REFUSED, "the model refused: stop_reason refusal");
    if (result->has_usage)
        join_usage(joining, row);
    else
        report_at(joining, RECONCILE_RESULT_WITHOUT_USAGE,
                  "the answer does not say its tokens: no usage with them");
}

static void join_unknown(const struct joining *joining)
{
    const struct result *result = joining->result;
    const struct model *model = catalog_model(joining->reconcile->options->catalog, result->model);
    double paid = reconcile_price(model, result, &result->usage);
    report_at(joining, RECONCILE_RESULT_UNKNOWN, "no request of the manifest has this custom_id");
    if (result->outcome != OUTCOME_SUCCEEDED)
        return;
    joining->reconcile->sums.unknown_usd +=
        (paid > 0 ? paid : 0) +
        (double)result->usage.web_searches * joining->reconcile->options->catalog->web_search_usd;
}

static void join(const struct joining *joining)
{
    if (!joining->entry) {
        join_unknown(joining);
        return;
    }
    if (joining->entry->state > LEDGER_BROKEN) {
        report_at(joining, RECONCILE_RESULT_DUPLICATE,
                  "a second result of this custom_id: the first one counts");
        return;
    }
    joining->entry->state = LEDGER_FAILED;
    joining->reconcile->sums.outcomes[joining->result->outcome]++;
    if (joining->result->outcome == OUTCOME_SUCCEEDED)
        join_answer(joining);
    else
        join_failure(joining);
}

static void report_unreadable(const struct joining *joining, const struct entry *entry,
                              const struct result_problem *problem)
{
    const size_t at = problem->at < entry->bytes.len ? problem->at : entry->bytes.len;
    if (joining->entry && joining->entry->state == LEDGER_OPEN)
        joining->entry->state = LEDGER_BROKEN;
    reconcile_report(joining->reconcile, RECONCILE_RESULT_UNREADABLE, joining->path,
                     locate(entry->start, entry->bytes, at), joining->result->id, "%.*s",
                     STR_ARGS(problem->text));
}

/* What its usage does not say. */
static void take_as_asked(const struct ledger_entry *entry, struct result *result)
{
    if (!result->speed.len && entry->is_fast && !reconcile_is_batch(result))
        result->speed = STR("fast");
    if (!result->geo.len && entry->is_us)
        result->geo = STR("us");
}

bool reconcile_result(struct reconcile *reconcile, struct str path, const struct entry *entry,
                      struct result_problem *problem)
{
    struct arena scratch = { 0 };
    struct result result = { 0 };
    struct joining joining = { reconcile, path, entry->start, &result, NULL };
    *problem = (struct result_problem){ str_from_c(entry->problem), entry->problem_at, false };
    bool is_result = !entry->problem && result_read(&scratch, entry->bytes, &result, problem);
    if (result.id.len)
        joining.entry = ledger_find(&reconcile->ledger, ledger_key(&scratch, result.id));
    if (joining.entry)
        take_as_asked(joining.entry, &result);
    if (is_result) {
        reconcile->sums.results++;
        join(&joining);
    } else {
        problem->text = str_copy(reconcile->arena, problem->text);
        report_unreadable(&joining, entry, problem);
    }
    arena_free(&scratch);
    return is_result;
}
