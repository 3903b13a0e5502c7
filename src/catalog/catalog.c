#include "catalog/catalog.h"

#include <string.h>

#include "base/list.h"
#include "catalog/embedded.h"

static const struct json_node *find_file(const char *name)
{
    const struct embedded_file *file = embedded_catalog;
    while (file->name && strcmp(file->name, name) != 0)
        file++;
    return file->root;
}

/* A term as [tokens, less, more], or as its tokens. */
static struct term read_term(const struct json_node *node)
{
    int64_t numbers[3] = { 0 };
    size_t len = 0;
    if (node->type == JSON_NUMBER)
        json_integer(node->text, &numbers[0]);
    for (const struct json_node *each = node->first; each && len < 3; each = each->next)
        json_integer(each->text, &numbers[len++]);
    return (struct term){ numbers[0], numbers[1], numbers[2] };
}

/* parent: the profile it extends, or NULL. */
static void read_profile(const struct json_node *node, const struct profile *parent,
                         struct profile *profile)
{
    static const char *const names[TERMS_LEN] = {
#define PROFILE_TERM_NAME(id, name) [TERM_##id] = (name),
        PROFILE_TERM_LIST(PROFILE_TERM_NAME)
#undef PROFILE_TERM_NAME
    };
    if (parent)
        *profile = *parent;
    profile->id = json_get_text(node, "id");
    struct str generation = json_get_text(node, "generation");
    if (generation.len)
        profile->tokenizer = str_equal_c(generation, "v3") ? TOKENIZER_V3 : TOKENIZER_NEW;
    struct str turns = json_get_text(node, "turns");
    if (turns.len)
        profile->turns_are_words = str_equal_c(turns, "words");
    profile->tools_escaped = json_get_bool(node, "tools_escaped", profile->tools_escaped);
    profile->tail_free = json_get_bool(node, "tail_free", profile->tail_free);
    const struct json_node *terms = json_get(node, "terms");
    for (int i = 0; i < TERMS_LEN; i++) {
        const struct json_node *term = json_get(terms, names[i]);
        if (term)
            profile->terms[i] = read_term(term);
    }
}

static const struct profile *find_profile(const struct catalog *catalog, struct str id)
{
    for (size_t i = 0; i < catalog->profiles_len; i++)
        if (str_equal(catalog->profiles[i].id, id))
            return &catalog->profiles[i];
    return NULL;
}

static enum model_status read_status(struct str name)
{
    static const char *const names[] = {
        [MODEL_STATUS_ACTIVE] = "active",
        [MODEL_STATUS_LEGACY] = "legacy",
        [MODEL_STATUS_DEPRECATED] = "deprecated",
        [MODEL_STATUS_RETIRED] = "retired",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal_c(name, names[i]))
            return (enum model_status)i;
    return MODEL_STATUS_ACTIVE;
}

static struct price read_price(const struct json_node *node)
{
    return (struct price){
        json_get_double(node, "input", CATALOG_UNKNOWN),
        json_get_double(node, "output", CATALOG_UNKNOWN),
        json_get_double(node, "cache_write_5m", CATALOG_UNKNOWN),
        json_get_double(node, "cache_write_1h", CATALOG_UNKNOWN),
        json_get_double(node, "cache_read", CATALOG_UNKNOWN),
    };
}

static void read_model(const struct catalog *catalog, const struct json_node *node,
                       struct model *model)
{
    const struct profile *profile = find_profile(catalog, json_get_text(node, "profile"));
    const struct json_node *long_prompt = json_get(node, "price_long_prompt");
    if (!profile)
        profile = catalog->newest_profile;
    *model = (struct model){
        .id = json_get_text(node, "id"),
        .name = json_get_text(node, "name"),
        .pool = json_get_text(node, "pool"),
        .aliases = json_get(node, "aliases"),
        .sources = json_get(node, "sources"),
        .notes = json_get(node, "notes"),
        .status = read_status(json_get_text(node, "status")),
        .released = json_get_text(node, "released"),
        .deprecated = json_get_text(node, "deprecated"),
        .retired = json_get_text(node, "retired"),
        .retires_not_before = json_get_text(node, "retires_not_before"),
        .end_of_life = json_get_text(node, "end_of_life"),
        .context_window = json_get_integer(node, "context_window", CATALOG_UNKNOWN),
        .max_output = json_get_integer(node, "max_output", CATALOG_UNKNOWN),
        .max_output_batch_beta = json_get_integer(node, "max_output_batch_beta", CATALOG_UNKNOWN),
        .min_cacheable_tokens = json_get_integer(node, "min_cacheable_tokens", CATALOG_UNKNOWN),
        .profile = profile,
        .high_resolution_images = str_equal_c(json_get_text(node, "image_tier"), "high"),
        .keeps_thinking = json_get_bool(node, "keeps_thinking", true),
        .price = read_price(json_get(node, "price_usd_per_mtok")),
        .long_prompt_over = json_get_integer(long_prompt, "over_tokens", CATALOG_UNKNOWN),
        .price_long = read_price(long_prompt),
    };
}

