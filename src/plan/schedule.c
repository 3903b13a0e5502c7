#include "plan/schedule.h"

#include "json/write.h"

enum { MS_DIGITS = 3 }; /* microseconds */

bool schedule_begin(struct schedule *schedule, struct arena *arena, struct str path,
                    struct error *err)
{
    *schedule = (struct schedule){ 0 };
    return replace_begin(&schedule->replace, arena, path, err);
}

void schedule_add(struct schedule *schedule, const struct plan_record *record, struct str pool,
                  const struct simulate_sent *sent)
{
    FILE *out = schedule->replace.out;
    struct json_write json = { .out = out };
    if (sent->outcome != SIMULATE_SENT)
        return;
    json_write_begin(&json, '{');
    json_write_text_member(&json, "custom_id", record->custom_id);
    json_write_key(&json, "source");
    json_write_text(&json, record->source);
    json_write_integer_member(&json, "line", (int64_t)record->place.line);
    json_write_key(&json, "send_ms");
    json_write_decimal(&json, (double)sent->send_us / 1000, MS_DIGITS);
    json_write_text_member(&json, "pool", pool);
    json_write_end(&json, '}');
    putc('\n', out);
    schedule->sent_len++;
}

bool schedule_end(struct schedule *schedule, struct error *err)
{
    return replace_end(&schedule->replace, err);
}

void schedule_abandon(struct schedule *schedule)
{
    replace_abandon(&schedule->replace);
}
