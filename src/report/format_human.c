/* For people: a line a finding, then a short table. */
#include <inttypes.h>

#include "base/utf8.h"
#include "report/report.h"
#include "base/text.h"

static const char *colour_of(enum severity severity)
{
    static const char *const codes[] = {
        [SEVERITY_OFF] = "",
        [SEVERITY_NOTE] = "\x1B[1;36m",
        [SEVERITY_WARNING] = "\x1B[1;33m",
        [SEVERITY_ERROR] = "\x1B[1;31m",
    };
    return codes[severity];
}

/* A path that begins like a command of a CI service ("::error", "##[error]") must not be one. */
static struct str safe_path(struct arena *arena, struct str path)
{
    bool is_command = path.len && (path.ptr[0] == ':' || path.ptr[0] == '#');
    struct str shown = utf8_printable(arena, path, SIZE_MAX);
    return is_command ? str_format(arena, "./%.*s", STR_ARGS(shown)) : shown;
}

static void print_finding(FILE *out, const struct report_style *style,
                          const struct finding *finding)
{
    struct arena arena = { 0 };
    struct str path = safe_path(&arena, finding->path);
    struct str message = utf8_printable(&arena, finding->message, SIZE_MAX);
    struct str id = utf8_printable(&arena, finding->custom_id, 80);
    fprintf(out, "%s%.*s:%zu:%zu:%s ", style->colour ? "\x1B[1m" : "", STR_ARGS(path),
            finding->place.line, finding->place.column, style->colour ? "\x1B[0m" : "");
    fprintf(out, "%s%s%s: ", style->colour ? colour_of(finding->severity) : "",
            severity_name(finding->severity), style->colour ? "\x1B[0m" : "");
    if (id.len)
        fprintf(out, "%.*s: ", STR_ARGS(id));
    fprintf(out, "%.*s [%s]\n", STR_ARGS(message), finding->rule);
    arena_free(&arena);
}

static struct str band_text(struct arena *arena, int64_t low, int64_t tokens, int64_t high)
{
    struct str middle = text_grouped(arena, tokens);
    if (low == high)
        return middle;
    if (high == COUNT_UNBOUNDED)
        return str_format(arena, "%.*s (at least %.*s)", STR_ARGS(middle),
                          STR_ARGS(text_grouped(arena, low)));
    return str_format(arena, "%.*s (%.*s to %.*s)", STR_ARGS(middle),
                      STR_ARGS(text_grouped(arena, low)), STR_ARGS(text_grouped(arena, high)));
}

static struct str origins_text(struct arena *arena, const struct summary *summary)
{
    static const char *const how[] = {
        [COUNT_ORIGIN_OFFLINE] = "offline",
        [COUNT_ORIGIN_ESTIMATE] = "estimated (no vocabulary)",
        [COUNT_ORIGIN_API] = "by the API",
        [COUNT_ORIGIN_CACHE] = "from the cache",
    };
    struct buf text = { .arena = arena };
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++)
        if (summary->by_origin[i])
            buf_format(&text, "%s%zu %s", text.len ? ", " : "", summary->by_origin[i], how[i]);
    return buf_str(&text);
}

static void print_skips(FILE *out, const struct skips *skips)
{
    struct arena arena = { 0 };
    for (size_t i = 0; i < skips->len; i++) {
        struct str path = utf8_printable(&arena, skips->items[i].path, SIZE_MAX);
        struct str why = utf8_printable(&arena, skips->items[i].why, SIZE_MAX);
        fprintf(out, "left out   %.*s: %.*s\n", STR_ARGS(path), STR_ARGS(why));
    }
    arena_free(&arena);
}

/* What was found in directories and is no request is at least counted. */
static void print_left_out(FILE *out, const struct report_style *style,
                           const struct summary *summary)
{
    if (style->verbose) {
        print_skips(out, &summary->skipped);
        print_skips(out, &summary->left_out);
    } else if (summary->skipped.len) {
        fprintf(out, "%-10s %zu found in directories, but no request (--verbose lists them)\n",
                "skipped", summary->skipped.len);
    }
}

static void print_largest(FILE *out, struct arena *arena, const struct summary *summary)
{
    for (size_t i = 0; i < summary->largest_len; i++) {
        const struct share *share = &summary->largest[i];
        struct str path = utf8_printable(arena, share->path, SIZE_MAX);
        struct str id = utf8_printable(arena, share->custom_id, 80);
        fprintf(out, "%-10s %9.*s tokens  ", i ? "" : "largest",
                STR_ARGS(text_grouped(arena, share->tokens)));
        if (share->percent < 0)
            fputs("of no known limit  ", out);
        else
            fprintf(out, "%6.2f%% of %.*s  ", share->percent, STR_ARGS(share->of));
        fprintf(out, "%.*s", STR_ARGS(path));
        if (share->place.line > 1 || id.len)
            fprintf(out, ":%zu", share->place.line);
        if (id.len)
            fprintf(out, " %.*s", STR_ARGS(id));
        fputc('\n', out);
    }
}

static void print_findings_line(FILE *out, const struct summary *summary)
{
    fprintf(out, "%-10s %zu error%s, %zu warning%s, %zu note%s", "findings", summary->errors,
            text_plural(summary->errors), summary->warnings, text_plural(summary->warnings),
            summary->notes, text_plural(summary->notes));
    if (summary->undecided)
        fprintf(out, "; %zu undecided: the budget lies inside the band", summary->undecided);
    if (summary->waived)
        fprintf(out, "; %zu waived", summary->waived);
    fputc('\n', out);
}

