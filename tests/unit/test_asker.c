/* The asker against a simulated API, in simulated time. */
#include "count/asker.h"

#include <stdlib.h>

#include "base/stream.h"
#include "json/tree.h"
#include "tap.h"

enum { FLYING_MAX = 256, TIMES_MAX = 131072 };

/* What the simulated API answers to one call. */
struct reply {
    bool is_lost;
    int64_t after_ms;
    struct http_response response;
};

struct flying {
    void *tag;
    int64_t due_ms;
    struct reply reply;
};

/* A play: the asker, the API, and the clock. */
struct play {
    struct asker *asker;
    int64_t now_ms;
    struct flying flying[FLYING_MAX];
    size_t flying_len, flying_most;
    size_t calls, answered, done, not_asked;
    int64_t call_ms[TIMES_MAX];
    struct ask *last;                                      /* answered last */
    struct reply (*reply)(struct play *, struct str body); /* of the API */
    const struct json_node *scenario, *step;
    int64_t latency_ms;
    size_t rpm;
    size_t remembered;
    bool is_recalling;
    unsigned chance;
};

static struct arena arena;
static struct play play;

static bool start(void *context, struct str url, struct str body, void *tag, struct error *err)
{
    (void)url;
    struct play *p = context;
    if (p->flying_len == FLYING_MAX)
        return error_set(err, "too many calls at once");
    if (p->calls < TIMES_MAX)
        p->call_ms[p->calls] = p->now_ms;
    p->calls++;
    struct reply reply = p->reply(p, body);
    p->flying[p->flying_len++] =
        (struct flying){ .tag = tag, .due_ms = p->now_ms + reply.after_ms, .reply = reply };
    if (p->flying_len > p->flying_most)
        p->flying_most = p->flying_len;
    return true;
}

static struct flying *first_due(struct play *p)
{
    struct flying *first = NULL;
    for (size_t i = 0; i < p->flying_len; i++)
        if (!first || p->flying[i].due_ms < first->due_ms)
            first = &p->flying[i];
    return first;
}

static bool next(void *context, struct transport_result *result)
{
    struct play *p = context;
    struct flying *first = first_due(p);
    if (!first || first->due_ms > p->now_ms)
        return false;
    *result = (struct transport_result){
        .tag = first->tag,
        .is_answered = !first->reply.is_lost,
        .may_pass = first->reply.is_lost,
        .response = first->reply.response,
    };
    if (first->reply.is_lost)
        error_set(&result->error, "lost the connection to api.example");
    *first = p->flying[--p->flying_len];
    return true;
}

static void cancel(void *context)
{
    ((struct play *)context)->flying_len = 0;
}

static void answered(void *context, struct ask *ask)
{
    struct play *p = context;
    p->answered++;
    p->done += ask->result == COUNT_DONE;
    p->not_asked += ask->result == COUNT_NOT_ASKED;
    p->last = ask;
}

/* The stand-in for a cache only counts. */
static void remember(struct cache *cache, const struct cache_key *key, int64_t tokens)
{
    (void)cache;
    play.remembered += key->bytes[0] == 7 && tokens >= 0;
}

/* It knows nothing, or what somebody else was told in the meantime. */
static bool recall(struct cache *cache, const struct cache_key *key, int64_t *tokens)
{
    (void)cache;
    *tokens = 77;
    return key->bytes[0] == 7 && play.is_recalling;
}

static struct asker_options usual(void)
{
    static struct str secret = STR_INIT("sk-secret");
    return (struct asker_options){
        .transport = { &play, start, next, cancel },
        .form = { .tokens = "input_tokens",
                  .error = "error",
                  .base_url = "ANTHROPIC_BASE_URL",
                  .secrets = { .items = &secret, .len = 1 } },
        .per_minute = 5000,
        .retries = 2,
        .deadline_ms = INT64_MAX,
        .answered = answered,
        .context = &play,
    };
}

/* Begins a play at some time of the clock that is not 0. */
static void begin(struct asker_options options, struct reply (*reply)(struct play *, struct str))
{
    play = (struct play){ .now_ms = 77000, .reply = reply, .latency_ms = 150, .chance = 1 };
    play.asker = asker_new(&options, play.now_ms);
}

