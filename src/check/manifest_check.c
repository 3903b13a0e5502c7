#include "check/manifest_check.h"

#include <string.h>

/* A rule in force, and what it remembers. */
struct watch {
    const struct rule *rule;
    void *state;
};

struct manifest_check {
    const struct checker *checker;
    struct manifest_totals totals;
    struct repeats *repeats; /* NULL: ids are not compared, or no longer */
    struct repeats_found found;
    bool has_claude; /* a request that is for it */
    bool is_body;    /* sent as one JSON body, else as the lines of a file */
    struct watch *watches;
    size_t watches_len;
    struct arena arena;
};

static bool is_in_force(const struct rule *rule)
{
    return rule->kind->check_manifest && rule->severity != SEVERITY_OFF;
}

bool manifest_check_needs_ids(const struct settings *settings, const struct manifest_limits *limits)
{
    for (size_t i = 0; limits && limits->id_unique && i < settings->rules.len; i++)
        if (is_in_force(&settings->rules.items[i]) && settings->rules.items[i].kind->needs_repeats)
            return true;
    return false;
}

static void add_watches(struct manifest_check *check, const struct settings *settings)
{
    check->watches = ARENA_ARRAY(&check->arena, struct watch, settings->rules.len);
    for (size_t i = 0; i < settings->rules.len; i++) {
        const struct rule *rule = &settings->rules.items[i];
        const bool is_passed_over =
            check->checker->plans &&
            (rule->kind->needs_repeats || (rule->kind->is_of_batch && !rule->origin.path.len));
        if (is_in_force(rule) && !is_passed_over)
            check->watches[check->watches_len++] =
                (struct watch){ rule, arena_alloc(&check->arena, 1, rule->kind->state_size) };
    }
}

struct manifest_check *manifest_check_open(const struct checker *checker,
                                           const struct source *source,
                                           const struct settings *settings,
                                           const struct manifest_limits *limits,
                                           struct str temporary, size_t findings_max)
{
    struct arena arena = { 0 };
    struct manifest_check *check = ARENA_NEW(&arena, struct manifest_check); /* in its own arena */
    const struct repeats_options options = { .directory = temporary, .kept_max = findings_max };
    check->arena = arena;
    check->checker = checker;
    add_watches(check, settings);
    if (!limits || !check->watches_len) {
        manifest_check_close(check);
        return NULL;
    }
    check->is_body = limits == &manifest_limits_message_batches;
    check->totals = (struct manifest_totals){
        .source = source,
        .limits = limits,
        .catalog = checker->catalog,
        .repeats = &check->found,
        .arena = &check->arena,
    };
    if (!checker->plans && manifest_check_needs_ids(settings, limits))
        check->repeats = repeats_open(&options);
    return check;
}

void manifest_check_close(struct manifest_check *check)
{
    if (!check)
        return;
    repeats_close(check->repeats);
    struct arena arena = check->arena;
    arena_free(&arena);
}

/* What the entry adds to the manifest as it is sent: to {"requests":[...]} without spaces, or to a
 * file as it is. */
static void add_size(struct manifest_check *check, const struct request *request)
{
    struct manifest_totals *totals = &check->totals;
    if (!totals->requests)
        totals->size_bytes = check->is_body ? strlen("{\"requests\":[]}") : 0;
    else
        totals->size_bytes++; /* a comma or a line end before it */
    totals->size_bytes +=
        check->is_body || !request->entry.len ? request->entry_size_bytes : request->entry.len;
}

static bool fail_ids(struct manifest_check *check, const struct error *cause, struct error *err)
{
    repeats_close(check->repeats);
    check->repeats = NULL;
    return error_because(err, cause, "whether every %s is unique is not known: %s",
                         check->totals.limits->id_name, cause->text);
}

bool manifest_check_is_text(struct str id)
{
    const struct str replacement = STR("\xEF\xBF\xBD");
    for (size_t at = 0; at < id.len; at++)
        if (str_starts(str_slice(id, at, id.len), replacement))
            return false;
    return true;
}

/* What is wrong with another id is said of it alone. */
bool manifest_check_has_id(const struct request *request)
{
    return !request->unreadable && request->custom_id.len &&
           (!request->faults.len || manifest_check_is_text(request->custom_id));
}

bool manifest_check_add(struct manifest_check *check, const struct request *request,
                        struct place id_place, struct error *err)
{
    struct manifest_totals *totals = &check->totals;
    struct error cause = { 0 };
    if (!request->entry_size_bytes) /* something about the source, and no entry of it */
        return true;
    if (!totals->requests)
        totals->first = request->start;
    add_size(check, request);
    totals->requests++;
    check->has_claude |= !request->other.len;
    for (size_t i = 0; i < check->watches_len; i++) {
        const struct rule *rule = check->watches[i].rule;
        if (rule->kind->see)
            rule->kind->see(totals, request, rule, check->watches[i].state);
    }
    if (!check->repeats || !manifest_check_has_id(request) ||
        repeats_add(check->repeats, request->custom_id, rule_pack_place(id_place), &cause))
        return true;
    return fail_ids(check, &cause, err);
}

bool manifest_check_end(struct manifest_check *check, struct findings *findings,
                        struct manifest_rest *rest, struct error *err)
{
    struct error cause = { 0 };
    bool known = !check->repeats || repeats_find(check->repeats, &check->found, &cause) ||
                 fail_ids(check, &cause, err);
    *rest = (struct manifest_rest){ 0 };
    for (size_t i = 0; check->has_claude && i < check->watches_len; i++) {
        const struct rule *rule = check->watches[i].rule;
        size_t before = findings->len;
        uint64_t more =
            rule->kind->check_manifest(&check->totals, rule, check->watches[i].state, findings);
        if (findings->len == before)
            continue;
        if (check_waive(check->checker, check->totals.source, rule->kind, before, findings,
                        &rest->waived)) {
            rest->waived += more;
        } else if (more) {
            rest->more += more;
            rest->worst_more =
                rule->severity > rest->worst_more ? rule->severity : rest->worst_more;
        }
    }
    return known;
}
