/* An answer of the API: the first byte chooses the status and where an error is, the rest is the
 * body. */
#include "fuzz.h"

#include <string.h>

#include "count/count_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const long statuses[] = { 200, 200, 201, 301, 400, 401, 404, 413, 422, 429, 500, 529 };
    enum { STATUSES_LEN = sizeof statuses / sizeof statuses[0] };
    struct arena arena = { 0 };
    struct error err = { 0 };
    int64_t tokens = -1;
    if (!size)
        return 0;
    struct str body = fuzz_text(data + 1, size - 1);
    struct http_response response = {
        .status = statuses[data[0] % STATUSES_LEN],
        .body = body,
        .content_type = str_slice(body, 0, body.len < 99 ? body.len : 99),
        .retry_after = str_slice(body, 0, body.len < 3 ? body.len : 3),
    };
    struct str secret = STR("sk-secret");
    const struct count_answer_form form = {
        .tokens = "input_tokens",
        .error = data[0] & 0x80 ? NULL : "error",
        .base_url = "ANTHROPIC_BASE_URL",
        .secrets = { .items = &secret, .len = 1 },
    };
    enum count_result result = count_answer_read(&arena, &response, &form, &tokens, &err);
    if (result == COUNT_DONE)
        fuzz_expect(response.status == 200 && tokens >= 0 && tokens <= INT64_C(1) << 53,
                    "a count is a count");
    else
        fuzz_expect(err.text[0] && !strstr(err.text, "sk-secret") && !strpbrk(err.text, "\n\r\x1B"),
                    "an error is one printable line without the key");
    arena_free(&arena);
    return 0;
}
