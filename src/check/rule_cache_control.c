/*
 * Cache breakpoints that the API refuses: more than four, an hour's after five minutes', one where
 * none may stand, and automatic caching that does not go with the explicit ones
 * (build-with-claude/prompt-caching, 2026-08-22; envoyproxy/ai-gateway#1712, 2025-12: "A maximum of
 * 4 blocks with cache_control may be provided. Found 5.").
 */
#include <stdlib.h>

#include "check/parameter.h"

static const struct rule_option options[] = { { .name = NULL } };

enum { BREAKPOINTS_MAX = 4 };

static int by_prompt(const void *a, const void *b)
{
    const struct cache_point *first = a, *second = b;
    if (first->section != second->section)
        return first->section < second->section ? -1 : 1;
    return (first->at > second->at) - (first->at < second->at);
}

/* In the order of the prompt, in which the body need not be. */
static const struct cache_point *sorted(const struct subject *subject)
{
    const struct cache_points *breakpoints = &subject->request->cache_points;
    struct cache_point *copy = ARENA_ARRAY(subject->arena, struct cache_point, breakpoints->len);
    memcpy(copy, breakpoints->items, breakpoints->len * sizeof *copy);
    qsort(copy, breakpoints->len, sizeof *copy, by_prompt);
    return copy;
}

static struct report report_at(size_t at)
{
    return (struct report){ .at = at, .verdict = VERDICT_FAIL };
}

/* The one over the limit is the last of the prompt. */
static void check_len(const struct subject *subject, const struct rule *rule,
                      const struct cache_point *breakpoints, struct findings *findings)
{
    const size_t len = subject->request->cache_points.len;
    if (len <= BREAKPOINTS_MAX)
        return;
    struct report report = report_at(breakpoints[BREAKPOINTS_MAX].at);
    report.has_numbers = true;
    report.value = (double)len;
    report.limit = BREAKPOINTS_MAX;
    rule_report(subject, rule, findings, report,
                "cache_control stands at %zu places: a request may have %d of them", len,
                BREAKPOINTS_MAX);
}

/* "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block" */
static void check_order(const struct subject *subject, const struct rule *rule,
                        const struct cache_point *breakpoints, struct findings *findings)
{
    bool was_5m = false;
    for (size_t i = 0; i < subject->request->cache_points.len; i++) {
        if (breakpoints[i].is_1h && was_5m) {
            rule_report(subject, rule, findings, report_at(breakpoints[i].at),
                        "a cache_control with the ttl \"1h\" comes after one of 5 minutes in the "
                        "prompt (tools, system, messages)");
            return;
        }
        was_5m |= !breakpoints[i].is_1h;
    }
}

static void check_holders(const struct subject *subject, const struct rule *rule,
                          const struct cache_point *breakpoints, struct findings *findings)
{
    size_t len = 0;
    for (size_t i = 0; i < subject->request->cache_points.len; i++)
        if (breakpoints[i].holder && len++ < RULE_LISTED_MAX)
            rule_report(subject, rule, findings, report_at(breakpoints[i].at),
                        "%s takes no cache_control", breakpoints[i].holder);
    if (len > RULE_LISTED_MAX)
        rule_report(subject, rule, findings, report_at(0), "and %zu more blocks that take none",
                    len - RULE_LISTED_MAX);
}

/* Whether some of them live five minutes. */
static bool has_5m(const struct cache_point *breakpoints, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!breakpoints[i].is_1h)
            return true;
    return false;
}

/* Automatic caching puts one on the last block, and needs a slot for it. */
static void check_automatic(const struct subject *subject, const struct rule *rule,
                            const struct cache_point *breakpoints, struct findings *findings)
{
    const struct request *request = subject->request;
    const struct cache_point *last =
        request->cache_points.len ? &breakpoints[request->cache_points.len - 1] : NULL;
    const bool is_on_last = request->parts.len && request->messages_to > request->messages_from &&
                            request->parts.items[request->messages_to - 1].ends_prefix;
    if (!request->caches_all || !last)
        return;
    if (is_on_last && last->is_1h != request->caches_all_1h)
        rule_report(subject, rule, findings, report_at(request->caches_all_at),
                    "cache_control of the request has another ttl than that of the last block");
    else if (!is_on_last && request->caches_all_1h &&
             has_5m(breakpoints, request->cache_points.len))
        rule_report(subject, rule, findings, report_at(request->caches_all_at),
                    "cache_control of the request has the ttl \"1h\", and comes after one of 5 "
                    "minutes: it is that of the last block");
    else if (!is_on_last && request->cache_points.len == BREAKPOINTS_MAX)
        rule_report(subject, rule, findings, report_at(request->caches_all_at),
                    "cache_control of the request needs one of the %d places, which other blocks "
                    "have all",
                    BREAKPOINTS_MAX);
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    if (!subject->request->cache_points.len || subject->request->chat.len)
        return;
    const struct cache_point *breakpoints = sorted(subject);
    check_len(subject, rule, breakpoints, findings);
    check_order(subject, rule, breakpoints, findings);
    check_holders(subject, rule, breakpoints, findings);
    check_automatic(subject, rule, breakpoints, findings);
}

const struct rule_kind rule_kind_cache_control = {
    .name = "cache-control",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "cache breakpoints are too many, in the wrong order or where none may stand",
    .why = "A request may have 4 cache breakpoints, that of automatic caching included; those that "
           "live an hour come\n"
           "before those of 5 minutes, in the order tools, system, messages; thinking blocks take "
           "none\n"
           "(build-with-claude/prompt-caching, 2026-08-22). Each is a 400, in a Message Batch only "
           "when the batch has\n"
           "ended. A prompt that is too short to be cached is no error of the API, and none here",
    .example = "{ \"rules\": [ { \"rule\": \"cache-control\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input =
        "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 100,\n"
        "  \"system\": [ { \"type\": \"text\", \"text\": \"Be brief.\",\n"
        "    \"cache_control\": { \"type\": \"ephemeral\" } } ],\n"
        "  \"messages\": [ { \"role\": \"user\", \"content\": [ { \"type\": \"text\", \"text\": "
        "\"Hello\",\n"
        "    \"cache_control\": { \"type\": \"ephemeral\", \"ttl\": \"1h\" } } ] } ] }",
    .options = options,
    .check = check,
};
