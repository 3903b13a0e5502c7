#include "catalog/catalog.h"

#include "base/fingerprint.h"
#include "base/list.h"
#include "catalog/row.h"

static const struct profile *find_profile(const struct catalog *catalog, struct str id)
{
    for (size_t i = 0; i < catalog->profiles_len; i++)
        if (str_equal(catalog->profiles[i].id, id))
            return &catalog->profiles[i];
    return NULL;
}

/* Those before it are known: a profile stands after the one it extends. */
static void read_profile(struct catalog *catalog, const struct fact *row)
{
    const struct profile *parent = find_profile(catalog, fact_text(row, "extends"));
    struct profile *profile = &catalog->profiles[catalog->profiles_len];
    if (parent)
        *profile = *parent;
    row_read_profile(row, profile);
    catalog->profiles_len++;
}

static void read_model(struct catalog *catalog, const struct fact *row, const struct fact *factors)
{
    struct model *model = &catalog->models[catalog->models_len++];
    row_read_model(row, model);
    model->batch_factor = fact_double(factors, "batch", CATALOG_UNKNOWN);
    model->us_factor = fact_double(factors, "inference_geo_us", CATALOG_UNKNOWN);
    model->profile = find_profile(catalog, fact_text(row, "profile"));
    if (!model->profile)
        model->profile = catalog->newest_profile;
}

static void read_sizes(struct catalog *catalog)
{
    const struct fact *sizes = fact_get(catalog->limits, "sizes");
    const struct fact *batches = fact_get(catalog->limits, "batches");
    catalog->request_bytes_max = fact_integer(sizes, "request_bytes", CATALOG_UNKNOWN);
    catalog->batch_bytes_max = fact_integer(sizes, "batch_bytes", CATALOG_UNKNOWN);
    catalog->pdf_pages_max = fact_integer(sizes, "pdf_pages", CATALOG_UNKNOWN);
    catalog->messages_max = fact_integer(sizes, "messages_per_request", CATALOG_UNKNOWN);
    catalog->batch_requests_max = fact_integer(batches, "requests_per_batch", CATALOG_UNKNOWN);
}

static void read_rows(struct catalog *catalog, const struct fact *models,
                      const struct fact *profiles)
{
    struct arena *arena = catalog->arena;
    const struct fact *rows = fact_get(profiles, "profiles");
    catalog->profiles = ARENA_ARRAY(arena, struct profile, rows->len);
    for (const struct fact *row = fact_first(rows); row; row = fact_next(row))
        read_profile(catalog, row);
    catalog->newest_profile = find_profile(catalog, fact_text(profiles, "newest"));
    rows = fact_get(models, "models");
    catalog->models = ARENA_ARRAY(arena, struct model, rows->len);
    for (const struct fact *row = fact_first(rows); row; row = fact_next(row))
        read_model(catalog, row, fact_get(models, "price_factors"));
    catalog->web_search_usd =
        fact_double(fact_get(models, "tool_prices_usd"), "web_search", CATALOG_UNKNOWN);
}

static bool model_is(const struct model *model, struct str id)
{
    if (str_equal(model->id, id))
        return true;
    for (const struct fact *alias = fact_first(model->aliases); alias; alias = fact_next(alias))
        if (str_equal(fact_string(alias), id))
            return true;
    return false;
}

/* The slot of the name, or the free one where it belongs. */
static uint32_t *slot_of(const struct catalog *catalog, struct str name)
{
    size_t at = (size_t)fingerprint(name) & (catalog->names_cap - 1);
    while (catalog->names[at] && !model_is(&catalog->models[catalog->names[at] - 1], name))
        at = (at + 1) & (catalog->names_cap - 1);
    return &catalog->names[at];
}

/* Of two models with the same name, the first has it. */
static void add_name(struct catalog *catalog, size_t model, struct str name)
{
    uint32_t *slot = slot_of(catalog, name);
    if (!*slot)
        *slot = (uint32_t)model + 1;
}

static void index_names(struct catalog *catalog)
{
    size_t len = 0;
    for (size_t i = 0; i < catalog->models_len; i++)
        len += 1U + (catalog->models[i].aliases ? catalog->models[i].aliases->len : 0U);
    for (catalog->names_cap = 64; catalog->names_cap < 2 * len;)
        catalog->names_cap *= 2;
    catalog->names = ARENA_ARRAY(catalog->arena, uint32_t, catalog->names_cap);
    for (size_t i = 0; i < catalog->models_len; i++) {
        const struct model *model = &catalog->models[i];
        add_name(catalog, i, model->id);
        for (const struct fact *alias = fact_first(model->aliases); alias; alias = fact_next(alias))
            add_name(catalog, i, fact_string(alias));
    }
}

static const struct model *find_model(const struct catalog *catalog, struct str id)
{
    const uint32_t found = *slot_of(catalog, id);
    return found ? &catalog->models[found - 1] : NULL;
}

