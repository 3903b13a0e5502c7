/* tokgate doctor: would counting online work? Never shows a key, nor any part of one. */
#include <inttypes.h>

#include "cli/doctor.h"
#include "count/cache.h"
#include "count/cache_file.h"
#include "count/endpoint.h"
#include "net/proxy.h"
#include "net/url.h"

static struct str value_of(const struct doctor *doctor, enum door_variable variable)
{
    return doctor->run->environment->doors.values[variable];
}

/* What the client itself thinks of the credential and the URL; it connects to nothing. */
static bool can_ask(struct doctor *doctor, struct error *err)
{
    const struct environment *environment = doctor->run->environment;
    const struct counter_options options = {
        .door = &doctor->ruleset.endpoint,
        .environment = &environment->doors,
        .api_version = doctor->ruleset.api_version,
        .betas = doctor->ruleset.betas,
        .custom_headers = environment->custom_headers,
        .ca_file = environment->ca_file,
        .timeout_ms = doctor->run->options->timeout_s * 1000,
    };
    struct endpoint endpoint;
    return endpoint_make(doctor->arena, &options, &endpoint, err);
}

/* Without a word in the rule file it is the Claude API, which goes without saying. */
static void add_door(struct doctor *doctor)
{
    const struct door *door = doctor->ruleset.endpoint.door;
    if (door)
        doctor_add(doctor, "door", "%s: %s", door->name, door->summary);
}

static void add_no_credential(struct doctor *doctor, const struct door_credential *credentials)
{
    const char *first = door_variables[credentials[0].variable].name;
    const char *second = door_variables[credentials[1].variable].name;
    if (second)
        doctor_add(doctor, "credential", "none: neither %s nor %s is set", first, second);
    else
        doctor_add(doctor, "credential", "none: %s is not set", first);
}

static void add_credential(struct doctor *doctor, const struct door *door, const char *state)
{
    static const struct door_credential signing[DOOR_CREDENTIALS_MAX] = {
        { .variable = DOOR_AWS_ACCESS_KEY_ID },
    };
    const struct door_credential *credentials = door->service ? signing : door->credentials;
    const struct door_credential *set = credentials;
    if (!door_has_credential(&doctor->ruleset.endpoint, &doctor->run->environment->doors)) {
        add_no_credential(doctor, credentials);
        return;
    }
    while (!value_of(doctor, set->variable).len)
        set++;
    const char *name = door_variables[set->variable].name;
    if (door->service)
        doctor_add(doctor, "credential", "%s of the environment, to sign with SigV4%s", name,
                   state);
    else
        doctor_add(doctor, "credential", "%s of the environment, as %s%s%s%s", name, set->header,
                   *set->prefix ? ": " : "", *set->prefix ? "Bearer" : "", state);
}

/* What other programs make of the credentials of the Claude API. */
static void warn_of_credentials(struct doctor *doctor)
{
    struct str key = value_of(doctor, DOOR_ANTHROPIC_API_KEY);
    struct str token = value_of(doctor, DOOR_ANTHROPIC_AUTH_TOKEN);
    if (key.len)
        doctor_add(
            doctor, doctor_warning,
            "with ANTHROPIC_API_KEY set, Claude Code bills API credits, also where you have a "
            "plan: "
            "set it for tokgate alone");
    if (key.len && token.len)
        doctor_add(
            doctor, doctor_warning,
            "ANTHROPIC_AUTH_TOKEN is set too, and not sent: the key is; Claude Code takes the "
            "token");
    if (!key.len && str_starts(token, STR("sk-ant-oat")))
        doctor_add(
            doctor, doctor_warning,
            "ANTHROPIC_AUTH_TOKEN is an OAuth token: good from workload identity federation; those "
            "of Claude plans are for Claude Code and other native applications only");
}

static void warn_of_host(struct doctor *doctor, const struct door *door, struct str base_url)
{
    struct str host;
    struct error ignored = { 0 };
    const char *usual = door == doors ? "api.anthropic.com" : "the usual address of this door";
    if (url_check(doctor->arena, base_url, URL_PLAIN_HERE, &host, &ignored) &&
        !str_equal_c(host, usual))
        doctor_add(doctor, doctor_warning, "key and prompts are sent to %.*s, not to %s",
                   STR_ARGS(host), usual);
}

