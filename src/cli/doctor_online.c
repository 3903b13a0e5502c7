/* tokgate doctor: would counting online work? Never shows a key, nor any part of one. */
#include <inttypes.h>

#include "cli/doctor.h"
#include "count/endpoint.h"
#include "net/url.h"

#define DEFAULT_BASE_URL "https://api.anthropic.com"

static struct str base_url(const struct environment *environment)
{
    return environment->base_url.len ? environment->base_url : STR(DEFAULT_BASE_URL);
}

/* What the client itself thinks of the credential and the URL; it connects to nothing. */
static bool can_ask(struct doctor *doctor, struct error *err)
{
    const struct environment *environment = doctor->run->environment;
    const struct counter_options options = {
        .base_url = base_url(environment),
        .api_key = environment->api_key,
        .auth_token = environment->auth_token,
        .api_version = doctor->ruleset.api_version,
        .betas = doctor->ruleset.betas,
        .custom_headers = environment->custom_headers,
        .ca_file = environment->ca_file,
        .timeout_ms = doctor->run->options->timeout_s * 1000,
    };
    struct endpoint endpoint;
    return endpoint_make(doctor->arena, &options, &endpoint, err);
}

static void add_credential(struct doctor *doctor, const char *state)
{
    const struct environment *environment = doctor->run->environment;
    if (environment->api_key.len)
        doctor_add(doctor, "credential", "ANTHROPIC_API_KEY of the environment, as x-api-key%s",
                   state);
    else if (environment->auth_token.len)
        doctor_add(doctor, "credential",
                   "ANTHROPIC_AUTH_TOKEN of the environment, as authorization: Bearer%s", state);
    else
        doctor_add(doctor, "credential",
                   "none: neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set");
}

static void warn_of_credentials(struct doctor *doctor)
{
    const struct environment *environment = doctor->run->environment;
    if (environment->api_key.len)
        doctor_add(
            doctor, doctor_warning,
            "with ANTHROPIC_API_KEY set, Claude Code bills API credits, also where you have a "
            "plan: "
            "set it for tokgate alone");
    if (environment->api_key.len && environment->auth_token.len)
        doctor_add(
            doctor, doctor_warning,
            "ANTHROPIC_AUTH_TOKEN is set too, and not sent: the key is; Claude Code takes the "
            "token");
    if (!environment->api_key.len && str_starts(environment->auth_token, STR("sk-ant-oat")))
        doctor_add(
            doctor, doctor_warning,
            "ANTHROPIC_AUTH_TOKEN is an OAuth token: good from workload identity federation; those "
            "of Claude plans are for Claude Code and other native applications only");
}

/* The URL is shown only when nothing in it can be a secret, which url_check sees to. */
static void add_destination(struct doctor *doctor)
{
    const struct environment *environment = doctor->run->environment;
    struct str url = base_url(environment), host;
    struct error cause = { 0 };
    bool is_usual = !environment->base_url.len;
    while (str_ends(url, STR("/")))
        url.len--;
    if (!url_check(doctor->arena, base_url(environment), URL_PLAIN_HERE, &host, &cause)) {
        doctor_add(doctor, "sent to", "nowhere: ANTHROPIC_BASE_URL %s", cause.text);
        return;
    }
    doctor_add(doctor, "sent to", "%.*s/v1/messages/count_tokens (%s)", STR_ARGS(url),
               is_usual ? "built in" : "ANTHROPIC_BASE_URL");
    if (!is_usual && !str_equal(host, STR("api.anthropic.com")))
        doctor_add(doctor, doctor_warning,
                   "key and prompts are sent to %.*s, not to api.anthropic.com", STR_ARGS(host));
}

static const char *counting_text(enum count_mode mode, bool has_credential, bool can_ask)
{
    static const char *const fixed[] = {
        [COUNT_MODE_API] = "api: every request is counted online",
        [COUNT_MODE_OFFLINE] = "offline: no connection is ever opened",
    };
    if (mode != COUNT_MODE_AUTO)
        return fixed[mode];
    if (!has_credential)
        return "auto: offline, since no credential is set";
    return can_ask ? "auto: offline, and online where that leaves something undecided"
                   : "auto: offline, since nothing can be asked online";
}

void doctor_add_counting(struct doctor *doctor)
{
    const struct run *run = doctor->run;
    enum count_mode mode = run->options->count_mode;
    bool has_credential = run->environment->api_key.len || run->environment->auth_token.len;
    struct error cause = { 0 };
    bool is_usable = can_ask(doctor, &cause);
    bool is_wanted = mode == COUNT_MODE_API || (mode == COUNT_MODE_AUTO && has_credential);
    doctor_add(doctor, "counting", "%s", counting_text(mode, has_credential, is_usable));
    add_credential(doctor, is_usable ? "" : " (not usable)");
    add_destination(doctor);
    doctor_add(doctor, "api version", "%.*s", STR_ARGS(doctor->ruleset.api_version));
    if (doctor->ruleset.betas.len)
        doctor_add(doctor, "betas", "%.*s", STR_ARGS(doctor->ruleset.betas));
    doctor_add(doctor, "timeout", "%" PRId64 " s", run->options->timeout_s);
    warn_of_credentials(doctor);
    if (!is_usable && is_wanted)
        doctor->problem = cause;
    else if (!is_usable && has_credential)
        doctor_add(doctor, doctor_warning, "%s", cause.text);
}
