#include "count/observer.h"

#include <pthread.h>
#include <stdatomic.h>

#include "count/cache_file.h"
#include "count/observed_db.h"
#include "count/stamp.h"

enum { GROUPS_MAX = 256, PENDING_MAX = 512, MODELS_MAX = 256 };

/* Marks: 31 bits of a stamp, or that there is none. */
enum { MARK_NONE = 2, MARK_STAMPED = 1 };

/* What is known of one model and shape with the stamp of this run. */
struct group {
    const struct model *model;
    struct shape shape;
    uint64_t stamp;
    bool is_billed;
    int64_t len; /* observations, about */
};

struct observer {
    struct arena arena; /* it is in it */
    struct observer_options options;
    bool was_there;                /* the file, before this run */
    atomic_uint marks[MODELS_MAX]; /* of the models of the catalog; 0: not known yet */
    pthread_mutex_t mutex;         /* of all that follows */
    struct observed_db db;
    bool is_opened, is_given_up;
    bool trims;
    struct error said, not_kept;
    struct group groups[GROUPS_MAX];
    size_t groups_len;
    struct observed pending[PENDING_MAX];
    size_t pending_len;
};

struct observer *observer_new(const struct observer_options *options)
{
    struct arena arena = { 0 };
    struct observer *observer = ARENA_NEW(&arena, struct observer);
    if (pthread_mutex_init(&observer->mutex, NULL)) {
        arena_free(&arena);
        return NULL;
    }
    observer->options = *options;
    observer->options.dir = str_copy(&arena, options->dir);
    observer->was_there = cache_file_is_database(observed_db_path(&arena, observer->options.dir));
    observer->arena = arena;
    return observer;
}

/* --- with the mutex locked */

static uint64_t stamp_now(const struct observer *observer, const struct model *model)
{
    const struct observer_options *options = &observer->options;
    return stamp_of(options->catalog, model, options->vocab, options->api_version, options->betas);
}

static struct group *find_group(struct observer *observer, const struct model *model,
                                struct shape shape, bool is_billed)
{
    for (size_t i = 0; i < observer->groups_len; i++) {
        struct group *group = &observer->groups[i];
        if (group->model == model && group->shape.words == shape.words &&
            group->is_billed == is_billed)
            return group;
    }
    return NULL;
}

/* NULL when there are too many. */
static struct group *need_group(struct observer *observer, const struct model *model,
                                struct shape shape, bool is_billed)
{
    struct group *group = find_group(observer, model, shape, is_billed);
    if (group || observer->groups_len == GROUPS_MAX)
        return group;
    group = &observer->groups[observer->groups_len++];
    *group = (struct group){ model, shape, stamp_now(observer, model), is_billed, 0 };
    return group;
}

static void know_group(void *context, const struct observed *known, int64_t len)
{
    struct observer *observer = context;
    const struct model *model = catalog_model(observer->options.catalog, known->model);
    if (!len || !model || stamp_now(observer, model) != known->stamp)
        return;
    struct group *group = need_group(observer, model, known->shape, known->from == OBSERVED_BILLED);
    if (group)
        group->len = len;
}

/* What is damaged is put aside, and made anew by the next run. */
static void give_up(struct observer *observer, enum database_state state, const struct error *cause)
{
    struct arena arena = { 0 };
    struct error ignored = { 0 };
    const struct str path = observed_db_path(&arena, observer->options.dir);
    observed_db_close(&observer->db);
    observer->is_given_up = true;
    observer->not_kept = *cause;
    if (state == DATABASE_DAMAGED && cache_file_put_aside(path, &ignored))
        error_set(&observer->said, "%.*s could not be used (%s): it was put aside as %.*s.damaged",
                  STR_ARGS(path), cause->text, STR_ARGS(path));
    arena_free(&arena);
}

static bool need_file(struct observer *observer)
{
    struct error cause = { 0 };
    if (observer->is_opened)
        return !observer->is_given_up;
    observer->is_opened = true;
    enum database_state state = DATABASE_FAILED;
    if (database_load(&cause))
        state = observed_db_open(&observer->db, observer->options.dir, &observer->said, &cause);
    if (!state)
        state = observed_db_groups(&observer->db, know_group, observer, &cause);
    if (state)
        give_up(observer, state, &cause);
    return !observer->is_given_up;
}