static void read_sizes(struct catalog *catalog)
{
    const struct json_node *sizes = json_get(catalog->limits, "sizes");
    const struct json_node *batches = json_get(catalog->limits, "batches");
    catalog->request_bytes_max = json_get_integer(sizes, "request_bytes", CATALOG_UNKNOWN);
    catalog->batch_bytes_max = json_get_integer(sizes, "batch_bytes", CATALOG_UNKNOWN);
    catalog->messages_max = json_get_integer(sizes, "messages_per_request", CATALOG_UNKNOWN);
    catalog->batch_requests_max = json_get_integer(batches, "requests_per_batch", CATALOG_UNKNOWN);
}

static void read_rows(struct catalog *catalog, const struct json_node *models,
                      const struct json_node *profiles)
{
    struct arena *arena = catalog->arena;
    const struct json_node *rows = json_get(profiles, "profiles");
    catalog->profiles = ARENA_ARRAY(arena, struct profile, rows->len);
    for (const struct json_node *row = rows->first; row; row = row->next) {
        /* those before it are known: a profile stands after the one it extends */
        const struct profile *parent = find_profile(catalog, json_get_text(row, "extends"));
        read_profile(row, parent, &catalog->profiles[catalog->profiles_len++]);
    }
    catalog->newest_profile = find_profile(catalog, json_get_text(profiles, "newest"));
    rows = json_get(models, "models");
    catalog->models = ARENA_ARRAY(arena, struct model, rows->len);
    for (const struct json_node *row = rows->first; row; row = row->next)
        read_model(catalog, row, &catalog->models[catalog->models_len++]);
}

bool catalog_load(struct arena *arena, struct catalog *catalog, struct error *err)
{
    *catalog = (struct catalog){ .arena = arena };
    const struct json_node *models = find_file("models.json");
    const struct json_node *profiles = find_file("profiles.json");
    catalog->limits = find_file("limits.json");
    catalog->limits_2025 = find_file("limits-2025.json");
    if (!models || !profiles || !catalog->limits || !catalog->limits_2025)
        return error_set(err, "a catalog file is not embedded");
    if (!json_get(profiles, "profiles") || !json_get(models, "models"))
        return error_set(err, "the catalog files models.json and profiles.json have no rows");
    read_rows(catalog, models, profiles);
    read_sizes(catalog);
    catalog->as_of = json_get_text(models, "as_of");
    catalog->sources = json_get(models, "sources");
    catalog->default_model = catalog_model(catalog, json_get_text(models, "default_model"));
    if (!catalog->newest_profile || !catalog->default_model)
        return error_set(err, "the catalog names no newest profile or no default model");
    return true;
}

static bool model_is(const struct model *model, struct str id)
{
    if (str_equal(model->id, id))
        return true;
    for (const struct json_node *alias = model->aliases ? model->aliases->first : NULL; alias;
         alias = alias->next)
        if (str_equal(alias->text, id))
            return true;
    return false;
}

static const struct model *find_model(const struct catalog *catalog, struct str id)
{
    for (size_t i = 0; i < catalog->models_len; i++)
        if (model_is(&catalog->models[i], id))
            return &catalog->models[i];
    return NULL;
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

struct str catalog_nearest_model(const struct catalog *catalog, struct str id)
{
    struct arena scratch = { 0 };
    struct strs names = { .arena = &scratch };
    for (size_t i = 0; i < catalog->models_len; i++) {
        const struct json_node *aliases = catalog->models[i].aliases;
        if (catalog->models[i].status == MODEL_STATUS_RETIRED)
            continue; /* nobody should be led to one */
        *LIST_PUSH(&names) = catalog->models[i].id;
        for (const struct json_node *alias = aliases ? aliases->first : NULL; alias;
             alias = alias->next)
            *LIST_PUSH(&names) = alias->text;
    }
    struct str nearest = str_nearest(id, names.items, names.len);
    arena_free(&scratch);
    return nearest;
}
