#include "check/check.h"

struct subject check_subject(const struct checker *checker, const struct request *request,
                             const struct count *count, const struct settings *settings,
                             struct arena *arena)
{
    return (struct subject){
        .request = request,
        .count = count,
        .model = catalog_model(checker->catalog, request->model),
        .settings = settings,
        .catalog = checker->catalog,
        .arena = arena,
    };
}

/* The waiver for a finding of the request, or NULL. One without an end wins over one with. */
static const struct waiver *find_waiver(const struct checker *checker, const struct source *source,
                                        const struct rule_kind *kind)
{
    const struct waiver *found = NULL;
    for (size_t i = 0; i < checker->ruleset->waivers.len; i++) {
        const struct waiver *waiver = &checker->ruleset->waivers.items[i];
        if (waiver->kind == kind && file_globs_match(&waiver->files, source->absolute) &&
            (!found || !waiver->until.len ||
             (found->until.len && str_compare(waiver->until, found->until) > 0)))
            found = waiver;
    }
    return found;
}

bool check_waive(const struct checker *checker, const struct source *source,
                 const struct rule_kind *kind, size_t len_before, struct findings *findings,
                 size_t *waived)
{
    const struct waiver *waiver = source ? find_waiver(checker, source, kind) : NULL;
    if (!waiver)
        return false;
    if (!waiver->until.len || str_compare(checker->today, waiver->until) <= 0) {
        *waived += findings->len - len_before;
        findings->len = len_before;
        return true;
    }
    for (size_t i = len_before; i < findings->len; i++)
        findings->items[i].message =
            str_format(findings->arena, "%.*s (its waiver at %.*s:%zu ended on %.*s)",
                       STR_ARGS(findings->items[i].message), STR_ARGS(waiver->origin.path),
                       waiver->origin.place.line, STR_ARGS(waiver->until));
    return false;
}

void check_request(const struct checker *checker, const struct subject *subject,
                   struct findings *findings, size_t *waived)
{
    const struct rules *rules = &subject->settings->rules;
    if (subject->request->unreadable) {
        check_faults(subject, findings); /* no rule file can make it look clean */
        return;
    }
    for (size_t i = 0; i < rules->len; i++) {
        const struct rule *rule = &rules->items[i];
        bool is_in_force = rule->severity != SEVERITY_OFF && rule->scope == RULE_SCOPE_REQUEST &&
                           rule->kind->check &&
                           (!subject->request->is_around || rule->kind == &rule_kind_unknown_field);
        if (!is_in_force)
            continue;
        size_t len_before = findings->len;
        rule->kind->check(subject, rule, findings);
        if (findings->len > len_before)
            check_waive(checker, subject->request->source, rule->kind, len_before, findings,
                        waived);
    }
}

void check_faults(const struct subject *subject, struct findings *findings)
{
    const struct rule rule = { .kind = &rule_kind_invalid_request, .severity = SEVERITY_ERROR };
    if (subject->request->unreadable || subject->request->is_prompt)
        rule.kind->check(subject, &rule, findings);
}

static bool is_on_totals(const struct rule *rule)
{
    return rule->scope == RULE_SCOPE_POOL && rule->severity != SEVERITY_OFF;
}

bool check_has_totals(const struct settings *settings)
{
    for (size_t i = 0; i < settings->rules.len; i++)
        if (is_on_totals(&settings->rules.items[i]))
            return true;
    return false;
}

void check_totals(const struct checker *checker, const struct records *records,
                  const struct settings *settings, struct arena *arena, struct findings *findings)
{
    const struct totals totals = { records, checker->ruleset, checker->catalog, arena };
    for (size_t i = 0; i < settings->rules.len; i++) {
        const struct rule *rule = &settings->rules.items[i];
        if (is_on_totals(rule))
            rule->kind->check_pool(&totals, rule, findings);
    }
}

void check_plan(const struct plan_numbers *numbers, const struct settings *settings,
                struct findings *findings)
{
    for (size_t i = 0; i < settings->rules.len; i++) {
        const struct rule *rule = &settings->rules.items[i];
        if (rule->kind->check_plan && rule->severity != SEVERITY_OFF)
            rule->kind->check_plan(numbers, rule, findings);
    }
}

void check_stuck(const struct checker *checker, const struct plan_stuck *stuck,
                 const struct settings *settings, struct findings *findings, size_t *waived)
{
    for (size_t i = 0; i < settings->rules.len; i++) {
        const struct rule *rule = &settings->rules.items[i];
        const size_t len_before = findings->len;
        if (rule->kind->check_stuck && rule->severity != SEVERITY_OFF)
            rule->kind->check_stuck(stuck, rule, findings);
        if (findings->len > len_before)
            check_waive(checker, stuck->source, rule->kind, len_before, findings, waived);
    }
}
