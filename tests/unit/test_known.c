/* What has been asked already, in bounded memory. */
#include "count/known.h"

#include "tap.h"

enum { PENDING = 300 };

static struct known known = { .len_max = KNOWN_LEN_MAX };

static struct known_item *find(uint64_t number)
{
    const uint64_t id[2] = { number * UINT64_C(0x9E3779B97F4A7C15), number };
    return known_find(&known, id);
}

static void settle(uint64_t number, int64_t tokens)
{
    const uint64_t id[2] = { number * UINT64_C(0x9E3779B97F4A7C15), number };
    known_settle(&known, id, tokens);
}

/* How many of the bodies are known with their count; -1: one with another count. */
static int64_t count_known(uint64_t from, uint64_t to)
{
    int64_t len = 0;
    for (uint64_t i = from; i < to; i++) {
        const int64_t tokens = find(i)->tokens;
        if (tokens >= 0 && tokens != (int64_t)i)
            return -1;
        len += tokens >= 0;
    }
    return len;
}

int main(void)
{
    struct ask *const somebody = (struct ask *)&known; /* is not looked at */
    ok(find(7)->tokens == -1 && !find(7)->pending, "a new body is not known");
    find(7)->pending = somebody;
    settle(7, -1);
    ok(find(7)->tokens == -1 && !find(7)->pending, "nor one that could not be counted");
    settle(7, 7);
    ok(find(7)->tokens == 7, "one that was counted is");
    for (uint64_t i = 1; i <= KNOWN_LEN_MAX - 1; i++)
        settle(i, (int64_t)i);
    for (uint64_t i = 1; i <= PENDING; i++)
        find(i)->pending = somebody;
    ok(count_known(1, KNOWN_LEN_MAX) == KNOWN_LEN_MAX - 1, "so are as many as there is room for");
    const size_t cap = known.cap;
    ok(cap * sizeof *known.items == 4 * 1024 * 1024, "in 4 MB");
    settle(KNOWN_LEN_MAX, KNOWN_LEN_MAX);
    settle(KNOWN_LEN_MAX + 1, KNOWN_LEN_MAX + 1);
    ok(known.cap < cap && known.len <= PENDING + 2, "one more, and those that are settled go");
    ok(count_known(1, PENDING + 1) == PENDING && find(PENDING)->pending == somebody,
       "but not what is being asked");
    ok(find(KNOWN_LEN_MAX + 1)->tokens == KNOWN_LEN_MAX + 1 && find(PENDING + 1)->tokens == -1,
       "the others are asked again");
    bool is_larger = false;
    for (uint64_t i = 1; i < 20 * (uint64_t)KNOWN_LEN_MAX; i += 5) {
        settle(i, (int64_t)i);
        is_larger |= known.cap > cap;
    }
    ok(!is_larger, "the table never grows beyond that");
    for (uint64_t i = 1; i < 2 * (uint64_t)KNOWN_LEN_MAX; i++)
        find(i)->pending = somebody;
    ok(known.cap == 2 * cap && find(5)->pending == somebody, "unless all is being asked at once");
    known_free(&known);
    ok(!known.items && find(1)->tokens == -1, "a new table starts empty");
    known_free(&known);
    return tap_done();
}