/* Leaps from event to event until no more than so many asks are without an answer. */
static void run(size_t to_go)
{
    while (asker_tally(play.asker).to_go > to_go) {
        int64_t wake_ms = asker_step(play.asker, play.now_ms);
        const struct flying *first = first_due(&play);
        if (first && first->due_ms < wake_ms)
            wake_ms = first->due_ms;
        if (wake_ms == INT64_MAX)
            break; /* everything is answered, or never will be */
        play.now_ms = wake_ms > play.now_ms ? wake_ms : play.now_ms;
    }
}

static void end(void)
{
    asker_stop(play.asker, NULL);
    asker_free(play.asker);
}

static struct ask ask_for(struct str body)
{
    struct ask ask = { .body = body };
    ask_identify(&ask, 12345);
    return ask;
}

static struct reply count_reply(struct play *p, struct str body)
{
    (void)body;
    return (struct reply){
        .after_ms = p->latency_ms,
        .response = { .status = 200, .body = STR("{\"input_tokens\": 14}") },
    };
}

/* Scenarios */

static struct str error_body(const struct json_node *step)
{
    struct str type = json_get_text(step, "type"), message = json_get_text(step, "message");
    if (json_get(step, "body"))
        return json_get_text(step, "body");
    if (!type.len)
        return STR("{\"input_tokens\": 14}");
    return str_format(&arena,
                      "{\"type\":\"error\",\"error\":{\"type\":\"%.*s\",\"message\":\"%.*s\"}}",
                      STR_ARGS(type), STR_ARGS(message));
}

/* The next answer of the scenario; the last one repeats. */
static struct reply scenario_reply(struct play *p, struct str body)
{
    const struct json_node *answers = json_get(p->scenario, "answers");
    const struct json_node *step = p->step ? p->step->next : answers->first;
    const struct json_node *headers;
    (void)body;
    if (step)
        p->step = step;
    step = p->step;
    headers = json_get(step, "headers");
    return (struct reply){
        .is_lost = json_get_bool(step, "lost", false),
        .after_ms = json_get_integer(step, "after_ms", 1),
        .response = {
            .status = (long)json_get_integer(step, "status", 0),
            .body = error_body(step),
            .content_type = json_get_text(headers, "content-type"),
            .retry_after = json_get_text(headers, "retry-after"),
            .retry_after_ms = json_get_text(headers, "retry-after-ms"),
            .should_retry = json_get_text(headers, "x-should-retry"),
        },
    };
}

static const char *result_name(enum count_result result)
{
    static const char *const names[] = {
        [COUNT_DONE] = "counted",
        [COUNT_REFUSED] = "refused",
        [COUNT_UNAVAILABLE] = "unavailable",
        [COUNT_ENDED] = "ended",
        [COUNT_NOT_ASKED] = "not asked",
        [COUNT_NOT_COUNTED] = "not counted",
    };
    return names[result];
}

/* Chance takes up to a quarter off either wait. */
static bool are_gaps(const struct json_node *gaps)
{
    size_t i = 0;
    if (play.calls != gaps->len + 1)
        return false;
    for (const struct json_node *gap = gaps->first; gap; gap = gap->next, i++) {
        int64_t recorded_ms = 0, got_ms = play.call_ms[i + 1] - play.call_ms[i];
        if (!str_to_int64(gap->text, 1000000, &recorded_ms) || got_ms * 10 < recorded_ms * 7 ||
            got_ms * 10 > recorded_ms * 14)
            return false;
    }
    return true;
}

