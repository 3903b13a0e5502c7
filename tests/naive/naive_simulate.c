#include "naive_simulate.h"

#include <assert.h>
#include <stdlib.h>

static const int64_t unit = 60000000; /* of a token: so a limit of 1 a minute is 1 in a us */
static const int64_t five_minutes_us = 300000000, hour_us = 3600000000;

enum {
    EVENTS_MAX = 8 * NAIVE_REQUESTS_MAX + 8,
    STEP_MAX_US = 1500, /* so far every microsecond is tried */
    FIRST_POINT_US = 1000,
};

struct naive_sent {
    int64_t send_us, begin_us, end_us;
    int64_t charge; /* tokens of ITPM */
    size_t read;    /* 1 more than the index of the prefix that was read; 0: none */
    const struct simulate_request *request;
};

struct naive {
    const struct simulate_options *options;
    struct naive_sent sent[NAIVE_REQUESTS_MAX + 1]; /* one more: who is to be sent */
    size_t sent_len;
};

struct events {
    int64_t at_us[EVENTS_MAX];
    size_t len;
};

static int by_time(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void add_event(struct events *events, int64_t at_us)
{
    assert(events->len < EVENTS_MAX);
    events->at_us[events->len++] = at_us;
}

static void sort_events(struct events *events)
{
    qsort(events->at_us, events->len, sizeof events->at_us[0], by_time);
}

/* ---- buckets ---- */

static int64_t start_level(const struct naive *naive, int64_t cap)
{
    return cap * unit / 1000 * naive->options->start_permille;
}

static int64_t refill(int64_t level, int64_t cap, int64_t per_us, int64_t lasts_us)
{
    if (per_us > 0 && lasts_us > cap * unit / per_us)
        return cap * unit;
    level += per_us * lasts_us;
    return level < cap * unit ? level : cap * unit;
}

static int64_t requests_level(const struct naive *naive, int64_t now_us)
{
    const int64_t rpm = naive->options->limits.rpm;
    const int64_t cap = naive->options->burst < rpm ? naive->options->burst : rpm;
    int64_t level = start_level(naive, cap), at_us = 0;
    for (size_t i = 0; i < naive->sent_len; i++) {
        level = refill(level, cap, rpm, naive->sent[i].send_us - at_us) - unit;
        at_us = naive->sent[i].send_us;
    }
    return refill(level, cap, rpm, now_us - at_us);
}

/* After what was sent by then. */
static int64_t input_level(const struct naive *naive, int64_t now_us)
{
    const int64_t itpm = naive->options->limits.itpm;
    int64_t level = start_level(naive, itpm), at_us = 0;
    for (size_t i = 0; i < naive->sent_len && naive->sent[i].send_us <= now_us; i++) {
        level = refill(level, itpm, itpm, naive->sent[i].send_us - at_us);
        level -= naive->sent[i].charge * unit;
        at_us = naive->sent[i].send_us;
    }
    return refill(level, itpm, itpm, now_us - at_us);
}

/* With the responses of the first len; stops below 0. */
static int64_t output_level(const struct naive *naive, size_t len, int64_t until_us)
{
    const int64_t otpm = naive->options->limits.otpm;
    const int64_t speed = naive->options->output_speed * (unit / 1000000);
    struct events events = { .len = 0 };
    int64_t level = start_level(naive, otpm), at_us = 0;
    for (size_t i = 0; i < len; i++) {
        add_event(&events, naive->sent[i].begin_us);
        add_event(&events, naive->sent[i].end_us);
    }
    add_event(&events, until_us);
    sort_events(&events);
    for (size_t e = 0; e < events.len && level >= 0 && events.at_us[e] <= until_us; e++) {
        int64_t running = 0;
        for (size_t i = 0; i < len; i++)
            running += naive->sent[i].begin_us <= at_us && at_us < naive->sent[i].end_us;
        const int64_t change = otpm - running * speed, lasts_us = events.at_us[e] - at_us;
        level = change > 0 ? refill(level, otpm, change, lasts_us) : level + change * lasts_us;
        at_us = events.at_us[e];
    }
    return level;
}

/* ---- cache ---- */

static bool is_cacheable(const struct simulate_request *request, size_t i)
{
    return request->prefixes[i].tokens >= request->min_cacheable_tokens;
}

struct life {
    int64_t readable_us, expires_us;
};

/* Of a prefix, as what was sent has left it. */
static struct life life_of(const struct naive *naive, uint64_t hash)
{
    struct life life = { 0, 0 };
    for (size_t i = 0; i < naive->sent_len; i++) {
        const struct naive_sent *sent = &naive->sent[i];
        for (size_t j = sent->read ? sent->read - 1 : 0; j < sent->request->prefixes_len; j++) {
            const struct plan_prefix *prefix = &sent->request->prefixes[j];
            if (!is_cacheable(sent->request, j) || prefix->hash != hash)
                continue;
            if (life.expires_us <= sent->send_us) /* none, or no more */
                life = (struct life){ sent->begin_us, 0 };
            const int64_t until_us = sent->send_us + (prefix->is_1h ? hour_us : five_minutes_us);
            if (life.expires_us < until_us)
                life.expires_us = until_us;
        }
    }
    return life;
}

/* 1 more than the index of the prefix that is read; 0: none. */
static size_t longest_warm(const struct naive *naive, const struct simulate_request *request,
                           int64_t now_us)
{
    for (size_t i = request->prefixes_len; i > 0; i--) {
        if (!is_cacheable(request, i - 1))
            continue;
        const struct life life = life_of(naive, request->prefixes[i - 1].hash);
        if (life.readable_us <= now_us && now_us < life.expires_us)
            return i;
    }
    return 0;
}

static int64_t charge_at(const struct naive *naive, const struct simulate_request *request,
                         int64_t now_us)
{
    const size_t read = longest_warm(naive, request, now_us);
    return request->input_tokens -
           (read && !naive->options->reads_count ? request->prefixes[read - 1].tokens : 0);
}

/* ---- may it go then? ---- */

static void place_candidate(struct naive *naive, const struct simulate_request *request,
                            int64_t now_us)
{
    const int64_t speed = naive->options->output_speed;
    const int64_t begin_us = now_us + naive->options->latency_us;
    naive->sent[naive->sent_len] = (struct naive_sent){
        .send_us = now_us,
        .begin_us = begin_us,
        .end_us = begin_us + request->output_tokens * 1000000 / speed +
                  (request->output_tokens * 1000000 % speed != 0),
        .request = request,
    };
}

static bool output_allows(const struct naive *naive)
{
    int64_t last_us = 0;
    for (size_t i = 0; i <= naive->sent_len; i++)
        if (naive->sent[i].end_us > last_us)
            last_us = naive->sent[i].end_us;
    return output_level(naive, naive->sent_len + 1, last_us) >= 0;
}

static bool allows(struct naive *naive, enum simulate_limit limit,
                   const struct simulate_request *request, int64_t now_us)
{
    const struct simulate_options *options = naive->options;
    int64_t under_way = 0;
    switch (limit) {
    case SIMULATE_RPM:
        return options->limits.rpm < 0 || requests_level(naive, now_us) >= unit;
    case SIMULATE_OTPM:
        place_candidate(naive, request, now_us);
        return options->limits.otpm < 0 || output_allows(naive);
    case SIMULATE_CONCURRENCY:
        for (size_t i = 0; i < naive->sent_len; i++)
            under_way += naive->sent[i].end_us > now_us;
        return options->concurrency == 0 || under_way < options->concurrency;
    case SIMULATE_ITPM:
        return options->limits.itpm < 0 ||
               input_level(naive, now_us) >= charge_at(naive, request, now_us) * unit;
    case SIMULATE_LIMITS_LEN:
        break;
    }
    return false;
}

/* The first limit that refuses it. */
static enum simulate_limit refusing(struct naive *naive, const struct simulate_request *request,
                                    int64_t now_us)
{
    enum simulate_limit limit = SIMULATE_RPM;
    while (limit < SIMULATE_LIMITS_LEN && allows(naive, limit, request, now_us))
        limit++;
    return limit;
}

/* When something happens that may let it go or hold it: between two such times every limit that
 * refuses it lets it go at some time and for good. */
static void find_events(const struct naive *naive, const struct simulate_request *request,
                        int64_t since_us, struct events *events)
{
    const int64_t latency_us = naive->options->latency_us;
    int64_t last_us = since_us;
    add_event(events, since_us);
    for (size_t i = 0; i < naive->sent_len; i++) {
        add_event(events, naive->sent[i].end_us);
        add_event(events, naive->sent[i].end_us - latency_us);
        add_event(events, naive->sent[i].begin_us);
        add_event(events, naive->sent[i].begin_us - latency_us);
    }
    for (size_t i = 0; i < request->prefixes_len; i++) {
        const struct life life = life_of(naive, request->prefixes[i].hash);
        add_event(events, life.readable_us);
        add_event(events, life.expires_us);
    }
    for (size_t i = 0; i < events->len; i++)
        if (events->at_us[i] > last_us)
            last_us = events->at_us[i];
    add_event(events, last_us + 3 * unit); /* all is full */
    sort_events(events);
}

/* The first time in (from_us, to_us) when it may go, or to_us. */
static int64_t first_between(struct naive *naive, const struct simulate_request *request,
                             int64_t from_us, int64_t to_us)
{
    if (to_us - from_us <= STEP_MAX_US) {
        while (++from_us < to_us)
            if (refusing(naive, request, from_us) == SIMULATE_LIMITS_LEN)
                break;
        return from_us;
    }
    while (to_us - from_us > 1) {
        const int64_t middle_us = from_us + (to_us - from_us) / 2;
        if (refusing(naive, request, middle_us) == SIMULATE_LIMITS_LEN)
            to_us = middle_us;
        else
            from_us = middle_us;
    }
    return to_us;
}

/* When it goes, or -1: never. */
static int64_t find_time(struct naive *naive, const struct simulate_request *request,
                         int64_t since_us, int64_t *horizon_us)
{
    struct events events = { .len = 0 };
    find_events(naive, request, since_us, &events);
    *horizon_us = events.at_us[events.len - 1];
    int64_t before_us = since_us;
    for (size_t i = 0; i < events.len; i++) {
        const int64_t at_us = events.at_us[i];
        if (at_us < since_us)
            continue;
        if (at_us > before_us + 1 && refusing(naive, request, at_us - 1) == SIMULATE_LIMITS_LEN)
            return first_between(naive, request, before_us, at_us - 1);
        if (refusing(naive, request, at_us) == SIMULATE_LIMITS_LEN)
            return at_us;
        before_us = at_us;
    }
    return -1;
}

static struct simulate_sent send_one(struct naive *naive, const struct simulate_request *request)
{
    struct simulate_sent out = { .limit = SIMULATE_LIMITS_LEN };
    const int64_t since_us = naive->sent_len ? naive->sent[naive->sent_len - 1].send_us : 0;
    int64_t horizon_us = 0;
    const int64_t at_us = find_time(naive, request, since_us, &horizon_us);
    if (at_us < 0) {
        const enum simulate_limit limit = refusing(naive, request, horizon_us);
        out.outcome = limit == SIMULATE_RPM    ? SIMULATE_NEVER_RPM
                      : limit == SIMULATE_OTPM ? SIMULATE_NEVER_OTPM
                                               : SIMULATE_NEVER_ITPM;
        return out;
    }
    out.send_us = at_us;
    out.waited_us = at_us - since_us;
    if (at_us > since_us)
        out.limit = refusing(naive, request, at_us - 1);
    const size_t read = longest_warm(naive, request, at_us);
    int64_t before = out.read_tokens = read ? request->prefixes[read - 1].tokens : 0;
    for (size_t i = read; i < request->prefixes_len; i++)
        if (is_cacheable(request, i)) {
            *(request->prefixes[i].is_1h ? &out.write_1h_tokens : &out.write_5m_tokens) +=
                request->prefixes[i].tokens - before;
            before = request->prefixes[i].tokens;
        }
    place_candidate(naive, request, at_us);
    naive->sent[naive->sent_len].charge = charge_at(naive, request, at_us);
    naive->sent[naive->sent_len].read = read;
    out.end_us = naive->sent[naive->sent_len++].end_us;
    return out;
}

/* ---- the result ---- */

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void draw_point(const struct naive *naive, int64_t from_us, int64_t to_us, int64_t finish_us,
                       struct simulate_point *point)
{
    const int64_t last_us = smaller(to_us, finish_us);
    const bool has_input = naive->options->limits.itpm >= 0;
    const bool has_output = naive->options->limits.otpm >= 0;
    int64_t input = has_input ? input_level(naive, from_us) : 0;
    int64_t output = has_output ? output_level(naive, naive->sent_len, from_us) : 0;
    if (has_output)
        output = smaller(output, output_level(naive, naive->sent_len, last_us));
    *point = (struct simulate_point){ 0 };
    for (size_t i = 0; i < naive->sent_len; i++) {
        const struct naive_sent *sent = &naive->sent[i];
        int64_t under_way = 1;
        point->concurrency += sent->send_us < from_us && from_us < sent->end_us;
        if (has_output && sent->begin_us >= from_us && sent->begin_us <= last_us)
            output = smaller(output, output_level(naive, naive->sent_len, sent->begin_us));
        if (has_output && sent->end_us >= from_us && sent->end_us <= last_us)
            output = smaller(output, output_level(naive, naive->sent_len, sent->end_us));
        if (sent->send_us < from_us || sent->send_us >= to_us)
            continue;
        if (has_input)
            input = smaller(input, input_level(naive, sent->send_us));
        for (size_t j = 0; j < i; j++)
            under_way += naive->sent[j].end_us > sent->send_us;
        if (under_way > point->concurrency)
            point->concurrency = under_way;
        point->sent_len++;
    }
    point->input_level = input / unit;
    point->output_level = output / unit;
}

static void draw(const struct naive *naive, struct simulate_point *points,
                 struct simulate_result *result)
{
    for (size_t i = 0; i < naive->sent_len; i++)
        if (naive->sent[i].end_us > result->finish_us)
            result->finish_us = naive->sent[i].end_us;
    result->points = points;
    if (naive->sent_len == 0)
        return;
    result->point_us = FIRST_POINT_US;
    while (result->finish_us / result->point_us >= SIMULATE_POINTS_MAX)
        result->point_us *= 2;
    result->points_len = (size_t)(result->finish_us / result->point_us) + 1;
    for (size_t i = 0; i < result->points_len; i++) {
        const int64_t from_us = (int64_t)i * result->point_us;
        draw_point(naive, from_us, from_us + result->point_us, result->finish_us, &points[i]);
        if (i == 0 || points[i].input_level < result->input_low)
            result->input_low = points[i].input_level;
        if (i == 0 || points[i].output_level < result->output_low)
            result->output_low = points[i].output_level;
        if (points[i].concurrency > result->concurrency)
            result->concurrency = points[i].concurrency;
    }
}

static void add_up(struct simulate_result *result, const struct simulate_request *request,
                   const struct simulate_sent *sent, size_t index)
{
    if (result->outcomes[sent->outcome]++ == 0)
        result->first_index[sent->outcome] = index;
    if (sent->outcome != SIMULATE_SENT)
        return;
    result->last_send_us = sent->send_us;
    result->input_tokens += request->input_tokens;
    result->output_tokens += request->output_tokens;
    result->read_tokens += sent->read_tokens;
    result->write_5m_tokens += sent->write_5m_tokens;
    result->write_1h_tokens += sent->write_1h_tokens;
    if (sent->waited_us)
        result->waited_us[sent->limit] += sent->waited_us;
    if (sent->waited_us <= result->stall.waited_us)
        return;
    result->stall.from_us = sent->send_us - sent->waited_us;
    result->stall.waited_us = sent->waited_us;
    result->stall.index = index;
    result->stall.limit = sent->limit;
}

void naive_simulate(const struct simulate_options *options, const struct simulate_request *requests,
                    size_t len, struct simulate_sent *sents, struct simulate_point *points,
                    struct simulate_result *result)
{
    struct naive naive = { .options = options };
    assert(len <= NAIVE_REQUESTS_MAX);
    *result = (struct simulate_result){ .binding = SIMULATE_LIMITS_LEN,
                                        .stall.limit = SIMULATE_LIMITS_LEN };
    for (size_t i = 0; i < len; i++) {
        sents[i] = send_one(&naive, &requests[i]);
        add_up(result, &requests[i], &sents[i], i);
    }
    draw(&naive, points, result);
    for (enum simulate_limit i = SIMULATE_RPM; i < SIMULATE_LIMITS_LEN; i++)
        if (result->waited_us[i] > 0 && (result->binding == SIMULATE_LIMITS_LEN ||
                                         result->waited_us[i] > result->waited_us[result->binding]))
            result->binding = i;
}
