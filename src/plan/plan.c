#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/online.h"

/* Which row a name of a model belongs to. */
struct plan_name {
    struct str name;
    enum plan_speed speed;
    size_t model;
};

static const struct fact *batch_fact(const struct catalog *catalog, const char *name)
{
    return fact_get(fact_get(catalog->limits, "batches"), name);
}

void plan_init(struct plan *plan, struct arena *arena, const struct ruleset *ruleset,
               const struct catalog *catalog, const struct plan_options *options)
{
    const char *tier = str_to_c(arena, options->tier);
    const struct fact *caps = fact_get(catalog->limits, "monthly_spend_cap_usd");
    *plan = (struct plan){
        .arena = arena,
        .ruleset = ruleset,
        .catalog = catalog,
        .options = *options,
        .vendor = door_of(&ruleset->endpoint)->vendor,
        .names = ARENA_ARRAY(arena, struct plan_name, PLAN_MODELS_MAX),
        .batches = {
            .arena = arena,
            .limits = {
                .requests_max = catalog->batch_requests_max,
                .body_bytes_max = catalog->batch_bytes_max,
                .queue = fact_integer(batch_fact(catalog, "queue_requests"), tier, CATALOG_UNKNOWN),
                .queued = options->queued,
            },
        },
        .batch_rpm = fact_integer(batch_fact(catalog, "rpm"), tier, CATALOG_UNKNOWN),
        .monthly_spend_cap_usd = fact_double(caps, tier, CATALOG_UNKNOWN),
        .seen = { .arena = arena, .len_max = PLAN_SEEN_MAX },
    };
}

/* The number of the row that is like this one, which becomes one where there is none. */
static size_t find_row(struct plan *plan, const struct plan_model *like)
{
    for (size_t i = 0; i < plan->models_len; i++)
        if (str_equal(plan->models[i].id, like->id) && plan->models[i].speed == like->speed)
            return i;
    plan->models = plan_room(plan->arena, plan->models, plan->models_len, &plan->models_cap,
                             sizeof *plan->models);
    plan->models[plan->models_len] = *like;
    plan->models[plan->models_len].id = str_copy(plan->arena, like->id);
    return plan->models_len++;
}

/* Of a name that was not there before. */
static struct plan_model row_of(const struct plan *plan, struct str name, enum plan_speed speed)
{
    const struct model *known = catalog_model(plan->catalog, name);
    const struct model *model = known ? known : catalog_undated_model(plan->catalog, name);
    return (struct plan_model){
        .id = known ? known->id : name,
        .model = model,
        .speed = speed,
        .is_assumed = model && !known,
    };
}

/* The row of a name; one row takes what has no room of its own. */
static struct plan_model *find_model(struct plan *plan, struct str name, enum plan_speed speed)
{
    for (size_t i = 0; i < plan->names_len; i++)
        if (plan->names[i].speed == speed && str_equal(plan->names[i].name, name))
            return &plan->models[plan->names[i].model];
    const bool is_full = plan->names_len == PLAN_MODELS_MAX - 1;
    struct plan_model like = row_of(plan, name, speed);
    if (is_full && (!like.model || like.is_assumed))
        like = (struct plan_model){ .id = STR("other models") };
    const size_t row = find_row(plan, &like);
    if (!is_full)
        plan->names[plan->names_len++] =
            (struct plan_name){ str_copy(plan->arena, name), speed, row };
    return &plan->models[row];
}

/* At most so many bytes of it, in whole characters. */
static size_t id_len(struct str id, size_t most)
{
    size_t len = id.len < most ? id.len : most;
    while (len < id.len && len && ((unsigned char)id.ptr[len] & 0xC0) == 0x80)
        len--;
    return len;
}

static void keep_costly(struct plan *plan, const struct plan_record *record, struct str id,
                        const struct model *model)
{
    const double usd = plan_cost_at_most(record, model);
    size_t at = plan->costliest_len;
    while (at > 0 && plan->costliest[at - 1].usd < usd)
        at--;
    if (at == PLAN_COSTLIEST_LEN)
        return;
    if (plan->costliest_len < PLAN_COSTLIEST_LEN)
        plan->costliest_len++;
    struct plan_costly *costly = &plan->costliest[at];
    memmove(costly + 1, costly, (plan->costliest_len - at - 1) * sizeof *costly);
    *costly = (struct plan_costly){
        .source = record->source,
        .place = record->place,
        .model = id,
        .tokens = record->tokens,
        .max_tokens = record->max_tokens,
        .usd = usd,
    };
    costly->custom_id_len = id_len(record->custom_id, sizeof costly->custom_id);
    if (costly->custom_id_len)
        memcpy(costly->custom_id, record->custom_id.ptr, costly->custom_id_len);
}