/* Nothing is said where no variable names one. */
static void add_proxy(struct doctor *doctor, struct str base_url)
{
    struct str host;
    struct error ignored = { 0 };
    const bool is_plain = !(base_url.len > 5 && (base_url.ptr[4] == 's' || base_url.ptr[4] == 'S'));
    if (!url_check(doctor->arena, base_url, URL_PLAIN_HERE, &host, &ignored))
        return;
    const struct proxy_choice choice =
        proxy_choose(doctor->arena, &doctor->run->environment->proxies, is_plain, host);
    const struct str shown = choice.shown.len ? choice.shown : STR("one that is no plain URL");
    if (choice.exempted)
        doctor_add(doctor, "proxy", "none for this host (%s)", choice.exempted);
    else if (choice.variable)
        doctor_add(doctor, "proxy", "%.*s%s (%s)", STR_ARGS(shown),
                   choice.has_login ? ", with a login that is not shown" : "", choice.variable);
}

/* The URL is shown only when nothing in it can be a secret, which door_address sees to. */
static void add_destination(struct doctor *doctor, const struct door *door)
{
    const struct door_config *config = &doctor->ruleset.endpoint;
    const struct door_environment *environment = &doctor->run->environment->doors;
    struct str members[DOOR_MEMBERS_LEN], base_url;
    struct error cause = { 0 };
    bool is_usual = !value_of(doctor, door->base_url).len;
    if (!door_read_members(config, environment, members, &cause) ||
        !door_address(doctor->arena, config, environment, URL_PLAIN_HERE, &base_url, &cause)) {
        doctor_add(doctor, "sent to", "nowhere: %s", cause.text);
        return;
    }
    struct str path = door_expand(doctor->arena, door->path, members, STR("{model}"));
    doctor_add(doctor, "sent to", "%.*s%.*s (%s)", STR_ARGS(base_url), STR_ARGS(path),
               is_usual ? "built in" : door_variables[door->base_url].name);
    add_proxy(doctor, base_url);
    if (!is_usual)
        warn_of_host(doctor, door, base_url);
}

/* Through some doors the version is in the body, and the rule file does not choose it. */
static void add_version(struct doctor *doctor, const struct door *door)
{
    struct str version = door->version ? str_from_c(door->version) : doctor->ruleset.api_version;
    doctor_add(doctor, "api version", "%.*s", STR_ARGS(version));
    if (doctor->ruleset.betas.len)
        doctor_add(doctor, "betas", "%.*s", STR_ARGS(doctor->ruleset.betas));
}

/* Counts of other runs that one without a credential can take. */
static bool has_cache(const struct run *run)
{
    const struct environment *environment = run->environment;
    const struct str dir = cache_directory(run->arena, run->options->cache, environment->cache_home,
                                           environment->home);
    return !run->options->no_cache && dir.len &&
           cache_file_is_database(cache_file_path(run->arena, dir));
}

static const char *counting_text(const struct run *run, bool has_credential, bool can_ask)
{
    const enum count_mode mode = run->options->count_mode;
    static const char *const fixed[] = {
        [COUNT_MODE_API] = "api: every request is counted online",
        [COUNT_MODE_OFFLINE] = "offline: no connection is ever opened",
    };
    if (mode != COUNT_MODE_AUTO)
        return fixed[mode];
    if (!has_credential)
        return has_cache(run) ? "auto: offline and from the cache, since no credential is set"
                              : "auto: offline, since no credential is set";
    return can_ask ? "auto: offline, and online where that leaves something undecided"
                   : "auto: offline, since nothing can be asked online";
}

void doctor_add_counting(struct doctor *doctor)
{
    const struct run *run = doctor->run;
    enum count_mode mode = run->options->count_mode;
    const struct door *door = door_of(&doctor->ruleset.endpoint);
    bool has_credential = door_has_credential(&doctor->ruleset.endpoint, &run->environment->doors);
    struct error cause = { 0 };
    bool is_usable = can_ask(doctor, &cause);
    bool is_wanted = mode == COUNT_MODE_API || (mode == COUNT_MODE_AUTO && has_credential);
    doctor_add(doctor, "counting", "%s", counting_text(run, has_credential, is_usable));
    add_door(doctor);
    struct error of_credential = { 0 };
    const bool is_credential_good =
        door_check_credential(&doctor->ruleset.endpoint, &run->environment->doors, &of_credential);
    add_credential(doctor, door, is_credential_good ? "" : " (not usable)");
    add_destination(doctor, door);
    add_version(doctor, door);
    doctor_add(doctor, "timeout", "%" PRId64 " s", run->options->timeout_s);
    if (door == doors)
        warn_of_credentials(doctor);
    if (!is_usable && is_wanted)
        doctor->problem = cause;
    else if (!is_usable && has_credential)
        doctor_add(doctor, doctor_warning, "%s", cause.text);
}