static void play_scenario(const struct json_node *scenario, uint64_t seed)
{
    struct asker_options options = usual();
    struct ask ask = ask_for(STR("x"));
    int64_t deadline_ms = json_get_integer(scenario, "deadline_ms", 0);
    struct str want = json_get_text(scenario, "want"), text = json_get_text(scenario, "text");
    options.retries = (int)json_get_integer(scenario, "retries", 2);
    options.seed = seed;
    options.deadline_ms = deadline_ms ? 77000 + deadline_ms : INT64_MAX;
    begin(options, scenario_reply);
    play.scenario = scenario;
    asker_add(play.asker, &ask);
    run(0);
    bool is_right = play.answered == 1 && are_gaps(json_get(scenario, "gaps_ms")) &&
                    (str_equal_c(want, result_name(ask.result)) ||
                     (str_equal_c(want, "failed") && ask.result != COUNT_DONE)) &&
                    strstr(ask.error.text, str_to_c(&arena, text)) &&
                    (ask.result == COUNT_DONE ? ask.tokens == 14 : ask.error.text[0]);
    struct str name = json_get_text(scenario, "name");
    if (!ok(is_right, str_to_c(&arena, name)))
        printf("# %zu calls, %s: %s\n", play.calls, result_name(ask.result), ask.error.text);
    end();
}

static void test_scenarios(const char *path, size_t least)
{
    struct str text;
    struct error err = { 0 };
    struct json_problem problem;
    if (!ok(file_read(&arena, path, 1 << 20, &text, &err), "the scenarios"))
        return;
    const struct json_node *root = json_parse(&arena, text, &problem);
    const struct json_node *scenarios = json_get(root, "scenarios");
    ok(scenarios && scenarios->len > least, "there are some");
    for (const struct json_node *each = scenarios ? scenarios->first : NULL; each;
         each = each->next)
        for (uint64_t seed = 0; seed < 8; seed++)
            play_scenario(each, seed * 7919);
}

/* Pace */

/* An API that counts strictly: within any minute no more than the limit, and within any second no
 * more than a 60th of it. Calls arrive a few milliseconds sooner or later than they were sent. */
static struct reply strict_reply(struct play *p, struct str body)
{
    static int64_t arrived_ms[TIMES_MAX];
    static size_t len;
    const int64_t windows_ms[] = { 60000, 1000 };
    if (p->calls == 1)
        len = 0;
    p->chance = p->chance * 1103515245U + 12345U;
    int64_t at_ms = p->now_ms + (int64_t)((p->chance >> 16) % 4);
    size_t recent = len < 2 * p->rpm ? len : 2 * p->rpm;
    arrived_ms[len++ % TIMES_MAX] = at_ms;
    for (size_t i = 0; i < 2; i++) {
        size_t limit = p->rpm / (size_t)(60000 / windows_ms[i]), within = 1;
        for (size_t j = 0; j < recent && within <= limit; j++) {
            int64_t before_ms = arrived_ms[(len - 2 - j) % TIMES_MAX];
            if (before_ms <= at_ms - windows_ms[i] - 4)
                break;
            within += before_ms > at_ms - windows_ms[i];
        }
        if (within > limit)
            return (struct reply){ .after_ms = 150,
                                   .response = { .status = 429, .retry_after = STR("1") } };
    }
    return count_reply(p, body);
}

enum { HALF = 2048 };

static struct ask asks[2 * HALF];

/* So many different bodies, as threads with chunks hand them in: the next ones while some are on
 * their way. */
static void ask_many(size_t total)
{
    static char bodies[2 * HALF][24];
    for (size_t i = 0; i < total; i++) {
        size_t at = i % (2 * HALF);
        int size = snprintf(bodies[at], sizeof bodies[at], "body %zu", i);
        if (i % HALF == 0)
            run(HALF / 2);
        asks[at] = ask_for((struct str){ bodies[at], (size_t)size });
        asks[at].has_key = true;
        asks[at].key.bytes[0] = 7;
        asker_add(play.asker, &asks[at]);
    }
    run(0);
}

