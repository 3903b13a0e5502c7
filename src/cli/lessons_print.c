/* The report of tokgate calibrate. */
#include <inttypes.h>

#include "base/text.h"
#include "base/utf8.h"
#include "cli/lessons.h"
#include "count/stamp.h"
#include "json/write.h"

static bool is_learned(const struct fit *fit)
{
    return fit->correction.held_out.judged > 0;
}

static void print_row(FILE *out, const struct lesson *lesson)
{
    struct arena arena = { 0 };
    const struct fit *fit = &lesson->fit;
    const struct correction *correction = &fit->correction;
    const struct held_out *held_out = &correction->held_out;
    const struct str shape = shape_text(&arena, lesson->shape);
    const struct str model = utf8_printable(&arena, lesson->model_id, 80);
    struct buf inside = { .arena = &arena }, width = { .arena = &arena };
    fprintf(out, "%7zu ", fit->observations);
    if (is_learned(fit)) {
        buf_format(&inside, "%" PRId64 " -> %" PRId64 " of %" PRId64, held_out->inside_before,
                   held_out->inside_after, held_out->judged);
        buf_format(&width, "%" PRId64 " -> %" PRId64, fit->width_before, fit->width_after);
        fprintf(out, "%+7" PRId64 " %6" PRId64 " %8" PRId64 " %18.*s %14.*s", correction->shift,
                fit->spread, correction->outliers, STR_ARGS(buf_str(&inside)),
                STR_ARGS(buf_str(&width)));
    } else {
        fprintf(out, "%7s %6s %8s %18s %14s", "-", "-", "-", "-", "-");
    }
    fprintf(out, "  %-16s %.*s %.*s%s\n", fit_verdict_name(fit->verdict), STR_ARGS(model),
            STR_ARGS(shape), lesson->is_billed ? " (usage)" : "");
    arena_free(&arena);
}

static void print_left(FILE *out, const struct left_aside *left)
{
    if (left->open_ended)
        fprintf(out, "left aside  %zu request%s with parts that cannot be counted offline\n",
                left->open_ended, text_plural(left->open_ended));
    if (left->unknown_model)
        fprintf(out, "left aside  %zu request%s to models that are not in the catalog\n",
                left->unknown_model, text_plural(left->unknown_model));
    if (left->faulty)
        fprintf(out,
                "left aside  %zu request%s with something that tokgate check finds fault with\n",
                left->faulty, text_plural(left->faulty));
}

static void count_used(const struct lessons *lessons, size_t *used, int64_t *answers)
{
    *used = 0;
    *answers = 0;
    for (size_t i = 0; i < lessons->len; i++) {
        const struct fit *fit = &lessons->items[i].fit;
        if (fit->verdict != FIT_USED)
            continue;
        ++*used;
        *answers += fit->correction.answers;
    }
}

void lessons_print_human(FILE *out, const struct lessons *lessons,
                         const struct lessons_report *report)
{
    struct arena arena = { 0 };
    const struct str source = utf8_printable(&arena, report->source, SIZE_MAX);
    const struct str written = utf8_printable(&arena, report->written, SIZE_MAX);
    size_t used;
    int64_t answers;
    count_used(lessons, &used, &answers);
    if (lessons->len)
        fprintf(out, "%7s %7s %6s %8s %18s %14s  %-16s model and shape\n", "answers", "shift",
                "spread", "outliers", "in the band", "its width", "verdict");
    for (size_t i = 0; i < lessons->len; i++)
        print_row(out, &lessons->items[i]);
    if (lessons->len)
        fprintf(out, "\nlearned     %zu correction%s from %" PRId64 " answers (%.*s)\n", used,
                text_plural(used), answers, STR_ARGS(source));
    else
        fprintf(out,
                "nothing to learn from: %.*s has no true count of a request that was counted "
                "offline too\n",
                STR_ARGS(source));
    print_left(out, &report->left);
    if (written.len)
        fprintf(out, "written     %.*s\n", STR_ARGS(written));
    arena_free(&arena);
}

/* --- JSON */

static void write_number(struct json_write *json, const char *name, int64_t number)
{
    json_write_key(json, name);
    json_write_integer(json, number);
}

static void write_fit(struct json_write *json, const struct fit *fit)
{
    const struct correction *correction = &fit->correction;
    json_write_text_member(json, "verdict", str_from_c(fit_verdict_name(fit->verdict)));
    write_number(json, "observations", (int64_t)fit->observations);
    if (!is_learned(fit))
        return;
    write_number(json, "answers", correction->answers);
    write_number(json, "outliers", correction->outliers);
    write_number(json, "forgotten", (int64_t)fit->forgotten);
    write_number(json, "shift", correction->shift);
    write_number(json, "spread", fit->spread);
    write_number(json, "below", correction->below);
    write_number(json, "above", correction->above);
    write_number(json, "largest", correction->largest);
    json_write_key(json, "narrows");
    json_write_bool(json, correction->narrows);
    write_number(json, "judged", correction->held_out.judged);
    write_number(json, "inside_before", correction->held_out.inside_before);
    write_number(json, "inside_after", correction->held_out.inside_after);
    write_number(json, "width_before", fit->width_before);
    write_number(json, "width_after", fit->width_after);
}

static void write_lesson(struct json_write *json, const struct lesson *lesson)
{
    struct arena arena = { 0 };
    char stamp[STAMP_SIZE];
    stamp_write(lesson->stamp, stamp);
    json_write_begin(json, '{');
    json_write_text_member(json, "model", lesson->model_id);
    json_write_text_member(json, "shape", shape_text(&arena, lesson->shape));
    json_write_text_member(json, "stamp", str_from_c(stamp));
    json_write_text_member(json, "source", lesson->is_billed ? STR("usage") : STR("counts"));
    write_fit(json, &lesson->fit);
    json_write_end(json, '}');
    arena_free(&arena);
}

void lessons_print_json(FILE *out, const struct lessons *lessons,
                        const struct lessons_report *report)
{
    struct json_write json = { .out = out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", 1);
    json_write_text_member(&json, "source", report->source);
    json_write_key(&json, "shapes");
    json_write_begin(&json, '[');
    for (size_t i = 0; i < lessons->len; i++)
        write_lesson(&json, &lessons->items[i]);
    json_write_end(&json, ']');
    write_number(&json, "open_ended", (int64_t)report->left.open_ended);
    write_number(&json, "unknown_model", (int64_t)report->left.unknown_model);
    write_number(&json, "faulty", (int64_t)report->left.faulty);
    write_number(&json, "errors", (int64_t)report->left.errors);
    json_write_text_member(&json, "written", report->written);
    json_write_end(&json, '}');
    fputc('\n', out);
}
