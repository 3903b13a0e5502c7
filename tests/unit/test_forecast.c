/* Output expected by answers there were. */
#include "plan/forecast.h"

#include "scratch.h"
#include "tap.h"

static struct arena arena;
static const atomic_bool interrupted;

/* Gives the stream what it would read from a file of this name. */
static bool read_text(struct forecast *forecast, struct str text, struct error *err)
{
    struct stream stream;
    FILE *file = fopen("results", "wb");
    if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0 ||
        !stream_open(&stream, "results", err))
        return false;
    const bool is_read = forecast_read(forecast, &stream, &interrupted, err);
    stream_close(&stream);
    remove("results");
    return is_read;
}

static void add_answer(struct buf *text, const char *id, int tokens)
{
    buf_format(text,
               "{\"custom_id\":\"%s\",\"result\":{\"type\":\"succeeded\",\"message\":{\"usage\":{"
               "\"input_tokens\":1,\"output_tokens\":%d}}}}\n",
               id, tokens);
}

static int64_t expected(const struct forecast *forecast, const char *id, bool has_label)
{
    bool has = !has_label;
    const int64_t tokens = forecast_tokens(forecast, str_from_c(id), &has);
    return has == has_label ? tokens : -1;
}

static void test_means(void)
{
    struct forecast forecast = { .arena = &arena };
    struct buf text = { .arena = &arena };
    struct error err = { 0 };
    add_answer(&text, "a-1", 1);
    add_answer(&text, "a-2", 2);
    add_answer(&text, "b-1", 9);
    add_answer(&text, "77", 4);
    ok(read_text(&forecast, buf_str(&text), &err), "answers are read");
    ok(expected(&forecast, "a-99", true) == 2, "the mean of a label, rounded up from a half");
    ok(expected(&forecast, "b-3", true) == 9, "of another label");
    ok(expected(&forecast, "5", true) == 4, "of ids that are numbers alone");
    ok(expected(&forecast, "c-1", false) == 4, "the mean of all for a label nobody answered");
    ok(expected(&forecast, "", false) == 4, "and for a request without an id");
    ok(!read_text(&forecast, STR("{\"custom_id\":\"x\",\"params\":{}}\n"), &err),
       "a manifest is refused");
}

static void test_again(void)
{
    struct forecast forecast = { .arena = &arena };
    struct buf text = { .arena = &arena };
    struct error err = { 0 };
    buf_add(&text, STR("{\"custom_id\":\"a-1\",\"result\":{\"type\":\"expired\"}}\n"));
    add_answer(&text, "a-2", 4);
    add_answer(&text, "a-3", 8);
    add_answer(&text, "a-2", 1000);
    add_answer(&text, "a-1", 1000);
    add_answer(&text, "a-2", 1000);
    ok(read_text(&forecast, buf_str(&text), &err), "answers are read");
    ok(forecast.again == 3 && forecast.again_place.line == 4 &&
           str_equal(forecast.again_id, STR("a-2")),
       "second results are counted, the first has its place");
    ok(forecast.all.answers == 2 && expected(&forecast, "a-4", true) == 6,
       "and the first of each counts, whatever it was");
}

static void test_many_labels(void)
{
    enum { LABELS = 10000 };
    struct forecast forecast = { .arena = &arena };
    struct buf text = { .arena = &arena };
    struct error err = { 0 };
    char id[16];
    for (int i = 0; i <= LABELS; i++) {
        for (int j = 0, rest = i; j < 5; j++, rest /= 10)
            id[j] = (char)('g' + rest % 10);
        id[5] = '\0';
        add_answer(&text, id, i < LABELS ? 10 : 10010 + 10);
    }
    ok(read_text(&forecast, buf_str(&text), &err), "one label too many is read");
    ok(forecast.labels.len == LABELS && forecast.all.answers == LABELS + 1,
       "10,000 are told apart, and all answers count");
    ok(expected(&forecast, id, false) == 11, "the last one is expected to take the mean");
    ok(expected(&forecast, "ggggg", true) == 10, "the first one what it took");
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_means();
    test_again();
    test_many_labels();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
