#include "net/retry.h"

#include "base/date.h"

enum { FIRST_MS = 500, LAST_MS = 8000, DAY_MS = 24 * 60 * 60 * 1000 };

static const double jitter_share = 0.25;

static bool is_digits(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

/* Milliseconds of "2" or "0.3" of a unit of unit_ms, of absurdly many a day; -1 when it is no such
 * number. */
static int64_t read_number(struct str text, int64_t unit_ms)
{
    struct str whole, digits;
    int64_t value = 0, number = 0, scale = unit_ms;
    bool has_point = str_cut(text, '.', &whole, &digits);
    if (!is_digits(whole) || (has_point && !is_digits(digits)))
        return -1;
    if (!str_to_int64(whole, DAY_MS, &value))
        return DAY_MS;
    value *= unit_ms;
    for (size_t i = 0; i < digits.len; i++) {
        if (!str_to_int64(str_slice(digits, i, i + 1), 9, &number))
            return -1;
        scale /= 10;
        value += number * scale;
    }
    return value;
}

int64_t retry_asked_ms(const struct retry_outcome *outcome)
{
    int64_t wait_ms = read_number(str_trim(outcome->retry_after_ms), 1), at_s = 0;
    struct str seconds = str_trim(outcome->retry_after);
    if (wait_ms <= 0)
        wait_ms = read_number(seconds, 1000);
    if (wait_ms < 0 && date_read_http(seconds, &at_s) && at_s > outcome->time_s)
        wait_ms = at_s - outcome->time_s < DAY_MS / 1000 ? (at_s - outcome->time_s) * 1000 : DAY_MS;
    return wait_ms < 0 ? 0 : wait_ms > DAY_MS ? DAY_MS : wait_ms;
}

static bool is_worth_a_try(const struct retry_outcome *outcome)
{
    long status = outcome->status;
    if (!outcome->is_answered)
        return outcome->may_pass;
    if (str_equal_c(outcome->should_retry, "true"))
        return true;
    if (str_equal_c(outcome->should_retry, "false"))
        return false;
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

/* After so many tries. */
static int64_t back_off_ms(int tries, double jitter)
{
    int64_t wait_ms = FIRST_MS;
    for (int i = 1; i < tries && wait_ms < LAST_MS; i++)
        wait_ms *= 2;
    return (int64_t)((double)wait_ms * (1 - jitter * jitter_share));
}

struct retry_advice retry_advise(const struct retry_outcome *outcome, int tries, int retries,
                                 double jitter)
{
    struct retry_advice advice = { .verdict = RETRY_GIVE_UP };
    if (outcome->is_answered && outcome->status == 200)
        return (struct retry_advice){ .verdict = RETRY_DONE };
    if (outcome->is_final)
        return (struct retry_advice){ .verdict = RETRY_STOP };
    advice.is_for_all = outcome->is_answered && outcome->status == 429;
    if (is_worth_a_try(outcome) && tries <= retries)
        advice.verdict = RETRY_AGAIN;
    advice.wait_ms = outcome->is_answered ? retry_asked_ms(outcome) : 0;
    if (!advice.wait_ms)
        advice.wait_ms = back_off_ms(tries, jitter);
    return advice;
}
