#include "count/recall.h"

#include <pthread.h>

#include "count/cache.h"
#include "count/cache_file.h"
#include "count/count_body.h"
#include "count/endpoint.h"

struct recall {
    struct arena arena; /* it is in it */
    const struct counter_options *options;
    const struct catalog *catalog;
    struct str dir;
    struct door_way way;
    pthread_mutex_t mutex; /* of all that follows */
    bool is_opened;        /* the cache, or it was tried */
    struct cache *cache;
    struct str said;
    struct error cause; /* why there is none */
};

struct recall *recall_new(const struct counter_options *options, const struct catalog *catalog,
                          struct str dir)
{
    struct arena arena = { 0 };
    struct error ignored = { 0 };
    struct recall *recall = ARENA_NEW(&arena, struct recall);
    *recall = (struct recall){ .options = options, .catalog = catalog };
    recall->dir = str_copy(&arena, dir);
    if (!dir.len || cache_file_look(cache_file_path(&arena, dir)).kind != CACHE_FILE_REGULAR ||
        !endpoint_locate(&arena, options, &recall->way, &ignored) ||
        pthread_mutex_init(&recall->mutex, NULL) != 0) {
        arena_free(&arena);
        return NULL;
    }
    recall->arena = arena;
    return recall;
}

bool recall_has_all(const struct recall *recall, const struct request *request)
{
    return count_body_is_whole(request, recall->way.betas);
}

static struct cache *need_cache(struct recall *recall)
{
    pthread_mutex_lock(&recall->mutex);
    if (!recall->is_opened)
        recall->cache = cache_open(recall->dir, &recall->said, &recall->arena, &recall->cause);
    recall->is_opened = true;
    struct cache *cache = recall->cache;
    pthread_mutex_unlock(&recall->mutex);
    return cache;
}

static bool find(const struct recall *recall, struct cache *cache, struct arena *scratch,
                 struct online_item *item)
{
    struct door_call call;
    struct error ignored = { 0 };
    if (!door_call(scratch, &recall->way, item->request, recall->catalog, &call, &ignored))
        return false;
    item->has_key = cache_key_of(&item->key, call.url, recall->options->api_version,
                                 recall->way.betas, item->request->model, call.body, &ignored);
    return item->has_key && cache_find(cache, &item->key, &item->tokens, &item->mark);
}

void recall_counts(struct recall *recall, struct arena *arena, struct online_item *items,
                   size_t len)
{
    struct cache *cache = need_cache(recall);
    for (size_t i = 0; i < len; i++) {
        struct online_item *item = &items[i];
        *item = (struct online_item){ .request = item->request, .result = COUNT_NOT_ASKED };
        item->is_cached = cache && find(recall, cache, arena, item);
        if (item->is_cached)
            item->result = COUNT_DONE;
    }
}

void recall_close(struct recall *recall, struct str *said, struct arena *arena)
{
    *said = (struct str){ 0 };
    if (!recall)
        return;
    struct buf text = { .arena = arena };
    buf_add(&text, recall->said);
    if (recall->cause.kind)
        buf_format(&text, "remembered counts are not used: %s", recall->cause.text);
    struct str last;
    cache_close(recall->cache, &last, &recall->arena);
    buf_format(&text, "%s%.*s", text.len && last.len ? "; " : "", STR_ARGS(last));
    *said = buf_str(&text);
    pthread_mutex_destroy(&recall->mutex);
    struct arena own = recall->arena;
    arena_free(&own);
}
