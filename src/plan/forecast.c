#include "plan/forecast.h"

#include <sys/random.h>

#include "base/list.h"
#include "base/utf8.h"
#include "count/count.h"
#include "plan/label.h"
#include "plan/results.h"

enum { LABELS_MAX = 10000, LABEL_LEN_MAX = 300 };

static struct str label_for(const struct forecast *forecast, struct str id)
{
    return utf8_head(forecast->label ? forecast->label(forecast->label_context, id) : label_of(id),
                     LABEL_LEN_MAX);
}

/* NULL: there are too many. */
static struct forecast_label *need_label(struct forecast *forecast, struct str id)
{
    const struct str label = label_for(forecast, id);
    size_t number = forecast->labels.len;
    forecast->seen.arena = forecast->labels.arena = forecast->arena;
    if (seen_find(&forecast->seen, label, &number))
        return &forecast->labels.items[number];
    if (forecast->labels.len == LABELS_MAX)
        return NULL;
    seen_before(&forecast->seen, str_copy(forecast->arena, label), &number);
    struct forecast_label *added = LIST_PUSH(&forecast->labels);
    *added = (struct forecast_label){ 0 };
    return added;
}

static void add(struct forecast_label *label, int64_t tokens)
{
    label->answers++;
    label->tokens = count_sum(label->tokens, tokens);
}

/* Whether there was a result of that id; notes it. Ids are told apart by 64 bits of a hash whose
 * seed nobody knows. */
static bool is_again(struct forecast *forecast, struct str id, struct place place)
{
    const uint64_t hash = str_hash(id, forecast->seed);
    if (!hashes_has(&forecast->ids, hash)) {
        hashes_add(&forecast->ids, hash);
        return false;
    }
    if (!forecast->again++) {
        forecast->again_place = place;
        forecast->again_id = str_copy(forecast->arena, utf8_head(id, LABEL_LEN_MAX));
    }
    return true;
}

static void count(struct forecast *forecast, const struct result *result, struct place place)
{
    if (is_again(forecast, result->id, place) || result->outcome != OUTCOME_SUCCEEDED ||
        !result->has_usage)
        return;
    struct forecast_label *label = need_label(forecast, result->id);
    add(&forecast->all, result->usage.output);
    if (label)
        add(label, result->usage.output);
}

static bool take(void *context, const struct entry *entry, struct result_problem *problem)
{
    struct forecast *forecast = context;
    struct arena scratch = { 0 };
    struct result result = { 0 };
    *problem = (struct result_problem){ str_from_c(entry->problem), entry->problem_at, false };
    const bool is_result = !entry->problem && result_read(&scratch, entry->bytes, &result, problem);
    if (is_result) {
        count(forecast, &result, entry->start);
    } else {
        problem->text = str_copy(forecast->arena, problem->text);
        if (!forecast->unreadable++) {
            const size_t at = problem->at < entry->bytes.len ? problem->at : entry->bytes.len;
            forecast->why = problem->text;
            forecast->place = locate(entry->start, entry->bytes, at);
        }
    }
    arena_free(&scratch);
    return is_result;
}

bool forecast_read(struct forecast *forecast, struct stream *stream,
                   const atomic_bool *is_interrupted, struct error *err)
{
    struct results_reading reading = {
        .is_interrupted = is_interrupted,
        .take = take,
        .context = forecast,
    };
    forecast->unreadable = 0;
    forecast->ids = (struct hashes){ .arena = forecast->arena, .len_max = SIZE_MAX };
    if (getentropy(&forecast->seed, sizeof forecast->seed) != 0)
        forecast->seed = (uint64_t)(uintptr_t)forecast;
    return results_read(&reading, stream, err);
}

int64_t forecast_tokens(const struct forecast *forecast, struct str id, bool *has_label)
{
    const struct forecast_label *mean = &forecast->all;
    size_t number = 0;
    *has_label = id.len > 0 && seen_find(&forecast->seen, label_for(forecast, id), &number);
    if (*has_label)
        mean = &forecast->labels.items[number];
    return mean->tokens == COUNT_UNBOUNDED
               ? COUNT_UNBOUNDED
               : (int64_t)((double)mean->tokens / (double)mean->answers + 0.5);
}
