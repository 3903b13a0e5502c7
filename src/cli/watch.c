#include "cli/watch.h"

#include "base/repeats.h"
#include "base/utf8.h"
#include "cli/keep.h"

struct watch {
    struct job_source *sources;      /* by their numbers */
    struct job_source *emitting;     /* the source of the last request */
    struct manifest_check *manifest; /* NULL: nothing is wanted of it as a whole */
    struct repeats *ids;             /* of a plan; NULL: not compared, or no longer */
};

static void say_of_source(struct pipeline *pipeline, const struct job_source *from,
                          const struct error *cause)
{
    pipeline->errors++;
    pipeline_say(pipeline->run, "error", "%.*s: %s", STR_ARGS(from->source.path), cause->text);
}

void watch_begin(struct pipeline *pipeline, struct job_source *sources)
{
    const struct repeats_options options = { .directory = pipeline->run->environment->temporary,
                                             .kept_max = FINDINGS_MAX };
    struct watch *watch = ARENA_NEW(pipeline->run->arena, struct watch);
    watch->sources = sources;
    if (pipeline->runs_rules && pipeline->plans && !pipeline->on_finding)
        watch->ids = repeats_open(&options);
    pipeline->watch = watch;
}

/* Ends what was watched of a source as a whole. */
static void end_manifest(struct pipeline *pipeline)
{
    struct watch *watch = pipeline->watch;
    struct job_source *from = watch->emitting;
    struct arena arena = { 0 };
    struct findings findings = { .arena = &arena };
    struct manifest_rest rest;
    struct error err = { 0 };
    if (!watch->manifest)
        return;
    if (!manifest_check_end(watch->manifest, &findings, &rest, &err))
        say_of_source(pipeline, from, &err);
    if (!keep_hand_on(pipeline, &findings, 0, findings.len))
        keep_findings(pipeline, from, &findings, 0, findings.len);
    pipeline->summary.waived += rest.waived;
    if (rest.more)
        keep_more(pipeline, from, rest.worst_more, VERDICT_FAIL, rest.more);
    manifest_check_close(watch->manifest);
    watch->manifest = NULL;
    arena_free(&arena);
}

static void begin_manifest(struct pipeline *pipeline, struct job_source *from)
{
    struct watch *watch = pipeline->watch;
    end_manifest(pipeline);
    watch->emitting = from;
    if (pipeline->runs_rules && from->reader->is_manifest)
        watch->manifest = manifest_check_open(&pipeline->checker, &from->source, from->settings,
                                              from->reader->limits,
                                              pipeline->run->environment->temporary, FINDINGS_MAX);
}

/*
 * A source and a place in it, in 64 bits: 18 of the source's number, 1 that says which form the
 * place has, and 31 of the line and 14 of the column, or the other way round. What has no room is
 * the largest number.
 */
enum { WIDE_BITS = 31, NARROW_BITS = 14, PLACE_BITS = 1 + WIDE_BITS + NARROW_BITS };

static uint64_t bits(uint64_t number, unsigned len)
{
    const uint64_t most = (UINT64_C(1) << len) - 1;
    return number < most ? number : most;
}

static bool fits(struct place place)
{
    const size_t most = (size_t)1 << NARROW_BITS;
    return place.line < most || place.column < most;
}

static uint64_t pack(size_t source, struct place place)
{
    const bool is_long = place.column >= (size_t)1 << NARROW_BITS;
    const uint64_t line = bits(place.line, is_long ? NARROW_BITS : WIDE_BITS);
    const uint64_t column = bits(place.column, is_long ? WIDE_BITS : NARROW_BITS);
    return bits(source, 64 - PLACE_BITS) << PLACE_BITS | (uint64_t)is_long << (PLACE_BITS - 1) |
           line << (is_long ? WIDE_BITS : NARROW_BITS) | column;
}

static struct place unpack(uint64_t packed)
{
    const bool is_long = packed >> (PLACE_BITS - 1) & 1;
    const unsigned column_bits = is_long ? WIDE_BITS : NARROW_BITS;
    const uint64_t place = packed & ((UINT64_C(1) << (PLACE_BITS - 1)) - 1);
    return (struct place){ place >> column_bits, place & ((UINT64_C(1) << column_bits) - 1) };
}

