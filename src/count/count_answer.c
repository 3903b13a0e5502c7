#include "count/count_answer.h"

#include "base/utf8.h"
#include "json/tree.h"

enum { MESSAGE_MAX = 300, WORD_MAX = 60 };

#define TOKENS_MAX      (INT64_C(1) << 53) /* what JSON numbers can tell apart (RFC 8259, section 6) */
#define RETRY_AFTER_MAX INT64_C(31622400) /* a year in seconds */

struct answer {
    struct arena *arena;
    const struct http_response *response;
    const struct count_answer_form *form;
    const struct json_node *error; /* of the API; NULL: the body is none of its errors */
    struct str type, message;      /* of the error, for display */
};

/* The length of the longest secret that the text starts with; 0: none. */
static size_t secret_len(const struct answer *answer, struct str text)
{
    size_t len = 0;
    const struct strs *secrets = &answer->form->secrets;
    for (size_t i = 0; i < secrets->len; i++)
        if (secrets->items[i].len > len && str_starts(text, secrets->items[i]))
            len = secrets->items[i].len;
    return len;
}

/* The text with the secrets taken out and safe to print. */
static struct str show(const struct answer *answer, struct str text, size_t max_len)
{
    struct buf shown = { .arena = answer->arena };
    size_t at = 0, from = 0;
    while (at < text.len) {
        size_t len = secret_len(answer, str_slice(text, at, text.len));
        if (!len) {
            at++;
            continue;
        }
        buf_add(&shown, str_slice(text, from, at));
        buf_add(&shown, STR("[key]"));
        from = at += len;
    }
    buf_add(&shown, str_slice(text, from, text.len));
    return utf8_printable(answer->arena, str_trim(buf_str(&shown)), max_len);
}

static enum count_result no_count(const struct answer *answer, struct error *err, const char *what,
                                  const char *why, struct str value)
{
    struct str shown = show(answer, value, MESSAGE_MAX);
    error_set(err, "the API answered 200 without a count: %s%s%.*s", what, why, STR_ARGS(shown));
    return COUNT_UNAVAILABLE;
}

static enum count_result read_count(const struct answer *answer, int64_t *tokens, struct error *err)
{
    struct json_problem problem = { 0 };
    struct str body = answer->response->body;
    const char *name = answer->form->tokens;
    if (!str_trim(body).len)
        return no_count(answer, err, "", "the body is empty", STR(""));
    const struct json_node *root = json_parse(answer->arena, body, &problem);
    if (!root)
        return no_count(answer, err, "", "the body is not JSON: ", str_from_c(problem.text));
    if (root->type != JSON_OBJECT)
        return no_count(answer, err, "", "the body is ", str_from_c(json_type_name(root->type)));
    const struct json_node *failed = json_get(root, answer->form->error ? answer->form->error : "");
    if (failed && failed->type == JSON_OBJECT)
        return no_count(answer, err, "",
                        "the body is an error: ", json_get_text(failed, "message"));
    const struct json_node *node = json_get(root, name);
    if (!node)
        return no_count(answer, err, "no ", str_format(answer->arena, "%s in the body", name).ptr,
                        STR(""));
    if (node->type != JSON_NUMBER)
        return no_count(answer, err, name, " is ", str_from_c(json_type_name(node->type)));
    if (!str_to_int64(node->text, TOKENS_MAX, tokens) || !*tokens) /* a message costs some */
        return no_count(answer, err, name, " is no integer from 1 to 2^53 but ", node->text);
    return COUNT_DONE;
}

/* The error in the body. The edge before the API leaves out its outer "type", so that is not asked
 * for. */
static void read_error(struct answer *answer)
{
    struct json_problem problem = { 0 };
    const struct json_node *root = json_parse(answer->arena, answer->response->body, &problem);
    const char *member = answer->form->error;
    const struct json_node *error = member ? json_get(root, member) : root;
    struct str message = str_trim(json_get_text(error, "message"));
    if (!message.len && !member) /* Amazon writes it so where it refuses the caller */
        message = str_trim(json_get_text(error, "Message"));
    if (!message.len)
        return;
    if (str_ends(message, STR(".")))
        message.len--;
    answer->error = error;
    answer->type = show(answer, json_get_text(error, "type"), WORD_MAX);
    answer->message = show(answer, message, MESSAGE_MAX);
}

static bool is_spend_limit(const struct answer *answer)
{
    /* a limit the user has set, workspace or organization (api/errors, 2026-08-22) */
    static const struct str starts[] = {
        STR_INIT("You have reached your specified API usage limits"),
        STR_INIT("You have reached your specified workspace API usage limits"),
    };
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (str_starts(answer->message, starts[i]))
            return true;
    return false;
}

