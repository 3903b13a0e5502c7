#include "plan/simulate.h"

#include "plan/bucket.h"
#include "plan/curve.h"
#include "plan/output.h"
#include "plan/warm.h"

struct simulate {
    struct simulate_options options;
    bool has_rpm, has_itpm, has_otpm;
    struct bucket requests; /* RPM */
    struct output output;   /* OTPM: what will be */
    struct curve curve;     /* ITPM, and OTPM as it was */
    struct warm warm;
    size_t index;     /* of the next request */
    int64_t since_us; /* when the last one was sent */
    struct simulate_result result;
};

/* One request on its way, with what is in the cache for it as its turn comes. */
struct candidate {
    int64_t input_tokens, output_tokens, lasts_us;
    struct plan_prefix prefixes[PLAN_PREFIXES_MAX]; /* that are long enough */
    struct warm_entry entries[PLAN_PREFIXES_MAX];
    size_t prefixes_len;
};

static int64_t within(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

struct simulate *simulate_new(struct arena *arena, const struct simulate_options *options)
{
    struct simulate *simulate = ARENA_NEW(arena, struct simulate);
    const struct simulate_options use = simulate_options_within(options);
    const struct rate_limit limits = use.limits;
    const int64_t start = use.start_permille;
    *simulate = (struct simulate){
        .options = use,
        .has_rpm = limits.rpm != CATALOG_UNKNOWN,
        .has_itpm = limits.itpm != CATALOG_UNKNOWN,
        .has_otpm = limits.otpm != CATALOG_UNKNOWN,
        .warm = { .arena = arena, .entries_max = use.cache_entries_max },
        .result = { .binding = SIMULATE_LIMITS_LEN, .stall.limit = SIMULATE_LIMITS_LEN },
    };
    struct bucket input = { 0 }, output = { 0 };
    if (simulate->has_rpm)
        simulate->requests = bucket_new(limits.rpm, within(use.burst, 0, limits.rpm), start);
    if (simulate->has_itpm)
        input = bucket_new(limits.itpm, limits.itpm, start);
    if (simulate->has_otpm)
        output = bucket_new(limits.otpm, limits.otpm, start);
    output_init(&simulate->output, arena, within(limits.otpm, 0, SIMULATE_LIMIT_MAX), start,
                use.output_speed);
    curve_init(&simulate->curve, arena, input, output, simulate->output.speed);
    return simulate;
}

/* Whole microseconds: one that is begun counts. */
static int64_t lasts_us(const struct simulate *simulate, int64_t tokens)
{
    const int64_t speed = simulate->options.output_speed;
    return (tokens * 1000000 + speed - 1) / speed;
}

static struct candidate read_request(const struct simulate *simulate,
                                     const struct simulate_request *request)
{
    struct candidate candidate = {
        .input_tokens = within(request->input_tokens, 0, SIMULATE_LIMIT_MAX + 1),
        .output_tokens = within(request->output_tokens, 0, SIMULATE_OUTPUT_MAX),
    };
    candidate.lasts_us = lasts_us(simulate, candidate.output_tokens);
    int64_t before = 0; /* a prefix is not shorter than the one before it, nor longer than all */
    for (size_t i = 0; i < request->prefixes_len && i < PLAN_PREFIXES_MAX; i++) {
        struct plan_prefix prefix = request->prefixes[i];
        prefix.tokens = within(prefix.tokens, before, candidate.input_tokens);
        if (prefix.tokens == 0 || prefix.tokens < request->min_cacheable_tokens)
            continue;
        before = prefix.tokens;
        candidate.entries[candidate.prefixes_len] = warm_find(&simulate->warm, prefix.hash);
        candidate.prefixes[candidate.prefixes_len++] = prefix;
    }
    return candidate;
}

/* How many of its prefixes are read when it is sent then: all up to the longest that can be. */
static size_t read_len(const struct candidate *candidate, int64_t now_us)
{
    size_t len = candidate->prefixes_len;
    while (len > 0 && (candidate->entries[len - 1].readable_us > now_us ||
                       candidate->entries[len - 1].expires_us <= now_us))
        len--;
    return len;
}

static int64_t input_units(const struct simulate *simulate, const struct candidate *candidate,
                           int64_t now_us)
{
    const size_t len = read_len(candidate, now_us);
    const int64_t free_tokens =
        len > 0 && !simulate->options.reads_count ? candidate->prefixes[len - 1].tokens : 0;
    return simulate->has_itpm ? (candidate->input_tokens - free_tokens) * BUCKET_UNITS : 0;
}

/* When one of its entries next becomes readable or expires; INT64_MAX: never. */
static int64_t next_change_us(const struct candidate *candidate, int64_t now_us)
{
    int64_t next_us = INT64_MAX;
    for (size_t i = 0; i < candidate->prefixes_len; i++) {
        const struct warm_entry entry = candidate->entries[i];
        if (entry.readable_us > now_us && entry.readable_us < next_us)
            next_us = entry.readable_us;
        if (entry.expires_us > now_us && entry.expires_us < next_us)
            next_us = entry.expires_us;
    }
    return next_us;
}

/* The first time, not before from_us, when the bucket has what it takes then; INT64_MAX: never. */
static int64_t input_when(const struct simulate *simulate, const struct candidate *candidate,
                          int64_t from_us)
{
    for (;;) {
        const int64_t units = input_units(simulate, candidate, from_us);
        const int64_t when_us = bucket_when(&simulate->curve.input, units, from_us);
        const int64_t change_us = next_change_us(candidate, from_us);
        if (when_us < change_us || change_us == INT64_MAX)
            return when_us;
        from_us = change_us;
    }
}

/* When each of the limits but ITPM lets it go, not before the last one was sent. */
static void find_whens(const struct simulate *simulate, const struct candidate *candidate,
                       int64_t whens_us[SIMULATE_ITPM])
{
    const int64_t since_us = simulate->since_us, latency_us = simulate->options.latency_us;
    for (size_t i = 0; i < SIMULATE_ITPM; i++)
        whens_us[i] = since_us;
    if (simulate->has_rpm)
        whens_us[SIMULATE_RPM] = bucket_when(&simulate->requests, BUCKET_UNITS, since_us);
    if (simulate->has_otpm)
        whens_us[SIMULATE_OTPM] =
            output_when(&simulate->output, since_us + latency_us, candidate->lasts_us);
    if (simulate->has_otpm && whens_us[SIMULATE_OTPM] != INT64_MAX)
        whens_us[SIMULATE_OTPM] -= latency_us;
    if (simulate->options.concurrency)
        whens_us[SIMULATE_CONCURRENCY] =
            curve_when(&simulate->curve, (size_t)simulate->options.concurrency, since_us);
}

/* Sets when it is sent and what it waited for last, or that it is not. */
static struct simulate_sent find_turn(const struct simulate *simulate,
                                      const struct candidate *candidate)
{
    int64_t whens_us[SIMULATE_ITPM];
    int64_t turn_us = simulate->since_us;
    struct simulate_sent sent = { .limit = SIMULATE_LIMITS_LEN };
    find_whens(simulate, candidate, whens_us);
    for (enum simulate_limit i = SIMULATE_RPM; i < SIMULATE_ITPM; i++)
        if (whens_us[i] > turn_us) {
            turn_us = whens_us[i];
            sent.limit = i;
        }
    sent.send_us = turn_us == INT64_MAX ? turn_us : input_when(simulate, candidate, turn_us);
    if (sent.send_us > turn_us)
        sent.limit = SIMULATE_ITPM;
    if (whens_us[SIMULATE_RPM] == INT64_MAX)
        return (struct simulate_sent){ .outcome = SIMULATE_NEVER_RPM };
    if (whens_us[SIMULATE_OTPM] == INT64_MAX)
        return (struct simulate_sent){ .outcome = SIMULATE_NEVER_OTPM };
    if (sent.send_us == INT64_MAX)
        return (struct simulate_sent){ .outcome = SIMULATE_NEVER_ITPM };
    if (sent.send_us > SIMULATE_TIME_MAX)
        return (struct simulate_sent){ .outcome = SIMULATE_TOO_LATE };
    sent.waited_us = sent.send_us - simulate->since_us;
    return sent;
}

/* Keeps the prefix alive that is read, and writes those after it. */
static void use_cache(struct simulate *simulate, const struct candidate *candidate,
                      struct simulate_sent *sent)
{
    const size_t len = read_len(candidate, sent->send_us);
    const int64_t readable_us = sent->send_us + simulate->options.latency_us;
    int64_t before = len > 0 ? candidate->prefixes[len - 1].tokens : 0;
    sent->read_tokens = before;
    if (candidate->prefixes_len > 0)
        warm_expire(&simulate->warm, sent->send_us);
    for (size_t i = len > 0 ? len - 1 : 0; i < candidate->prefixes_len; i++) {
        const struct plan_prefix prefix = candidate->prefixes[i];
        const int64_t expires_us = sent->send_us + (prefix.is_1h ? WARM_1H_US : WARM_5M_US);
        if (!warm_write(&simulate->warm, prefix.hash, readable_us, expires_us))
            simulate->result.cache_forgotten++;
        *(prefix.is_1h ? &sent->write_1h_tokens : &sent->write_5m_tokens) += prefix.tokens - before;
        before = prefix.tokens;
    }
}

static void send_it(struct simulate *simulate, const struct candidate *candidate,
                    struct simulate_sent *sent)
{
    const int64_t begin_us = sent->send_us + simulate->options.latency_us;
    sent->end_us = begin_us + candidate->lasts_us;
    if (simulate->has_rpm)
        bucket_take(&simulate->requests, BUCKET_UNITS, sent->send_us);
    if (simulate->has_otpm)
        output_add(&simulate->output, begin_us, candidate->lasts_us);
    curve_go_on(&simulate->curve, sent->send_us);
    curve_add(&simulate->curve, input_units(simulate, candidate, sent->send_us), begin_us,
              sent->end_us);
    use_cache(simulate, candidate, sent);
    simulate->since_us = sent->send_us;
}

static void tally(struct simulate_result *result, const struct candidate *candidate,
                  const struct simulate_sent *sent, size_t index)
{
    result->last_send_us = sent->send_us;
    result->input_tokens += candidate->input_tokens;
    result->output_tokens += candidate->output_tokens;
    result->read_tokens += sent->read_tokens;
    result->write_5m_tokens += sent->write_5m_tokens;
    result->write_1h_tokens += sent->write_1h_tokens;
    if (sent->waited_us == 0)
        return;
    result->waited_us[sent->limit] += sent->waited_us;
    if (sent->waited_us <= result->stall.waited_us)
        return;
    result->stall.from_us = sent->send_us - sent->waited_us;
    result->stall.waited_us = sent->waited_us;
    result->stall.index = index;
    result->stall.limit = sent->limit;
}

struct simulate_sent simulate_add(struct simulate *simulate, const struct simulate_request *request)
{
    const size_t index = simulate->index++;
    const struct candidate candidate = read_request(simulate, request);
    struct simulate_sent sent = find_turn(simulate, &candidate);
    if (simulate->result.outcomes[sent.outcome]++ == 0)
        simulate->result.first_index[sent.outcome] = index;
    if (sent.outcome == SIMULATE_SENT) {
        send_it(simulate, &candidate, &sent);
        tally(&simulate->result, &candidate, &sent, index);
    } else {
        sent.limit = SIMULATE_LIMITS_LEN;
    }
    return sent;
}

void simulate_end(struct simulate *simulate, struct simulate_result *result)
{
    struct curve *curve = &simulate->curve;
    curve_end(curve);
    *result = simulate->result;
    result->finish_us = curve->end_us;
    result->points = curve->points;
    result->points_len = curve->points_len;
    result->point_us = curve->points_len ? curve->point_us : 0;
    int64_t most_us = 0;
    for (enum simulate_limit i = 0; i < SIMULATE_LIMITS_LEN; i++)
        if (result->waited_us[i] > most_us) {
            most_us = result->waited_us[i];
            result->binding = i;
        }
    for (size_t i = 0; i < curve->points_len; i++) {
        const struct simulate_point point = curve->points[i];
        if (i == 0 || point.input_level < result->input_low)
            result->input_low = point.input_level;
        if (i == 0 || point.output_level < result->output_low)
            result->output_low = point.output_level;
        if (point.concurrency > result->concurrency)
            result->concurrency = point.concurrency;
    }
}
