#include "cli/keep.h"

/* Of all sources together. */
enum { LISTED_MAX = 50000 };

void keep_more(struct pipeline *pipeline, struct job_source *from, enum severity severity,
               enum verdict verdict, size_t len)
{
    from->unlisted.len[verdict][severity] += len;
    pipeline->unlisted.len[verdict][severity] += len;
}

/* What --on-undecided pass drops needs no room before. */
static bool is_dropped(const struct pipeline *pipeline, const struct finding *finding)
{
    return finding->verdict == VERDICT_UNDECIDED &&
           pipeline->run->options->on_undecided == ON_UNDECIDED_PASS;
}

static void keep(struct pipeline *pipeline, struct job_source *from, const struct finding *finding)
{
    if (is_dropped(pipeline, finding))
        return;
    if (from->findings_len == FINDINGS_MAX || pipeline->findings_kept == LISTED_MAX) {
        keep_more(pipeline, from, finding->severity, finding->verdict, 1);
        return;
    }
    from->findings_len++;
    pipeline->findings_kept++;
    findings_add(&pipeline->findings, finding);
}

void keep_findings(struct pipeline *pipeline, struct job_source *from,
                   const struct findings *findings, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++)
        keep(pipeline, from, &findings->items[i]);
}

bool keep_hand_on(struct pipeline *pipeline, const struct findings *findings, size_t start,
                  size_t end)
{
    for (size_t i = start; pipeline->on_finding && i < end; i++)
        pipeline->on_finding(pipeline, &findings->items[i]);
    return pipeline->on_finding != NULL;
}

static struct finding remark(const struct job_source *from, struct place place,
                             enum severity severity, struct str message)
{
    return (struct finding){
        .path = from->source.path,
        .place = place,
        .rule = rule_kind_invalid_request.name,
        .severity = severity,
        .verdict = VERDICT_FAIL,
        .message = message,
    };
}

void keep_remark(struct pipeline *pipeline, struct job_source *from, struct place place,
                 enum severity severity, struct str message)
{
    const struct finding finding = remark(from, place, severity, message);
    if (pipeline->on_finding)
        pipeline->on_finding(pipeline, &finding);
    keep(pipeline, from, &finding);
}

/* The worst there is of one verdict; SEVERITY_OFF: nothing. */
static enum severity worst(const struct unlisted *unlisted, enum verdict verdict)
{
    enum severity severity = SEVERITY_ERROR;
    while (severity > SEVERITY_OFF && !unlisted->len[verdict][severity])
        severity--;
    return severity;
}

/* The finding that says how many are not listed, and stands for the worst of them. */
static void keep_len(struct pipeline *pipeline, const struct unlisted *unlisted, const char *where,
                     struct finding finding)
{
    const bool has_failed = worst(unlisted, VERDICT_FAIL) > SEVERITY_OFF;
    const size_t len = unlisted_len(unlisted);
    struct arena arena = { 0 };
    if (!len)
        return;
    finding.verdict = has_failed ? VERDICT_FAIL : VERDICT_UNDECIDED;
    finding.severity = worst(unlisted, finding.verdict);
    finding.message = str_format(&arena, "%zu more finding%s %s %s not listed", len,
                                 len == 1 ? "" : "s", where, len == 1 ? "is" : "are");
    findings_add(&pipeline->findings, &finding);
    pipeline->unlisted.len[finding.verdict][finding.severity]--;
    arena_free(&arena);
}

void keep_end(struct pipeline *pipeline, struct job_source *from)
{
    keep_len(pipeline, &from->unlisted, "in this file",
             remark(from, (struct place){ 1, 1 }, SEVERITY_OFF, (struct str){ 0 }));
}

void keep_more_of_rule(struct pipeline *pipeline, struct kept_rule *kept,
                       const struct finding *finding, size_t len)
{
    if (!kept->rule) {
        kept->rule = finding->rule;
        kept->path = str_copy(pipeline->run->arena, finding->path);
        kept->place = finding->place;
    }
    kept->unlisted.len[finding->verdict][finding->severity] += len;
    pipeline->unlisted.len[finding->verdict][finding->severity] += len;
}

void keep_of_rule(struct pipeline *pipeline, struct kept_rule *kept, const struct finding *finding)
{
    if (is_dropped(pipeline, finding))
        return;
    if (kept->len < FINDINGS_MAX && pipeline->findings_kept < LISTED_MAX) {
        kept->len++;
        pipeline->findings_kept++;
        findings_add(&pipeline->findings, finding);
        return;
    }
    keep_more_of_rule(pipeline, kept, finding, 1);
}

void keep_rule_end(struct pipeline *pipeline, const struct kept_rule *kept)
{
    keep_len(pipeline, &kept->unlisted, "of this rule, from here on,",
             (struct finding){ .path = kept->path, .place = kept->place, .rule = kept->rule });
}