/* What a status says about this request, and about others. */
struct meaning {
    long status;
    bool refuses_request; /* when the body is an error of the API */
    bool refuses_all;     /* the same: the key or the account is not good */
    void (*explain)(const struct answer *answer, struct buf *text); /* what to say when it is not */
};

static void explain_address(const struct answer *answer, struct buf *text)
{
    buf_format(text, ": is %s that of an API?", answer->form->base_url);
}

static void explain_size(const struct answer *answer, struct buf *text)
{
    buf_format(text, " request_too_large: larger than the API takes (%lld MB)",
               (long long)(answer->form->bytes_max / 1000000));
}

static void explain_success(const struct answer *answer, struct buf *text)
{
    (void)answer;
    buf_add(text, STR(" without a count"));
}

static void explain_redirect(const struct answer *answer, struct buf *text)
{
    (void)answer;
    buf_add(text, STR(", a redirect, which is not followed"));
}

static void explain_other(const struct answer *answer, struct buf *text)
{
    struct str kind = show(answer, answer->response->content_type, WORD_MAX);
    buf_format(text, " without an API error, but %.*s",
               STR_ARGS(kind.len ? kind : STR("no content type")));
}

static const struct meaning meanings[] = {
    { 400, .refuses_request = true, .explain = explain_other },
    { 401, .refuses_all = true, .explain = explain_other },
    { 402, .refuses_all = true, .explain = explain_other },
    { 404, .refuses_request = true, .explain = explain_address },
    { 413, .refuses_request = true, .explain = explain_size },
    { 422, .refuses_request = true, .explain = explain_other },
};

static const struct meaning success = { .explain = explain_success };
static const struct meaning redirect = { .explain = explain_redirect };
static const struct meaning other = { .explain = explain_other };

static const struct meaning *find_meaning(long status)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].status == status)
            return &meanings[i];
    return status < 300 ? &success : status < 400 ? &redirect : &other;
}

/* The monthly cap of the tier, which comes as a 429 without retry-after (api/rate-limits,
 * 2026-08-22). */
static bool is_spend_cap(const struct answer *answer)
{
    const struct json_node *details = json_get(answer->error, "details");
    return answer->response->status == 429 &&
           str_equal_c(json_get_text(details, "error_code"), "enforced_spend_limit_reached");
}

static void explain_rate_limit(const struct answer *answer, struct buf *text)
{
    int64_t seconds;
    if (is_spend_cap(answer))
        buf_add(text, STR("; the monthly spend cap is reached, so trying again does not help"));
    else if (str_to_int64(answer->response->retry_after, RETRY_AFTER_MAX, &seconds))
        buf_format(text, "; retry after %lld s", (long long)seconds);
}

/* A cloud refuses the caller; not where it names the model, since another one may be open. */
static bool is_caller_refused(const struct answer *answer)
{
    return answer->response->status == 403 && answer->form->ends_with_403 &&
           !str_starts(answer->message, STR("You don't have access to the model"));
}

static enum count_result read_refusal(const struct answer *answer, struct error *err)
{
    long status = answer->response->status;
    const struct meaning *meaning = find_meaning(status);
    struct buf text = { .arena = answer->arena };
    buf_format(&text, "the API answered %ld", status);
    if (answer->type.len)
        buf_format(&text, " %.*s", STR_ARGS(answer->type));
    if (answer->error)
        buf_format(&text, ": %.*s", STR_ARGS(answer->message));
    else
        meaning->explain(answer, &text);
    if (status == 429)
        explain_rate_limit(answer, &text);
    error_set(err, "%.*s", STR_ARGS(buf_str(&text)));
    /* only the API can refuse a request, and for its size the edge: a proxy's page says nothing */
    if (answer->error && (meaning->refuses_all || is_caller_refused(answer) ||
                          is_spend_limit(answer) || is_spend_cap(answer)))
        return COUNT_ENDED;
    bool is_heard = answer->error || status == 413;
    return is_heard && meaning->refuses_request ? COUNT_REFUSED : COUNT_UNAVAILABLE;
}

enum count_result count_answer_read(struct arena *arena, const struct http_response *response,
                                    const struct count_answer_form *form, int64_t *tokens,
                                    struct error *err)
{
    struct answer answer = { .arena = arena, .response = response, .form = form };
    if (response->status == 200)
        return read_count(&answer, tokens, err);
    read_error(&answer);
    return read_refusal(&answer, err);
}
