#include <inttypes.h>

#include "check/rule.h"
#include "check/settings.h"

static const struct rule_option options[] = { { .name = NULL } };

static void check_doubts(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct faults *doubts = &subject->request->doubts;
    const struct rule softer = rule_softened(rule);
    for (size_t i = 0; i < doubts->len; i++)
        rule_report(subject, &softer, findings,
                    (struct report){ .at = doubts->items[i].at, .verdict = VERDICT_FAIL }, "%.*s",
                    STR_ARGS(doubts->items[i].text));
}

/* The first image over so many. */
static size_t image_over(const struct request *request, size_t images_max)
{
    size_t images_len = 0;
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].kind == PART_IMAGE && images_len++ == images_max)
            return request->parts.items[i].at;
    return 0;
}

/* 400 for more (build-with-claude/vision, 2026-08-22); how many is not known of retired models. */
static void check_images(const struct subject *subject, const struct rule *rule,
                         struct findings *findings)
{
    const struct model *model = subject->model;
    const size_t images_len = subject->request->images_len;
    if (!model || model->max_images == CATALOG_UNKNOWN || images_len <= (size_t)model->max_images)
        return;
    const struct report report = { .verdict = VERDICT_FAIL,
                                   .at = image_over(subject->request, (size_t)model->max_images) };
    rule_report(subject, rule, findings, report, "%zu images: %" PRId64 " are the most for %.*s",
                images_len, model->max_images, STR_ARGS(model->id));
}

/* Images that are refused for being seen smaller than they are, which they ask for
 * (transformations.oversized_image, which counting looks at too: build-with-claude/
 * vision-coordinates, 2026). */
static void check_sizes(const struct subject *subject, const struct rule *rule,
                        struct findings *findings)
{
    const struct parts *parts = &subject->request->parts;
    const struct model *model = subject->model;
    struct report report = { .verdict = VERDICT_FAIL };
    size_t len = 0;
    for (size_t i = 0; model && i < parts->len; i++) {
        if (!parts->items[i].keeps_size)
            continue;
        const struct media_image *image = parts->items[i].image;
        const struct media_size seen =
            media_resized(image->width_px, image->height_px,
                          model->high_resolution_images ? MEDIA_TIER_HIGH : MEDIA_TIER_STANDARD);
        const bool is_same = seen.width_px == image->width_px && seen.height_px == image->height_px;
        if (is_same || ++len > RULE_LISTED_MAX)
            continue;
        report.at = parts->items[i].at;
        rule_report(subject, rule, findings, report,
                    "an image of %" PRId64 " x %" PRId64 " px would be downsized to %" PRId64
                    " x %" PRId64 " for %.*s, and its oversized_image is \"error\"",
                    image->width_px, image->height_px, seen.width_px, seen.height_px,
                    STR_ARGS(model->id));
    }
    report.at = 0;
    if (len > RULE_LISTED_MAX)
        rule_report(subject, rule, findings, report, "and %zu more images that would be downsized",
                    len - RULE_LISTED_MAX);
}

/* Since this version the API refuses documents and citations where it took them before
 * (api/migration-2026-10-21). */
static void check_version(const struct subject *subject, const struct rule *rule,
                          struct findings *findings)
{
    const struct request *request = subject->request;
    struct report report = { .verdict = VERDICT_FAIL };
    enum role role = ROLE_USER;
    size_t len = 0;
    if (!str_equal(subject->settings->ruleset->api_version, STR("2026-10-21")))
        return;
    for (size_t i = request->messages_from; i < request->messages_to; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind == PART_MESSAGE)
            role = part->role;
        report.at = part->at;
        if (part->in_result || part->in_document)
            continue;
        const bool is_misplaced = part->kind == PART_DOCUMENT && role == ROLE_ASSISTANT;
        if (!is_misplaced && !(part->cites && role == ROLE_USER))
            continue;
        if (++len > RULE_LISTED_MAX)
            continue;
        if (is_misplaced)
            rule_report(subject, rule, findings, report,
                        "a document block in an assistant message, which API version 2026-10-21 "
                        "does not take");
        else
            rule_report(subject, rule, findings, report,
                        "a text block of a user message has citations, which API version "
                        "2026-10-21 does not take");
    }
    report.at = 0;
    if (len > RULE_LISTED_MAX)
        rule_report(subject, rule, findings, report,
                    "and %zu more blocks that API version 2026-10-21 does not take",
                    len - RULE_LISTED_MAX);
}

/* It gives some models a context of a million tokens. */
static bool has_long_context_beta(struct str betas)
{
    struct str name;
    while (betas.len) {
        str_cut(betas, ',', &name, &betas);
        if (str_starts(str_trim(name), STR("context-1m-")))
            return true;
    }
    return false;
}

static int64_t pages_limit(const struct subject *subject)
{
    const struct model *model = subject->model;
    const bool is_known = model && model->max_pdf_pages != CATALOG_UNKNOWN &&
                          !has_long_context_beta(subject->settings->ruleset->betas);
    return is_known ? model->max_pdf_pages : subject->catalog->pdf_pages_max;
}

/* A PDF of which nothing can be said has a page. More than the limit are a 400, "A maximum of 600
 * PDF pages may be provided." (build-with-claude/pdf-support, 2026-08-22). */