static void test_pace(size_t rpm, size_t total, int64_t latency_ms)
{
    struct asker_options options = usual();
    options.per_minute = (int64_t)rpm;
    begin(options, strict_reply);
    play.rpm = rpm;
    play.latency_ms = latency_ms;
    ask_many(total);
    int64_t took_ms = play.now_ms - 77000, allowed_ms = (int64_t)(total * 60000 / rpm);
    double share = 100.0 * (double)allowed_ms / (double)took_ms;
    struct asker_tally tally = asker_tally(play.asker);
    printf("# %zu at %zu a minute, %lld ms each: %.1f s, %.2f%% of the limit used, %zu answers of "
           "429, at most %zu at once\n",
           total, rpm, (long long)latency_ms, (double)took_ms / 1000, share, tally.limited,
           play.flying_most);
    ok(play.done == total && play.calls == total, "every body is asked for once and counted");
    ok(!tally.limited, "no 429");
    ok(share >= 97, "97 % of the limit are used");
    end();
}

/* An API whose limit is lower than stated: a token bucket that says how long to wait. */
static struct reply lower_reply(struct play *p, struct str body)
{
    static int64_t full_at_ms;
    int64_t each_ms = 60000 / (int64_t)p->rpm;
    if (p->calls == 1)
        full_at_ms = 0;
    if (full_at_ms < p->now_ms)
        full_at_ms = p->now_ms;
    if (full_at_ms - p->now_ms >= 10 * each_ms)
        return (struct reply){ .after_ms = p->latency_ms,
                               .response = { .status = 429, .retry_after = STR("2") } };
    full_at_ms += each_ms;
    return count_reply(p, body);
}

static void test_lower(size_t rpm)
{
    struct asker_options options = usual();
    options.retries = 2;
    begin(options, lower_reply);
    play.rpm = rpm;
    ask_many(2000);
    struct asker_tally tally = asker_tally(play.asker);
    printf("# a limit of %zu where 5000 are stated: %zu of 2000 counted in %.0f s, %zu answers of "
           "429\n",
           rpm, tally.counted, (double)(play.now_ms - 77000) / 1000, tally.limited);
    ok(tally.counted >= 1980, "a limit lower than stated is found");
    end();
}

/* Everything else */

/* Through some doors the model is in the URL alone. */
static void test_two_urls(void)
{
    struct ask two[3] = { ask_for(STR("a")), ask_for(STR("a")), ask_for(STR("a")) };
    for (size_t i = 0; i < 3; i++) {
        two[i].url = i ? STR("https://x/two") : STR("https://x/one");
        ask_identify(&two[i], 1);
    }
    begin(usual(), count_reply);
    for (size_t i = 0; i < 3; i++)
        asker_add(play.asker, &two[i]);
    run(0);
    ok(play.done == 3 && play.calls == 2, "one body at two addresses is asked for twice");
    end();
}

static void test_joined(void)
{
    struct ask same[4] = { ask_for(STR("a")), ask_for(STR("a")), ask_for(STR("b")),
                           ask_for(STR("a")) };
    begin(usual(), count_reply);
    for (size_t i = 0; i < 3; i++)
        asker_add(play.asker, &same[i]);
    run(0);
    ok(play.done == 3 && play.calls == 2, "equal bodies are asked for once");
    asker_add(play.asker, &same[3]);
    ok(play.done == 4 && same[3].tokens == 14 && play.calls == 2, "also later");
    end();
}

static struct reply refuse_a(struct play *p, struct str body)
{
    struct reply reply = count_reply(p, body);
    if (str_equal(body, STR("a")))
        reply.response = (struct http_response){
            .status = 400,
            .body = STR("{\"error\":{\"type\":\"t\",\"message\":\"no sk-secret\"}}"),
        };
    return reply;
}

static void test_one_refused(void)
{
    struct ask some[3] = { ask_for(STR("a")), ask_for(STR("b")), ask_for(STR("a")) };
    begin(usual(), refuse_a);
    for (size_t i = 0; i < 3; i++)
        asker_add(play.asker, &some[i]);
    run(0);
    ok(play.calls == 2 && play.done == 1, "one is refused, the other counted");
    ok(some[0].result == COUNT_REFUSED && some[2].result == COUNT_REFUSED &&
           strcmp(some[0].error.text, "the API answered 400 t: no [key]") == 0 &&
           strcmp(some[2].error.text, some[0].error.text) == 0,
       "with the API's words and without the key, also where it was joined");
    end();
}

