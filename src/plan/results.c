#include "plan/results.h"

#include "input/manifest.h"

enum { HEAD_LEN = 64 };

/* What a stream looked like before anything in it was a result. */
struct doubt {
    bool is_over; /* a result was seen */
    size_t lines;
    struct place place; /* of the first line that is none */
    struct str why;
};

/* What is no result is a finding, unless it is all there is at the beginning. */
static bool is_foreign(struct doubt *doubt, bool is_result, struct place place,
                       const struct result_problem *problem)
{
    doubt->is_over |= is_result;
    if (doubt->is_over)
        return false;
    if (!doubt->lines++) {
        doubt->place = place;
        doubt->why = problem->text;
    }
    return doubt->lines == HEAD_LEN;
}

static bool fail_foreign(const struct doubt *doubt, struct error *err)
{
    if (!doubt->lines)
        return error_set(err, "no batch results: it is empty");
    return error_set(err, "%zu:%zu: no batch results: %.*s", doubt->place.line, doubt->place.column,
                     STR_ARGS(doubt->why));
}

/* Takes a byte order mark off. False for an array, which is no JSON lines. */
static bool begin(struct stream *stream, struct error *err)
{
    if (!reader_begin(&reader_jsonl, stream, err) || !stream_fill(stream, 1, err))
        return false;
    struct str window = str_trim(stream_window(stream));
    if (window.len && window.ptr[0] == '[')
        return error_set(err,
                         "%zu:%zu: no batch results: they are JSON lines, and this is an "
                         "array (jq -c '.[]' makes lines of it)",
                         stream->place.line, stream->place.column);
    return true;
}

bool results_read(struct results_reading *reading, struct stream *stream, struct error *err)
{
    struct splitting splitting = { .stream = *stream };
    struct entry entry;
    struct doubt doubt = { 0 };
    struct error cause = { 0 };
    const bool is_good = begin(&splitting.stream, err);
    bool is_other = false;
    while (is_good && !is_other && !atomic_load(reading->is_interrupted) &&
           reader_jsonl.split(&splitting, &entry, &cause)) {
        struct result_problem problem;
        entry.problem = entry.remark ? entry.remark : entry.problem;
        const bool is_result = reading->take(reading->context, &entry, &problem);
        is_other = is_foreign(&doubt, is_result, entry.start, &problem);
    }
    *stream = splitting.stream; /* the caller closes it */
    reading->doubted = 0;
    if (!is_good)
        return false;
    if (cause.kind) {
        *err = cause;
        return false;
    }
    if (doubt.is_over || atomic_load(reading->is_interrupted))
        return true;
    reading->doubted = doubt.lines;
    return fail_foreign(&doubt, err);
}
