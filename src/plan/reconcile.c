#include "plan/reconcile.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/list.h"
#include "plan/reconcile_lists.h"

const struct reconcile_fault_kind reconcile_faults[RECONCILE_FAULTS_LEN] = {
#define RECONCILE_FAULT_ROW(id, name, severity, summary) { name, severity, summary },
    RECONCILE_FAULT_LIST(RECONCILE_FAULT_ROW)
#undef RECONCILE_FAULT_ROW
};

void reconcile_init(struct reconcile *reconcile, const struct reconcile_options *options,
                    struct arena *arena)
{
    *reconcile = (struct reconcile){
        .options = options,
        .arena = arena,
        .ledger = { .arena = arena },
        .sources = { .arena = arena },
        .asked = { .arena = arena },
        .models = { .arena = arena },
        .errors = { .arena = arena },
        .stops = { .arena = arena },
        .labels = { .arena = arena },
        .labels_seen = { .arena = arena },
        .findings = { .arena = arena },
    };
}

void reconcile_free(struct reconcile *reconcile)
{
    ledger_free(&reconcile->ledger);
}

void reconcile_report(struct reconcile *reconcile, enum reconcile_fault fault, struct str path,
                      struct place place, struct str custom_id, const char *format, ...)
{
    const struct reconcile_fault_kind *kind = &reconcile_faults[fault];
    struct reconcile_sums *sums = &reconcile->sums;
    sums->errors += kind->severity == SEVERITY_ERROR;
    sums->warnings += kind->severity == SEVERITY_WARNING;
    sums->notes += kind->severity == SEVERITY_NOTE;
    if (sums->faults[fault]++ >= reconcile->options->listed_max)
        return;
    struct arena scratch = { 0 };
    va_list args;
    va_start(args, format);
    const struct finding finding = {
        .path = path,
        .place = place,
        .rule = kind->name,
        .severity = kind->severity,
        .verdict = VERDICT_FAIL,
        .message = str_format_va(&scratch, format, args),
        .custom_id = custom_id,
    };
    va_end(args);
    findings_add(&reconcile->findings, &finding);
    arena_free(&scratch);
}

void reconcile_take_back(struct reconcile *reconcile, enum reconcile_fault fault, size_t len)
{
    const struct reconcile_fault_kind *kind = &reconcile_faults[fault];
    struct reconcile_sums *sums = &reconcile->sums;
    for (; len; len--) {
        sums->errors -= kind->severity == SEVERITY_ERROR;
        sums->warnings -= kind->severity == SEVERITY_WARNING;
        sums->notes -= kind->severity == SEVERITY_NOTE;
        if (sums->faults[fault]-- <= reconcile->options->listed_max)
            reconcile->findings.len--;
    }
}

static size_t source_number(struct reconcile *reconcile, struct str path)
{
    struct strs *sources = &reconcile->sources;
    if (sources->len && str_equal(sources->items[sources->len - 1], path))
        return sources->len - 1;
    if (sources->len <= UINT16_MAX)
        *LIST_PUSH(sources) = str_copy(reconcile->arena, path);
    return sources->len - 1;
}

bool reconcile_request(struct reconcile *reconcile, const struct plan_record *record,
                       struct error *err)
{
    struct arena scratch = { 0 };
    struct ledger_entry *first = NULL;
    const struct ledger_entry entry = {
        .source = (uint16_t)source_number(reconcile, record->source),
        .model = (uint16_t)reconcile_model(reconcile, &reconcile->asked, record->model),
        .origin = (uint8_t)record->origin,
        .is_fast = record->is_fast,
        .is_us = record->is_us,
        .line = ledger_tokens((int64_t)record->place.line),
        .column = ledger_tokens((int64_t)record->place.column),
        .low = ledger_tokens(record->low),
        .tokens = ledger_tokens(record->tokens),
        .high = ledger_tokens(record->high),
        .max_tokens = ledger_tokens(record->max_tokens),
    };
    reconcile->sums.requests++;
    if (!record->custom_id.len) {
        reconcile_report(reconcile, RECONCILE_ID_MISSING, record->source, record->place,
                         record->custom_id, "no custom_id: its result cannot be found");
        return true;
    }
    struct str key = ledger_key(&scratch, record->custom_id);
    bool is_good = ledger_add(&reconcile->ledger, key, &entry, &first, err);
    if (is_good && first)
        reconcile_report(
            reconcile, RECONCILE_ID_DUPLICATE, record->source, record->place, record->custom_id,
            "the same custom_id as %.*s:%" PRIu32 ":%" PRIu32 ": results cannot be told apart",
            STR_ARGS(reconcile->sources.items[first->source]), first->line, first->column);
    arena_free(&scratch);
    return is_good;
}
