/* The calls of a door: which model, which body, where to. */
#include "count/door.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "count/count_body.h"

enum { SHOWN_MAX = 100, MODEL_LEN_MAX = 256 /* of Bedrock's modelId */ };

/* What the door calls the model. */
static struct str model_id(const struct door_way *way, struct str name,
                           const struct catalog *catalog)
{
    const struct door *door = way->door;
    for (size_t i = 0; i < way->config->models_len; i++)
        if (str_equal(way->config->models[i].name, name))
            return way->config->models[i].id;
    if (!door->cloud_id || (door->model && str_contains(name, str_from_c(door->model))))
        return name; /* an id of that cloud: not another one in its place */
    const struct model *model = catalog_model(catalog, name);
    if (!model)
        return name;
    struct str id = fact_text(model->cloud_ids, door->cloud_id);
    return id.len ? id : name;
}

static bool find_model(struct arena *arena, const struct door_way *way, struct str name,
                       const struct catalog *catalog, struct str *id, struct error *err)
{
    const struct door *door = way->door;
    *id = model_id(way, name, catalog);
    if (!door->model)
        return true;
    struct str shown = utf8_printable(arena, *id, SHOWN_MAX);
    if (str_starts(*id, str_from_c(door->model)) && id->len <= MODEL_LEN_MAX &&
        door_is_made_of(*id, "-._:"))
        return true;
    return error_set(err,
                     "the door \"%s\" counts foundation models alone, like "
                     "%sclaude-haiku-4-5-20251001-v1:0, no inference profiles, ARNs and models "
                     "without a documented id: name one for \"%.*s\" in \"models\" of the endpoint",
                     door->name, door->model, STR_ARGS(shown));
}

static int64_t bytes_max(const struct door *door, const struct catalog *catalog)
{
    return door->bytes_max ? door->bytes_max : catalog->request_bytes_max;
}

/* {"input":{"invokeModel":{"body":"..."}}} */
static struct str wrap(struct arena *arena, struct str body)
{
    struct buf text = { .arena = arena };
    buf_add(&text, STR("{\"input\":{\"invokeModel\":{\"body\":\""));
    base64_add(&text, body);
    buf_add(&text, STR("\"}}}"));
    return buf_str(&text);
}

bool door_call(struct arena *arena, const struct door_way *way, const struct request *request,
               const struct catalog *catalog, struct door_call *call, struct error *err)
{
    const struct door *door = way->door;
    int64_t most = bytes_max(door, catalog);
    struct str id;
    if (!find_model(arena, way, request->model, catalog, &id, err))
        return false;
    struct count_body_form form = {
        .betas = way->betas,
        .version = str_from_c(door->version),
        .is_invocation = door->is_invocation,
    };
    if (!str_equal(id, request->model))
        form.model = id;
    call->body = count_body(arena, request, &form);
    if (most != CATALOG_UNKNOWN && call->body.len > (uint64_t)most)
        return error_set(err, "its %zu bytes are more than the API takes (%lld)", call->body.len,
                         (long long)most);
    if (door->is_invocation)
        call->body = wrap(arena, call->body);
    struct str path = door_expand(arena, door->path, way->members, id);
    struct buf url = { .arena = arena };
    buf_add(&url, way->base_url);
    buf_add(&url, path);
    call->url = buf_str(&url);
    return true;
}

struct count_answer_form door_answer_form(const struct door_way *way, const struct catalog *catalog)
{
    return (struct count_answer_form){
        .tokens = way->door->tokens,
        .error = way->door->error,
        .base_url = door_variables[way->door->base_url].name,
        .bytes_max = bytes_max(way->door, catalog),
        .ends_with_403 = way->door->ends_with_403,
        .secrets = way->secrets,
    };
}