static void check_pages(const struct subject *subject, const struct rule *rule,
                        struct findings *findings)
{
    const struct parts *parts = &subject->request->parts;
    const int64_t limit = pages_limit(subject);
    struct report report = { .verdict = VERDICT_FAIL, .has_numbers = true, .limit = (double)limit };
    int64_t pages = 0;
    for (size_t i = 0; i < parts->len; i++) {
        const struct part *part = &parts->items[i];
        const bool was_over = pages > limit;
        if (part->kind != PART_PDF)
            continue;
        pages += part->pdf && part->pdf->pages ? part->pdf->pages : 1;
        if (pages > limit && !was_over)
            report.at = part->at;
    }
    report.value = (double)pages;
    if (pages > limit)
        rule_report(subject, rule, findings, report,
                    "at least %" PRId64 " PDF pages: a maximum of %" PRId64
                    " PDF pages may be provided%s%.*s",
                    pages, limit, subject->model ? " for " : "",
                    STR_ARGS(subject->model ? subject->model->id : STR("")));
}

/* What is only refused for how many there are: "over 100,000 messages" (api/messages, 2026-08-22).
 */
static void check_messages(const struct subject *subject, const struct rule *rule,
                           struct findings *findings)
{
    const struct request *request = subject->request;
    const int64_t most = subject->catalog->messages_max;
    struct report report = { .verdict = VERDICT_FAIL, .has_numbers = true };
    size_t len = 0;
    if (most == CATALOG_UNKNOWN || request->messages_len <= (size_t)most)
        return;
    for (size_t i = request->messages_from; i < request->messages_to && len <= (size_t)most; i++)
        if (request->parts.items[i].kind == PART_MESSAGE && ++len > (size_t)most)
            report.at = request->parts.items[i].at;
    report.value = (double)request->messages_len;
    report.limit = (double)most;
    rule_report(subject, rule, findings, report,
                "%zu messages: a request may have %" PRId64 " of them", request->messages_len,
                most);
}

/* "final assistant content cannot end with trailing whitespace" (tailcallhq/forgecode#1872,
 * 2025-11), where the model takes such a message at all. */
static void check_tail(const struct subject *subject, const struct rule *rule,
                       struct findings *findings)
{
    const struct request *request = subject->request;
    const struct model *model = rule_named_model(subject);
    size_t last = request->messages_to;
    if (last == request->messages_from || request->parts.items[last - 1].kind != PART_TEXT ||
        request->is_prompt || (model && catalog_refuses(model, STR("prefill"))))
        return;
    const struct part *text = &request->parts.items[last - 1];
    while (last > request->messages_from && request->parts.items[last - 1].kind != PART_MESSAGE)
        last--;
    const bool is_last_word = last > request->messages_from && !text->in_result &&
                              request->parts.items[last - 1].role == ROLE_ASSISTANT;
    if (is_last_word && str_trim(text->text).len && !str_ends(text->text, str_trim(text->text)))
        rule_report(subject, rule, findings,
                    (struct report){ .at = text->at, .verdict = VERDICT_FAIL },
                    "the last message, which is the assistant's, ends with white space");
}

static void check(const struct subject *subject, const struct rule *rule, struct findings *findings)
{
    const struct request *request = subject->request;
    const struct faults *faults = &request->faults;
    struct report report = { .verdict = VERDICT_FAIL };
    for (size_t i = 0; i < faults->len; i++) {
        report.at = faults->items[i].at;
        rule_report(subject, rule, findings, report, "%.*s", STR_ARGS(faults->items[i].text));
    }
    if (request->doubts.len)
        check_doubts(subject, rule, findings);
    check_images(subject, rule, findings);
    check_sizes(subject, rule, findings);
    check_version(subject, rule, findings);
    check_pages(subject, rule, findings);
    check_messages(subject, rule, findings);
    check_tail(subject, rule, findings);
    report.at = 0;
    if (request->more_faults)
        rule_report(subject, rule, findings, report,
                    "and %zu more faults of this kind in the request", request->more_faults);
    bool names_model = request->model_at != REQUEST_NOWHERE || request->is_prompt ||
                       (request->limits && request->limits->model_is_of_job);
    if (!names_model && !request->unreadable && !subject->settings->defaults.model_declared)
        rule_report(subject, rule, findings, report, "model is missing, which the API requires");
}

const struct rule_kind rule_kind_invalid_request = {
    .name = "invalid-request",
    .severity = SEVERITY_ERROR,
    .is_builtin = true,
    .summary = "the request cannot be one: broken JSON, no messages, wrong types, empty text",
    .why = "The API answers 400 to these. In a Message Batch, params are validated only while the "
           "batch runs,\n"
           "so that one typing error shows up hours later (build-with-claude/batch-processing, "
           "2026-08-22).\n"
           "The JSON is read strictly: UTF-8, the grammar, no duplicate members, no lone "
           "surrogates. Images and\n"
           "PDFs are looked into as far as the API's limits go: sizes, formats, how many images "
           "and pages a\n"
           "request may have, encryption, images that may not be downsized. What cannot be seen of "
           "a PDF is no\n"
           "finding. Content blocks must stand where the API takes them; one of a type that nobody "
           "knows may be\n"
           "newer than tokgate, and is a warning unless it looks like a slip",
    .example = "{ \"rules\": [ { \"rule\": \"invalid-request\", \"severity\": \"error\" } ] }",
    .example_file = "request.json",
    .example_input = "{ \"model\": \"claude-sonnet-5-5\", \"max_tokens\": 100, \"messages\": [] }",
    .options = options,
    .check = check,
};
