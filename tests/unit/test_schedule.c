/* The file of send times: one line for each request that is sent. */
#include "plan/schedule.h"

#include <stdlib.h>

#include "base/stream.h"
#include "scratch.h"
#include "tap.h"

static const char expected[] =
    "{\"custom_id\": \"a\", \"source\": \"b\\\"\xc3\xa9.jsonl\", \"line\": 1, "
    "\"send_ms\": 0.000, \"pool\": \"opus-5\"}\n"
    "{\"custom_id\": null, \"source\": \"b\\\"\xc3\xa9.jsonl\", \"line\": 3, "
    "\"send_ms\": 60000.001, \"pool\": null}\n";

int main(void)
{
    struct scratch scratch;
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct schedule schedule;
    struct plan_record record = {
        .source = STR("b\"\xc3\xa9.jsonl"),
        .place = { 1, 1 },
        .custom_id = STR("a"),
    };
    struct simulate_sent sent = { .outcome = SIMULATE_SENT };
    struct str content = { 0 };
    scratch_make(&scratch);
    ok(schedule_begin(&schedule, &arena, STR("times.jsonl"), &err), "a schedule begins");
    schedule_add(&schedule, &record, STR("opus-5"), &sent);
    record.place.line = 2;
    sent.outcome = SIMULATE_NEVER_ITPM;
    schedule_add(&schedule, &record, STR("opus-5"), &sent);
    record.custom_id = (struct str){ 0 };
    record.place.line = 3;
    sent = (struct simulate_sent){ .outcome = SIMULATE_SENT, .send_us = 60000001 };
    schedule_add(&schedule, &record, (struct str){ 0 }, &sent);
    ok(schedule_end(&schedule, &err) && schedule.sent_len == 2, "and ends");
    ok(file_read(&arena, "times.jsonl", 1 << 20, &content, &err), "it can be read");
    is_str(content, expected, "what is sent has a line, to the microsecond");
    ok(schedule_begin(&schedule, &arena, STR("times.jsonl"), &err), "another one");
    schedule_add(&schedule, &record, STR("opus-5"), &sent);
    schedule_abandon(&schedule);
    ok(file_read(&arena, "times.jsonl", 1 << 20, &content, &err), "that is given up");
    is_str(content, expected, "leaves the first");
    ok(!schedule_begin(&schedule, &arena, STR("none/times.jsonl"), &err) &&
           err.kind == ERROR_FAILED,
       "a file that cannot be written");
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