bool catalog_load(struct arena *arena, struct catalog *catalog, struct error *err)
{
    *catalog = (struct catalog){ .arena = arena };
    const struct fact *models = fact_file("models.json");
    const struct fact *profiles = fact_file("profiles.json");
    catalog->limits = fact_file("limits.json");
    catalog->limits_2025 = fact_file("limits-2025.json");
    if (!models || !profiles || !catalog->limits || !catalog->limits_2025)
        return error_set(err, "a catalog file is not embedded");
    if (!fact_get(profiles, "profiles") || !fact_get(models, "models"))
        return error_set(err, "the catalog files models.json and profiles.json have no rows");
    read_rows(catalog, models, profiles);
    index_names(catalog);
    read_sizes(catalog);
    catalog->as_of = fact_text(models, "as_of");
    catalog->sources = fact_get(models, "sources");
    catalog->default_model = catalog_model(catalog, fact_text(models, "default_model"));
    if (!catalog->newest_profile || !catalog->default_model)
        return error_set(err, "the catalog names no newest profile or no default model");
    if (catalog->default_model->batch_factor <= 0 || catalog->default_model->us_factor <= 0)
        return error_set(err, "the catalog has no price factors of batches and inference_geo");
    return row_read_bands(fact_get(profiles, "bands"), &catalog->bands, err);
}

/* "us.anthropic.claude-opus-4-5-20251101-v1:0" and "claude-opus-4-5@20251101" without their clouds'
 * dress: "claude-opus-4-5-20251101". */
static struct str without_cloud(struct arena *arena, struct str id)
{
    static const struct str marker = STR_INIT("anthropic.");
    for (size_t at = 0; at + marker.len < id.len && at < 8; at++)
        if (str_starts(str_slice(id, at, id.len), marker)) {
            id = str_slice(id, at + marker.len, id.len);
            break;
        }
    size_t version = id.len; /* "-v1:0", "-v1", "-v2%3A0" */
    while (version > 2 && !(id.ptr[version - 1] == 'v' && id.ptr[version - 2] == '-'))
        version--;
    int64_t number;
    if (version > 2 && version < id.len &&
        str_to_int64(str_slice(id, version, version + 1), 9, &number))
        id = str_slice(id, 0, version - 2);
    char *plain = str_to_c(arena, id);
    for (size_t i = 0; i < id.len; i++)
        if (plain[i] == '@')
            plain[i] = '-';
    return (struct str){ plain, id.len };
}

const struct model *catalog_model(const struct catalog *catalog, struct str id)
{
    const struct model *model = find_model(catalog, id);
    if (model || id.len > 256)
        return model;
    struct arena scratch = { 0 };
    model = find_model(catalog, without_cloud(&scratch, id));
    arena_free(&scratch);
    return model;
}

/* "-YYYYMMDD" */
static bool ends_with_date(struct str id)
{
    int64_t year, month, day;
    if (id.len < 9 || id.ptr[id.len - 9] != '-')
        return false;
    const struct str date = str_slice(id, id.len - 8, id.len);
    return str_to_int64(str_slice(date, 0, 4), 2099, &year) && year >= 2020 &&
           str_to_int64(str_slice(date, 4, 6), 12, &month) && month >= 1 &&
           str_to_int64(str_slice(date, 6, 8), 31, &day) && day >= 1;
}

const struct model *catalog_undated_model(const struct catalog *catalog, struct str id)
{
    const struct model *model = NULL;
    struct arena scratch = { 0 };
    if (id.len > 256)
        return NULL;
    const struct str plain = without_cloud(&scratch, id);
    if (ends_with_date(plain)) {
        const struct str undated = str_slice(plain, 0, plain.len - 9);
        model = ends_with_date(undated) ? NULL : find_model(catalog, undated);
    }
    arena_free(&scratch);
    return model;
}

bool catalog_refuses(const struct model *model, struct str what)
{
    for (const struct fact *each = fact_first(model->refuses); each; each = fact_next(each))
        if (str_equal(fact_string(each), what))
            return true;
    return false;
}

struct str catalog_nearest_model(const struct catalog *catalog, struct str id)
{
    struct arena scratch = { 0 };
    struct strs names = { .arena = &scratch };
    for (size_t i = 0; i < catalog->models_len; i++) {
        const struct fact *aliases = catalog->models[i].aliases;
        if (catalog->models[i].status == MODEL_STATUS_RETIRED)
            continue; /* nobody should be led to one */
        *LIST_PUSH(&names) = catalog->models[i].id;
        for (const struct fact *alias = fact_first(aliases); alias; alias = fact_next(alias))
            *LIST_PUSH(&names) = fact_string(alias);
    }
    struct str nearest = str_nearest(id, names.items, names.len);
    arena_free(&scratch);
    const struct model *undated = catalog_undated_model(catalog, id);
    return undated && undated->status != MODEL_STATUS_RETIRED ? undated->id : nearest;
}
