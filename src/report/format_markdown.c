/* A table for a pull request comment or the step summary of GitHub Actions. */
#include <inttypes.h>

#include "base/text.h"
#include "base/utf8.h"
#include "report/report.h"

/* Text from files must stay text: Markdown and HTML syntax is escaped (GitHub Flavored Markdown
 * 0.29, backslash escapes; '<' and '&' as entities, since they also matter inside of HTML blocks).
 */
static void write_text(FILE *out, struct str text)
{
    const struct str special = STR("\\`*_{}[]()#+!|>~$:");
    struct arena arena = { 0 };
    text = utf8_printable(&arena, text, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '<')
            fputs("&lt;", out);
        else if (c == '&')
            fputs("&amp;", out);
        else if (c == '@')
            fputs("&#64;", out); /* nobody is to be notified */
        else
            fprintf(out, "%s%c", str_find(special, c, 0) < special.len ? "\\" : "", c);
    }
    arena_free(&arena);
}

static void write_row(FILE *out, const struct finding *finding)
{
    fprintf(out, "| %s | ", severity_name(finding->severity));
    write_text(out, finding->path);
    fprintf(out, ":%zu | ", finding->place.line);
    if (finding->custom_id.len) {
        write_text(out, finding->custom_id);
        fputs(": ", out);
    }
    write_text(out, finding->message);
    fprintf(out, " | %s |\n", finding->rule);
}

static void write_corrected(FILE *out, const struct summary *summary)
{
    if (!summary->corrected)
        return;
    fprintf(out, "\n%zu request%s corrected by %" PRId64 " answer%s of the API (",
            summary->corrected, text_plural(summary->corrected), summary->corrected_by,
            text_plural((size_t)summary->corrected_by));
    write_text(out, summary->calibration);
    fputs(")\n", out);
}

static void check(FILE *out, const struct report_style *style, const struct findings *findings,
                  const struct summary *summary)
{
    fprintf(out, "### tokgate: %zu error%s, %zu warning%s\n\n", summary->errors,
            summary->errors == 1 ? "" : "s", summary->warnings, summary->warnings == 1 ? "" : "s");
    if (findings->len)
        fputs("| severity | place | finding | rule |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < findings->len; i++)
        write_row(out, &findings->items[i]);
    if (style->quiet)
        return;
    fprintf(out, "%s%zu request%s in %zu file%s, %" PRId64 " tokens", findings->len ? "\n" : "",
            summary->requests, summary->requests == 1 ? "" : "s", summary->files,
            summary->files == 1 ? "" : "s", summary->tokens);
    if (summary->high != summary->low && summary->high != COUNT_UNBOUNDED)
        fprintf(out, " (%" PRId64 " to %" PRId64 ")", summary->low, summary->high);
    fputs("\n", out);
    write_corrected(out, summary);
}

const struct format format_markdown = {
    .name = "markdown",
    .summary = "a table for pull requests and step summaries (check only)",
    .check = check,
};
