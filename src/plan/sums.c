#include "plan/sums.h"

#include "plan/forecast.h"

int64_t plan_output_of(const struct plan_output *output, const struct plan_record *record,
                       const struct model *model)
{
    int64_t most = record->max_tokens, tokens = output->tokens;
    bool has_label;
    if (most == REQUEST_UNSET)
        most = model && model->max_output != CATALOG_UNKNOWN ? model->max_output : INT64_MAX;
    if (output->forecast)
        tokens = forecast_tokens(output->forecast, record->custom_id, &has_label);
    if (tokens >= 0)
        return tokens < most ? tokens : most;
    if (output->share < 0 || most == INT64_MAX)
        return -1;
    return (int64_t)((double)most * output->share + 0.5);
}

struct plan_split plan_split_of(struct hashes *seen, const struct plan_record *record,
                                const struct model *model)
{
    const int64_t least = model ? model->min_cacheable_tokens : CATALOG_UNKNOWN;
    struct plan_split split = { 0 };
    for (size_t i = 0; i < record->prefixes_len; i++) {
        const struct plan_prefix *prefix = &record->prefixes[i];
        if (prefix->tokens < least) /* silently not cached */
            continue;
        split.cached = prefix->tokens;
        if (prefix->is_1h)
            split.until_1h = prefix->tokens;
        if (hashes_has(seen, prefix->hash)) {
            split.read = prefix->tokens;
            split.read_is_1h = prefix->is_1h;
        } else {
            hashes_add(seen, prefix->hash);
        }
    }
    return split;
}

/* The same share of another number of tokens. */
static int64_t scaled(int64_t part, int64_t tokens, int64_t to)
{
    if (tokens == to || !part)
        return part;
    return (int64_t)((double)part * ((double)to / (double)tokens) + 0.5);
}

static void add_to(int64_t *sum, int64_t tokens)
{
    *sum = count_sum(*sum, tokens);
}

static void add_input(struct plan_class *class, const struct plan_split *split, int64_t tokens,
                      int64_t input)
{
    const int64_t bounded = input == COUNT_UNBOUNDED ? tokens : input;
    const int64_t cached = scaled(split->cached, tokens, bounded);
    const int64_t until_1h = scaled(split->until_1h, tokens, bounded);
    const int64_t read = scaled(split->read, tokens, bounded);
    const int64_t write_1h = until_1h > read ? until_1h - read : 0;
    add_to(&class->input[split->read_is_1h ? PLAN_READ_1H : PLAN_READ_5M], read);
    add_to(&class->input[PLAN_WRITE_1H], write_1h);
    add_to(&class->input[PLAN_WRITE_5M], cached - read - write_1h);
    add_to(&class->input[PLAN_UNCACHED],
           input == COUNT_UNBOUNDED ? COUNT_UNBOUNDED : input - cached);
}

static size_t size_of(int64_t tokens)
{
    size_t size = 0;
    for (; tokens > 0 && size < PLAN_SIZES_LEN - 1; tokens /= 2)
        size++;
    return size;
}

static void add_plain(struct plan_sums *sums, const struct plan_record *record)
{
    const bool has_max = record->max_tokens != REQUEST_UNSET;
    sums->requests++;
    add_to(&sums->low, record->low);
    add_to(&sums->tokens, record->tokens);
    add_to(&sums->high, record->high);
    add_to(&sums->entry_bytes, record->entry_bytes);
    add_to(&sums->max_tokens, has_max ? record->max_tokens : 0);
    sums->without_max_tokens += !has_max;
    sums->faulty += record->is_faulty;
    sums->fast += record->is_fast;
    sums->us += record->is_us;
    sums->searching += record->searches_web;
    sums->other_batch += record->is_other_batch;
    sums->by_origin[record->origin]++;
    sums->sizes[size_of(record->tokens)]++;
}

void plan_sums_add(struct plan_sums *sums, const struct plan_record *record,
                   const struct plan_split *split, const struct model *model,
                   const struct plan_output *output)
{
    const int64_t inputs[] = { record->low, record->tokens, record->high, record->high };
    const int64_t expected = plan_output_of(output, record, model);
    const int64_t most = record->max_tokens == REQUEST_UNSET ? COUNT_UNBOUNDED : record->max_tokens;
    const int64_t none = expected < 0 ? 0 : expected;
    const int64_t outputs[] = { none, none, expected < 0 ? most : expected, most };
    const int64_t over = model ? model->long_prompt_over : CATALOG_UNKNOWN;
    add_plain(sums, record);
    for (int edge = 0; edge < PLAN_EDGES_LEN; edge++) {
        const bool is_long = over != CATALOG_UNKNOWN && inputs[edge] > over;
        struct plan_class *class = &sums->classes[edge][is_long][record->is_us];
        class->requests++;
        add_input(class, split, record->tokens, inputs[edge]);
        add_to(&class->output, outputs[edge]);
    }
}

static void merge_class(struct plan_class *class, const struct plan_class *other)
{
    class->requests += other->requests;
    for (int use = 0; use < PLAN_USES_LEN; use++)
        add_to(&class->input[use], other->input[use]);
    add_to(&class->output, other->output);
}

void plan_sums_merge(struct plan_sums *sums, const struct plan_sums *other)
{
    sums->requests += other->requests;
    add_to(&sums->low, other->low);
    add_to(&sums->tokens, other->tokens);
    add_to(&sums->high, other->high);
    add_to(&sums->entry_bytes, other->entry_bytes);
    add_to(&sums->max_tokens, other->max_tokens);
    sums->without_max_tokens += other->without_max_tokens;
    sums->faulty += other->faulty;
    sums->fast += other->fast;
    sums->us += other->us;
    sums->searching += other->searching;
    sums->other_batch += other->other_batch;
    for (int i = 0; i < COUNT_ORIGINS_LEN; i++)
        sums->by_origin[i] += other->by_origin[i];
    for (int i = 0; i < PLAN_SIZES_LEN; i++)
        sums->sizes[i] += other->sizes[i];
    for (int i = 0; i < PLAN_EDGES_LEN * 4; i++)
        merge_class(&sums->classes[i / 4][i / 2 % 2][i % 2],
                    &other->classes[i / 4][i / 2 % 2][i % 2]);
}

int64_t plan_sums_input(const struct plan_sums *sums, enum plan_edge edge, enum plan_use use)
{
    int64_t tokens = 0;
    for (int i = 0; i < 4; i++)
        add_to(&tokens, sums->classes[edge][i / 2][i % 2].input[use]);
    return tokens;
}

int64_t plan_sums_output(const struct plan_sums *sums, enum plan_edge edge)
{
    int64_t tokens = 0;
    for (int i = 0; i < 4; i++)
        add_to(&tokens, sums->classes[edge][i / 2][i % 2].output);
    return tokens;
}
