#include "net/brake.h"

enum { REGAIN_MS = 60000, AGAIN_MS = 10000 };

static const double least_share = 1e-4; /* of full speed, however often the server complains */

void brake_init(struct brake *brake, int64_t now_ms)
{
    *brake = (struct brake){ .held_until_ms = now_ms, .slowed_at_ms = now_ms, .share = 1 };
}

double brake_share(const struct brake *brake, int64_t now_ms)
{
    double past_ms = now_ms > brake->slowed_at_ms ? (double)(now_ms - brake->slowed_at_ms) : 0;
    double share = brake->share * (1 + past_ms / REGAIN_MS);
    return share < 1 ? share : 1;
}

void brake_hold(struct brake *brake, int64_t now_ms, int64_t wait_ms)
{
    bool is_again = brake->was_held && now_ms < brake->held_until_ms + AGAIN_MS;
    if (is_again && now_ms >= brake->held_until_ms) {
        double half = brake_share(brake, now_ms) / 2;
        brake->share = half > least_share ? half : least_share;
        brake->slowed_at_ms = now_ms;
    }
    brake->was_held = true;
    if (now_ms + wait_ms > brake->held_until_ms)
        brake->held_until_ms = now_ms + wait_ms;
}
