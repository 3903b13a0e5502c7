/* Files of results. */
#include "plan/reconcile.h"
#include "plan/results.h"

struct file {
    struct reconcile *reconcile;
    struct str path;
};

static bool take(void *context, const struct entry *entry, struct result_problem *problem)
{
    const struct file *file = context;
    return reconcile_result(file->reconcile, file->path, entry, problem);
}

bool reconcile_stream(struct reconcile *reconcile, struct str path, struct stream *stream,
                      struct error *err)
{
    struct file file = { reconcile, path };
    struct results_reading reading = {
        .is_interrupted = reconcile->options->is_interrupted,
        .take = take,
        .context = &file,
    };
    const bool is_good = results_read(&reading, stream, err);
    /* One error says it all: the findings about its lines go. */
    reconcile_take_back(reconcile, RECONCILE_RESULT_UNREADABLE, reading.doubted);
    return is_good;
}
