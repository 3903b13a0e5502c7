#include "report/calibration_print.h"

#include "check/calibration_file.h"
#include "count/stamp.h"
#include "json/write.h"

static void write_held_out(struct json_write *json, const struct held_out *held_out)
{
    json_write_key(json, "held_out");
    json_write_begin(json, '{');
    json_write_integer_member(json, "judged", held_out->judged);
    json_write_integer_member(json, "inside_before", held_out->inside_before);
    json_write_integer_member(json, "inside_after", held_out->inside_after);
    json_write_end(json, '}');
}

static void write_correction(struct json_write *json, const struct correction *correction)
{
    struct arena arena = { 0 };
    char stamp[STAMP_SIZE];
    stamp_write(correction->stamp, stamp);
    json_write_begin(json, '{');
    json_write_text_member(json, "model", correction->model);
    json_write_text_member(json, "shape", shape_text(&arena, correction->shape));
    json_write_text_member(json, "profile", correction->profile);
    json_write_text_member(json, "stamp", str_from_c(stamp));
    json_write_integer_member(json, "answers", correction->answers);
    json_write_integer_member(json, "outliers", correction->outliers);
    json_write_key(json, "shift");
    json_write_integer(json, correction->shift);
    json_write_integer_member(json, "below", correction->below);
    json_write_integer_member(json, "above", correction->above);
    json_write_integer_member(json, "largest", correction->largest);
    json_write_key(json, "narrows");
    json_write_bool(json, correction->narrows);
    write_held_out(json, &correction->held_out);
    json_write_end(json, '}');
    arena_free(&arena);
}

void calibration_print(FILE *out, const struct calibration *calibration, struct str made)
{
    struct json_write json = { .out = out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", CALIBRATION_VERSION);
    json_write_text_member(&json, "made", made);
    json_write_key(&json, "corrections");
    json_write_begin(&json, '[');
    for (size_t i = 0; i < calibration->len; i++)
        write_correction(&json, &calibration->items[i]);
    json_write_end(&json, ']');
    json_write_end(&json, '}');
    fputc('\n', out);
}