static void fail_ids(struct pipeline *pipeline, const struct error *cause)
{
    struct watch *watch = pipeline->watch;
    repeats_close(watch->ids);
    watch->ids = NULL;
    pipeline->errors++;
    pipeline_say(pipeline->run, "error", "whether every custom_id is unique is not known: %s",
                 cause->text);
}

static void add_id(struct pipeline *pipeline, const struct item *item)
{
    struct watch *watch = pipeline->watch;
    struct error err = { 0 };
    if (!watch->ids || !item->from->needs_ids || !manifest_check_has_id(&item->request))
        return;
    const struct place place = fits(item->id_place) ? item->id_place : item->request.start;
    if (!repeats_add(watch->ids, item->request.custom_id, pack(item->from->number, place), &err))
        fail_ids(pipeline, &err);
}

void watch_item(struct pipeline *pipeline, const struct item *item)
{
    struct watch *watch = pipeline->watch;
    struct job_source *from = item->from;
    struct error err = { 0 };
    if (from != watch->emitting || item->begins_manifest)
        begin_manifest(pipeline, from);
    if (watch->manifest &&
        !manifest_check_add(watch->manifest, &item->request, item->id_place, &err))
        say_of_source(pipeline, from, &err);
    add_id(pipeline, item);
}

static const struct rule *unique_rule(const struct job_source *from)
{
    const struct rules *rules = &from->settings->rules;
    for (size_t i = 0; i < rules->len; i++)
        if (rules->items[i].kind->needs_repeats && rules->items[i].severity != SEVERITY_OFF)
            return &rules->items[i];
    return NULL;
}

/* "in line 3", "in a.jsonl:3:15" */
static struct str where(struct arena *arena, const struct job_source *first, struct place place,
                        const struct job_source *from, struct place here)
{
    if (first == from)
        return rule_place_text(arena, place, here);
    return str_format(arena, "in %.*s:%zu:%zu",
                      STR_ARGS(utf8_printable(arena, first->source.path, SIZE_MAX)), place.line,
                      place.column);
}

static bool has_claude(const struct job_source *from)
{
    return from->others.len < from->entries_len;
}

static struct job_source *find_repeat(struct pipeline *pipeline, const struct repeat *repeat)
{
    struct job_source *sources = pipeline->watch->sources;
    struct job_source *from = &sources[repeat->at >> PLACE_BITS];
    const struct job_source *first = &sources[repeat->first_at >> PLACE_BITS];
    const struct rule *rule = unique_rule(from);
    struct arena arena = { 0 };
    struct findings findings = { .arena = &arena };
    const struct str id = { repeat->text, repeat->len };
    const struct place place = unpack(repeat->at);
    const struct finding finding = {
        .path = from->source.path,
        .place = place,
        .rule = rule->kind->name,
        .severity = rule->severity,
        .verdict = VERDICT_FAIL,
        .message =
            str_format(&arena, "%s \"%.*s\" is used already %.*s", from->reader->limits->id_name,
                       STR_ARGS(utf8_printable(&arena, id, 80)),
                       STR_ARGS(where(&arena, first, unpack(repeat->first_at), from, place))),
        .custom_id = id,
    };
    if (has_claude(from) && has_claude(first)) {
        findings_add(&findings, &finding);
        check_waive(&pipeline->checker, &from->source, rule->kind, 0, &findings,
                    &pipeline->summary.waived);
        keep_findings(pipeline, from, &findings, 0, findings.len);
    }
    arena_free(&arena);
    return from;
}

/* The ids of all manifests together. */
static void end_ids(struct pipeline *pipeline)
{
    struct watch *watch = pipeline->watch;
    struct repeats_found found;
    struct error err = { 0 };
    struct job_source *last = NULL;
    if (!watch->ids)
        return;
    if (!repeats_find(watch->ids, &found, &err)) {
        fail_ids(pipeline, &err);
        return;
    }
    for (size_t i = 0; i < found.len; i++)
        last = find_repeat(pipeline, &found.items[i]);
    if (found.more && last)
        keep_more(pipeline, last, unique_rule(last)->severity, VERDICT_FAIL, found.more);
    repeats_close(watch->ids);
    watch->ids = NULL;
}

void watch_end(struct pipeline *pipeline)
{
    end_manifest(pipeline);
    end_ids(pipeline);
}
