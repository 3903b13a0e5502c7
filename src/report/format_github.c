/* Workflow commands of GitHub Actions: one annotation a finding. */
#include <inttypes.h>

#include "base/text.h"
#include "base/utf8.h"
#include "report/report.h"

/* https://docs.github.com/actions/reference/workflow-commands (escapes as in actions/toolkit,
 * packages/core/src/command.ts, 2026-08): '%', CR and LF everywhere, ':' and ',' in properties. */
static void write_escaped(FILE *out, struct str text, bool is_property)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ',')))
            fprintf(out, "%%%02X", (unsigned)c);
        else
            fputc(c, out);
    }
}

/* A notice of no place: beside the findings it shows that they rest on corrected counts. */
static void write_corrected(FILE *out, const struct summary *summary)
{
    struct arena arena = { 0 };
    if (!summary->corrected)
        return;
    fprintf(out,
            "::notice title=tokgate::%zu request%s corrected by %" PRId64 " answer%s of the API (",
            summary->corrected, text_plural(summary->corrected), summary->corrected_by,
            text_plural((size_t)summary->corrected_by));
    write_escaped(out, utf8_printable(&arena, summary->calibration, SIZE_MAX), false);
    fputs(")\n", out);
    arena_free(&arena);
}

static void check(FILE *out, const struct report_style *style, const struct findings *findings,
                  const struct summary *summary)
{
    static const char *const commands[] = {
        [SEVERITY_OFF] = "notice",
        [SEVERITY_NOTE] = "notice",
        [SEVERITY_WARNING] = "warning",
        [SEVERITY_ERROR] = "error",
    };
    for (size_t i = 0; i < findings->len; i++) {
        const struct finding *finding = &findings->items[i];
        struct arena arena = { 0 };
        fprintf(out, "::%s file=", commands[finding->severity]);
        write_escaped(out, utf8_printable(&arena, finding->path, SIZE_MAX), true);
        fprintf(out, ",line=%zu,col=%zu,title=", finding->place.line, finding->place.column);
        write_escaped(out, str_format(&arena, "tokgate %s", finding->rule), true);
        fputs("::", out);
        if (finding->custom_id.len) {
            write_escaped(out, utf8_printable(&arena, finding->custom_id, 80), false);
            fputs(": ", out);
        }
        write_escaped(out, utf8_printable(&arena, finding->message, SIZE_MAX), false);
        fputc('\n', out);
        arena_free(&arena);
    }
    if (!style->quiet)
        write_corrected(out, summary);
}

const struct format format_github = {
    .name = "github",
    .summary = "annotations of GitHub Actions (check only)",
    .check = check,
};