static void print_corrected(FILE *out, struct arena *arena, const struct summary *summary)
{
    struct str path = utf8_printable(arena, summary->calibration, SIZE_MAX);
    if (summary->corrected)
        fprintf(out, "%-10s %zu request%s, by %" PRId64 " answers of the API (%.*s)\n", "corrected",
                summary->corrected, text_plural(summary->corrected), summary->corrected_by,
                STR_ARGS(path));
}

static void print_default_model(FILE *out, const struct summary *summary)
{
    fprintf(out, "%-10s %.*s where a prompt names none (--model, or \"model\" in the rule file)\n",
            "model", STR_ARGS(summary->default_model));
}

static void print_summary(FILE *out, const struct report_style *style,
                          const struct summary *summary)
{
    struct arena arena = { 0 };
    fprintf(out, "%-10s %zu, with %zu request%s\n", "files", summary->files, summary->requests,
            text_plural(summary->requests));
    if (summary->requests) {
        struct str tokens = band_text(&arena, summary->low, summary->tokens, summary->high);
        struct str origins = origins_text(&arena, summary);
        fprintf(out, "%-10s %.*s\n", "tokens", STR_ARGS(tokens));
        fprintf(out, "%-10s %.*s\n", "counted", STR_ARGS(origins));
        print_corrected(out, &arena, summary);
    }
    if (summary->failed_requests)
        fprintf(out, "%-10s %zu request%s\n", "not counted", summary->failed_requests,
                text_plural(summary->failed_requests));
    if (summary->uses_default_model)
        print_default_model(out, summary);
    print_largest(out, &arena, summary);
    print_left_out(out, style, summary);
    arena_free(&arena);
}

static void check(FILE *out, const struct report_style *style, const struct findings *findings,
                  const struct summary *summary)
{
    for (size_t i = 0; i < findings->len; i++)
        print_finding(out, style, &findings->items[i]);
    if (style->quiet)
        return;
    if (findings->len)
        fputc('\n', out);
    print_summary(out, style, summary);
    print_findings_line(out, summary);
}

static void plan(FILE *out, const struct report_style *style, const struct plan *numbers,
                 const struct findings *findings, const struct summary *summary)
{
    for (size_t i = 0; i < findings->len; i++)
        print_finding(out, style, &findings->items[i]);
    if (style->quiet)
        return;
    if (findings->len)
        fputc('\n', out);
    struct arena arena = { 0 };
    report_plan_human(out, numbers);
    if (summary->failed_requests)
        fprintf(out, "%-10s %zu request%s, which the plan leaves out\n", "not counted",
                summary->failed_requests, text_plural(summary->failed_requests));
    print_corrected(out, &arena, summary);
    if (summary->uses_default_model)
        print_default_model(out, summary);
    print_left_out(out, style, summary);
    print_findings_line(out, summary);
    arena_free(&arena);
}

static void print_row(FILE *out, int64_t low, int64_t tokens, int64_t high, const char *origin,
                      size_t size_bytes)
{
    fprintf(out, "%9" PRId64 " %9" PRId64 " ", low, tokens);
    if (high == COUNT_UNBOUNDED)
        fprintf(out, "%9s", "?");
    else
        fprintf(out, "%9" PRId64, high);
    fprintf(out, " %-8s %10zu ", origin, size_bytes);
}

/* Where the tokens are, below them. */
static void print_parts(FILE *out, const struct count_row *row)
{
    for (size_t i = 0; i < row->parts_len; i++) {
        const struct count_part *part = &row->parts[i];
        const double percent = row->tokens ? 100 * (double)part->tokens / (double)row->tokens : 0;
        fprintf(out, "%9s %9" PRId64 " %8.1f%%  %s%.*s", "", part->tokens, percent,
                part->is_block ? "  " : "", STR_ARGS(part->label));
        if (part->place.line)
            fprintf(out, ":%zu:%zu", part->place.line, part->place.column);
        fputc('\n', out);
    }
}

static void count_row(FILE *out, const struct report_style *style, const struct count_row *row,
                      size_t number)
{
    struct arena arena = { 0 };
    struct str path = utf8_printable(&arena, row->path, SIZE_MAX);
    struct str id = utf8_printable(&arena, row->custom_id, 80);
    if (!number && !style->quiet)
        fprintf(out, "%9s %9s %9s %-8s %10s path\n", "low", "tokens", "high", "origin", "bytes");
    print_row(out, row->low, row->tokens, row->high, count_origin_name(row->origin),
              row->size_bytes);
    fprintf(out, "%.*s", STR_ARGS(path));
    if (id.len)
        fprintf(out, ":%zu %.*s", row->place.line, STR_ARGS(id));
    fputc('\n', out);
    print_parts(out, row);
    arena_free(&arena);
}

static void count_end(FILE *out, const struct report_style *style, const struct summary *summary)
{
    if (summary->requests != 1) {
        print_row(out, summary->low, summary->tokens, summary->high, "", summary->size_bytes);
        fprintf(out, "total of %zu request%s in %zu file%s\n", summary->requests,
                text_plural(summary->requests), summary->files, text_plural(summary->files));
    }
    struct arena arena = { 0 };
    if (!style->quiet)
        print_corrected(out, &arena, summary);
    arena_free(&arena);
    if (style->verbose)
        print_left_out(out, style, summary);
}

const struct format format_human = {
    .name = "human",
    .summary = "for people: a line a finding, then a short table (default)",
    .check = check,
    .count_row = count_row,
    .count_end = count_end,
    .plan = plan,
};