static struct reply lost_reply(struct play *p, struct str body)
{
    (void)p, (void)body;
    return (struct reply){ .is_lost = true, .after_ms = 3 };
}

static void test_unreachable(void)
{
    struct asker_options options = usual();
    options.seed = 99;
    begin(options, lost_reply);
    ask_many(500);
    ok(play.calls == 3, "where nobody answers, one request is tried three times");
    ok(asks[0].result == COUNT_UNAVAILABLE && asks[0].error.text[0], "the first one says why");
    ok(play.not_asked == 499 && !asks[1].error.text[0], "no other is asked");
    struct ask late = ask_for(STR("late"));
    asker_add(play.asker, &late);
    ok(late.result == COUNT_NOT_ASKED, "nor any that comes later");
    end();
}

static struct reply refused_key(struct play *p, struct str body)
{
    struct reply reply = count_reply(p, body);
    reply.response.status = 401;
    reply.response.body = STR("{\"error\":{\"type\":\"t\",\"message\":\"m\"}}");
    return reply;
}

static struct reply page_reply(struct play *p, struct str body)
{
    struct reply reply = count_reply(p, body);
    reply.response.body = STR("<html>please log in</html>");
    return reply;
}

static void test_ended(void)
{
    begin(usual(), refused_key);
    ask_many(500);
    ok(play.calls == 1 && play.not_asked == 499 && asks[0].result == COUNT_ENDED,
       "a refused key is refused once");
    end();
    begin(usual(), page_reply);
    ask_many(500);
    size_t said = 500 - play.not_asked;
    ok(said == 10 && play.calls < 30, "ten answers in a row that make no sense are enough");
    end();
}

static void test_deadline(void)
{
    struct asker_options options = usual();
    options.deadline_ms = 77000 + 2000;
    begin(options, count_reply);
    ask_many(1000);
    ok(play.now_ms == 79000 && play.answered == 1000, "the deadline ends a run at once");
    ok(play.done > 140 && play.done < 170, "what was counted by then is counted");
    ok(asks[999].result == COUNT_NOT_ASKED && strstr(asks[999].error.text, "--deadline"),
       "the others say why they are not");
    ok(!play.flying_len, "and nothing is under way any more");
    end();
}

static void test_remembered(void)
{
    static int cache;
    struct asker_options options = usual();
    options.cache = (struct cache *)&cache;
    options.remember = remember;
    options.recall = recall;
    begin(options, count_reply);
    ask_many(100);
    ok(play.remembered == 100, "every count is remembered");
    end();
    begin(options, page_reply);
    ask_many(5);
    ok(!play.remembered && play.answered == 5, "and nothing else");
    end();
    begin(options, count_reply);
    play.is_recalling = true;
    ask_many(5);
    ok(play.done == 5 && !play.remembered && play.last->tokens == 77,
       "what the cache has got since is not asked for");
    end();
}

static bool refuse_start(void *context, struct str url, struct str body, void *tag,
                         struct error *err)
{
    (void)context, (void)url, (void)body, (void)tag;
    return error_set(err, "libcurl cannot call: out of memory");
}

static void test_no_start(void)
{
    struct asker_options options = usual();
    options.transport.start = refuse_start;
    begin(options, count_reply);
    ask_many(30);
    ok(play.answered == 30 && play.not_asked == 20,
       "a transport that cannot start fails, ten times");
    end();
    asker_free(NULL);
}

int main(int argc, char **argv)
{
    test_scenarios(argc > 1 ? argv[1] : "fixtures/tries.json", argc > 1 ? 0 : 40);
    if (argc > 1)
        return tap_done();
    test_joined();
    test_two_urls();
    test_one_refused();
    test_unreachable();
    test_ended();
    test_deadline();
    test_remembered();
    test_no_start();
    test_pace(5000, 100000, 150);
    test_pace(5000, 10000, 150);
    test_pace(5000, 30000, 1000);
    test_pace(10000, 10000, 150);
    test_pace(20000, 20000, 150);
    test_lower(4000);
    test_lower(1000);
    test_lower(100);
    arena_free(&arena);
    return tap_done();
}