bool plan_add(struct plan *plan, const struct plan_record *record, struct plan_turn *turn,
              struct plan_stuck *stuck)
{
    struct plan_model *row =
        find_model(plan, record->model, record->is_fast ? PLAN_FAST : PLAN_STANDARD);
    const struct plan_split split = plan_split_of(&plan->seen, record, row->model);
    plan_sums_add(&row->sums, record, &split, row->model, &plan->options.output);
    keep_costly(plan, record, row->id, row->model);
    if (!plan->vendor)
        batches_add(&plan->batches, record->entry_bytes);
    return online_add(plan, record, row, turn, stuck);
}

static int compare_models(const void *a, const void *b)
{
    const struct plan_model *left = a, *right = b;
    const double first = left->cost[PLAN_ONLINE].usd[PLAN_HIGH];
    const double second = right->cost[PLAN_ONLINE].usd[PLAN_HIGH];
    if (first != second)
        return first > second ? -1 : 1;
    const int order = str_compare(left->id, right->id);
    return order ? order : (int)left->speed - (int)right->speed;
}

static bool is_priced(const struct plan_model *row)
{
    return row->cost[PLAN_ONLINE].usd[PLAN_LOW] >= 0;
}

static void end_models(struct plan *plan)
{
    const struct plan_cost unknown =
        plan_cost_of(&plan->sums, NULL, PLAN_STANDARD, PLAN_BATCH, PLAN_COST_UNKNOWN);
    for (size_t i = 0; i < plan->models_len; i++) {
        struct plan_model *row = &plan->models[i];
        plan_sums_merge(&plan->sums, &row->sums);
        plan_sums_merge(&online_pool(plan, row)->sums, &row->sums);
        for (int way = 0; way < PLAN_WAYS_LEN; way++)
            row->cost[way] = plan_cost_of(&row->sums, row->model, row->speed, (enum plan_way)way,
                                          plan->options.cache_hit);
        if (plan->vendor)
            row->cost[PLAN_BATCH] = unknown;
        for (int way = 0; is_priced(row) && way < PLAN_WAYS_LEN; way++)
            plan_cost_add(&plan->cost[way], &row->cost[way]);
        plan->unpriced += is_priced(row) ? 0 : row->sums.requests;
        if (row->speed == PLAN_FAST && is_priced(row) && !plan_has_fast_price(row->model))
            plan->fast_unpriced += row->sums.requests;
    }
    for (int way = 0; plan->unpriced == plan->sums.requests && way < PLAN_WAYS_LEN; way++)
        plan->cost[way] = unknown;
    if (plan->models_len)
        qsort(plan->models, plan->models_len, sizeof *plan->models, compare_models);
}

void plan_end(struct plan *plan)
{
    end_models(plan);
    batches_end(&plan->batches);
    online_end(plan);
}

bool plan_has_output(const struct plan *plan)
{
    const struct plan_output *output = &plan->options.output;
    return output->tokens >= 0 || output->share >= 0 || output->forecast;
}

/* What has no price leaves the cost open at the top. */
static struct plan_range cost_range(const struct plan *plan, enum plan_way way)
{
    const double *usd = plan->cost[way].usd;
    const bool is_open = plan->unpriced || usd[PLAN_HIGH] < 0;
    const double low = usd[PLAN_LOW] < 0 ? 0 : usd[PLAN_LOW];
    const double high = is_open ? INFINITY : usd[PLAN_HIGH];
    return (struct plan_range){ low, usd[PLAN_EXPECTED] < 0 ? low : usd[PLAN_EXPECTED], high };
}

struct plan_numbers plan_numbers_of(const struct plan *plan)
{
    const struct batches *batches = &plan->batches;
    struct plan_numbers numbers = {
        .arena = plan->arena,
        .batch_usd = cost_range(plan, PLAN_BATCH),
        .online_usd = cost_range(plan, PLAN_ONLINE),
        .batch_seconds = (double)batches_waves(batches) * BATCH_EXPIRES_HOURS * 3600,
        .queued = plan->sums.requests + batches->limits.queued,
        .queue = batches->limits.queue,
    };
    if (plan->vendor)
        numbers.no_batches = str_format(plan->arena, "%s has no Message Batches", plan->vendor);
    numbers.online_seconds = online_seconds(plan, &numbers.online_unknown);
    return numbers;
}