static void flush(struct observer *observer)
{
    struct error cause = { 0 };
    enum database_state state = DATABASE_OK;
    if (observer->pending_len && !observer->is_given_up)
        state = observed_db_put(&observer->db, observer->pending, observer->pending_len,
                                observer->options.day, observer->trims, &cause);
    if (state)
        give_up(observer, state, &cause);
    observer->pending_len = 0;
    observer->trims = false;
}

static void add(struct observer *observer, const struct model *model, struct shape shape,
                const struct observation *numbers, enum observed_from from)
{
    struct group *group = need_group(observer, model, shape, from == OBSERVED_BILLED);
    if (!group || (from == OBSERVED_CACHED && group->len >= OBSERVER_OLD_ENOUGH))
        return;
    observer->trims |= ++group->len > FIT_OBSERVATIONS_MAX;
    observer->pending[observer->pending_len++] = (struct observed){
        .model = model->id,
        .shape = shape,
        .stamp = group->stamp,
        .numbers = *numbers,
        .from = from,
    };
    if (observer->pending_len == PENDING_MAX)
        flush(observer);
}

/* --- for all */

uint32_t observer_mark(struct observer *observer, const struct model *model)
{
    const size_t at = model ? (size_t)(model - observer->options.catalog->models) : MODELS_MAX;
    if (at >= MODELS_MAX)
        return MARK_NONE;
    uint32_t mark = atomic_load(&observer->marks[at]);
    if (!mark) {
        mark = (uint32_t)(stamp_now(observer, model) >> 32) | MARK_STAMPED;
        atomic_store(&observer->marks[at], mark);
    }
    return mark;
}

bool observer_has_seen(struct observer *observer, const struct model *model, uint32_t mark)
{
    return (!model || observer->was_there) && mark == observer_mark(observer, model);
}

bool observer_wants_old(struct observer *observer, const struct model *model, struct shape shape)
{
    pthread_mutex_lock(&observer->mutex);
    const struct group *group =
        need_file(observer) ? need_group(observer, model, shape, false) : NULL;
    const bool wants = group && group->len < OBSERVER_OLD_ENOUGH;
    pthread_mutex_unlock(&observer->mutex);
    return wants;
}

void observer_add(struct observer *observer, const struct model *model, struct shape shape,
                  const struct observation *numbers, enum observed_from from)
{
    if (model->id.len > OBSERVED_MODEL_LEN_MAX || numbers->actual < 1)
        return;
    pthread_mutex_lock(&observer->mutex);
    if (need_file(observer))
        add(observer, model, shape, numbers, from);
    pthread_mutex_unlock(&observer->mutex);
}

bool observer_close(struct observer *observer, struct str *said, struct arena *arena,
                    struct error *err)
{
    *said = (struct str){ 0 };
    if (!observer)
        return true;
    flush(observer);
    observed_db_close(&observer->db);
    pthread_mutex_destroy(&observer->mutex);
    if (observer->said.kind)
        *said = str_format(arena, "%s", observer->said.text);
    const bool is_kept = !observer->not_kept.kind;
    if (!is_kept)
        *err = observer->not_kept;
    struct arena own = observer->arena;
    arena_free(&own);
    return is_kept;
}

bool observed_read(struct str dir, struct observed_list *list, struct error *err)
{
    struct observed_db db;
    struct error cause = { 0 };
    const struct str path = observed_db_path(list->arena, dir);
    if (cache_file_look(path).kind == CACHE_FILE_NONE)
        return true;
    if (!database_load(err))
        return false;
    enum database_state state = observed_db_look(&db, path, &cause);
    if (!state)
        state = observed_db_rows(&db, list, &cause);
    observed_db_close(&db);
    return state == DATABASE_OK || state == DATABASE_EMPTY ||
           error_set(err, "%.*s %s: %s", STR_ARGS(path),
                     state == DATABASE_DAMAGED ? "is damaged" : "cannot be used", cause.text);
}
