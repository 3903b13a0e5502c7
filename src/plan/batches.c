#include "plan/batches.h"

#include <stdbool.h>

#include "base/list.h"

enum { FRAME_BYTES = sizeof "{\"requests\":[]}" - 1 };

/* Whether the last batch has no room for an entry. */
static bool is_full(const struct batches *batches, int64_t entry_bytes)
{
    const struct batch_limits *limits = &batches->limits;
    if (!batches->items || !batches->len)
        return true;
    const struct batch *last = &batches->items[batches->len - 1];
    return last->requests == limits->requests_max ||
           last->body_bytes + 1 + entry_bytes > limits->body_bytes_max;
}

void batches_add(struct batches *batches, int64_t entry_bytes)
{
    batches->too_large += FRAME_BYTES + entry_bytes > batches->limits.body_bytes_max;
    if (is_full(batches, entry_bytes)) {
        *LIST_PUSH(batches) = (struct batch){ 1, FRAME_BYTES + entry_bytes, 0 };
        return;
    }
    struct batch *last = &batches->items[batches->len - 1];
    last->requests++;
    last->body_bytes += 1 + entry_bytes; /* a comma */
}

/* What was queued before has ended when the second wave goes. */
void batches_end(struct batches *batches)
{
    size_t wave = 0;
    int64_t queued = batches->limits.queued;
    for (size_t i = 0; i < batches->len; i++) {
        struct batch *batch = &batches->items[i];
        const int64_t queue = batches->limits.queue;
        if (queue >= 0 && queued && queued + batch->requests > queue) {
            wave++;
            queued = 0;
        }
        queued += batch->requests;
        batch->wave = wave;
    }
}

size_t batches_waves(const struct batches *batches)
{
    return batches->len ? batches->items[batches->len - 1].wave + 1 : 0;
}

int64_t batches_most_queued(const struct batches *batches)
{
    int64_t most = batches->limits.queued, queued = most;
    for (size_t i = 0; i < batches->len; i++) {
        if (i && batches->items[i].wave != batches->items[i - 1].wave)
            queued = 0;
        if (!i && batches->items[i].wave)
            queued = 0;
        queued += batches->items[i].requests;
        most = queued > most ? queued : most;
    }
    return most;
}
