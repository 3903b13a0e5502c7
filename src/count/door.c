/* From a rule file and an environment to a door that can be asked. */
#include "count/door.h"

#include <string.h>

#include "base/list.h"

#ifndef TOKGATE_VERSION
#define TOKGATE_VERSION "dev"
#endif

const struct door *door_of(const struct door_config *config)
{
    return config->door ? config->door : doors;
}

bool door_is_header_value(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7E)
            return false;
    return true;
}

bool door_is_made_of(struct str text, const char *signs)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && (!c || !strchr(signs, c)))
            return false;
    }
    return text.len > 0;
}

bool door_has_credential(const struct door_config *config,
                         const struct door_environment *environment)
{
    const struct door *door = door_of(config);
    if (door->service)
        return environment->values[DOOR_AWS_ACCESS_KEY_ID].len > 0;
    for (size_t i = 0; i < DOOR_CREDENTIALS_MAX; i++)
        if (environment->values[door->credentials[i].variable].len)
            return true;
    return false;
}

/* members */

static bool read_member(const struct door_config *config,
                        const struct door_environment *environment, enum door_member member,
                        struct str *value, struct error *err)
{
    const struct door *door = door_of(config);
    const struct door_need *need = &door->needs[member];
    const char *name = door_members[member], *variable = door_variables[need->variable].name;
    struct str said = config->members[member], set = environment->values[need->variable];
    *value = said.len ? said : set;
    if (!need->example)
        return true;
    if (set.len && !said.len && !door_is_made_of(set, DOOR_MEMBER_SIGNS))
        return error_usage(err, "%s is no name of letters, digits and hyphens, like \"%s\"",
                           variable, need->example);
    if (need->is_pinned && said.len && set.len && !str_equal(said, set))
        return error_usage(err,
                           "the \"%s\" of the door \"%s\" is not that of %s, which the key is for",
                           name, door->name, variable);
    if (value->len || (need->is_in_address && environment->values[door->base_url].len))
        return true;
    return error_usage(err, "the door \"%s\" needs \"%s\", like \"%s\"%s%s", door->name, name,
                       need->example, variable ? ", or the variable " : "",
                       variable ? variable : "");
}

bool door_read_members(const struct door_config *config, const struct door_environment *environment,
                       struct str members[DOOR_MEMBERS_LEN], struct error *err)
{
    for (size_t i = 0; i < DOOR_MEMBERS_LEN; i++)
        if (!read_member(config, environment, (enum door_member)i, &members[i], err))
            return false;
    return true;
}

/* The value that a name in braces stands for. */
static struct str placeholder(const struct str members[DOOR_MEMBERS_LEN], struct str model,
                              struct str name)
{
    for (size_t i = 0; i < DOOR_MEMBERS_LEN; i++)
        if (str_equal_c(name, door_members[i]))
            return members[i];
    return model;
}

struct str door_expand(struct arena *arena, const char *template,
                       const struct str members[DOOR_MEMBERS_LEN], struct str model)
{
    struct buf text = { .arena = arena };
    struct str rest = str_from_c(template), head, name;
    while (str_cut(rest, '{', &head, &rest)) {
        buf_add(&text, head);
        str_cut(rest, '}', &name, &rest);
        buf_add(&text, placeholder(members, model, name));
    }
    buf_add(&text, head);
    return buf_str(&text);
}

static bool find_base(struct arena *arena, const struct door *door,
                      const struct door_environment *environment,
                      const struct str members[DOOR_MEMBERS_LEN], enum url_plain plain,
                      struct str *base_url, struct error *err)
{
    struct error cause = { 0 };
    struct str host;
    const struct door_base *base = door->bases;
    *base_url = environment->values[door->base_url];
    if (base_url->len && !url_check(arena, *base_url, plain, &host, &cause))
        return error_because(err, &cause, "%s %s", door_variables[door->base_url].name, cause.text);
    while (str_ends(*base_url, STR("/")))
        base_url->len--;
    while (base->region && !str_equal_c(members[DOOR_REGION], base->region))
        base++;
    if (!base_url->len)
        *base_url = door_expand(arena, base->url, members, STR(""));
    return true;
}

bool door_address(struct arena *arena, const struct door_config *config,
                  const struct door_environment *environment, enum url_plain plain,
                  struct str *base_url, struct error *err)
{
    struct str members[DOOR_MEMBERS_LEN];
    return door_read_members(config, environment, members, err) &&
           find_base(arena, door_of(config), environment, members, plain, base_url, err);
}

/* credentials */

static void add_header(struct arena *arena, struct door_way *way, const char *name,
                       const char *prefix, struct str value)
{
    way->headers[way->headers_len++] =
        str_format(arena, "%s: %s%.*s", name, prefix, STR_ARGS(value));
}

/* A secret that can be sent. No message here may show any of it. */
static bool take_secret(struct arena *arena, struct door_way *way,
                        const struct door_environment *environment, enum door_variable variable,
                        const char *what, struct str *secret, struct error *err)
{
    const char *name = door_variables[variable].name;
    struct str value = environment->values[variable];
    if (!value.len)
        return error_set(err, "no %s is set: without one, count with --count offline", name);
    if (!door_is_header_value(value) || str_find(value, ' ', 0) < value.len)
        return error_set(err, "%s has a line end, a space or another character that no %s has",
                         name, what);
    *secret = str_copy(arena, value);
    *LIST_PUSH(&way->secrets) = *secret;
    return true;
}

static bool take_signing_key(struct arena *arena, struct door_way *way,
                             const struct door_environment *environment, struct error *err)
{
    struct str token = { 0 };
    if (!take_secret(arena, way, environment, DOOR_AWS_ACCESS_KEY_ID, "key", &way->key_id, err) ||
        !take_secret(arena, way, environment, DOOR_AWS_SECRET_ACCESS_KEY, "key", &way->key_secret,
                     err))
        return false;
    way->sigv4 = str_format(arena, "aws:amz:%.*s:%s", STR_ARGS(way->members[DOOR_REGION]),
                            way->door->service);
    if (!environment->values[DOOR_AWS_SESSION_TOKEN].len)
        return true;
    if (!take_secret(arena, way, environment, DOOR_AWS_SESSION_TOKEN, "token", &token, err))
        return false;
    add_header(arena, way, "x-amz-security-token", "", token);
    return true;
}

static bool take_credential(struct arena *arena, struct door_way *way,
                            const struct door_environment *environment, struct error *err)
{
    struct str secret = { 0 };
    const struct door_credential *credential = way->door->credentials;
    for (size_t i = DOOR_CREDENTIALS_MAX; i > 0; i--)
        if (environment->values[way->door->credentials[i - 1].variable].len)
            credential = &way->door->credentials[i - 1];
    if (!take_secret(arena, way, environment, credential->variable, credential->what, &secret, err))
        return false;
    if (credential->refuses_oauth &&
        (str_starts(secret, STR("sk-ant-oat")) || str_starts(secret, STR("sk-ant-ort"))))
        return error_set(err,
                         "%s is an OAuth token: those of Claude plans are for Claude Code and "
                         "other native applications only; use an API key, or set "
                         "ANTHROPIC_AUTH_TOKEN on purpose for workload identity federation",
                         door_variables[credential->variable].name);
    add_header(arena, way, credential->header, credential->prefix, secret);
    return true;
}

static bool take_key(struct arena *arena, struct door_way *way,
                     const struct door_environment *environment, struct error *err)
{
    return way->door->service ? take_signing_key(arena, way, environment, err)
                              : take_credential(arena, way, environment, err);
}

bool door_check_credential(const struct door_config *config,
                           const struct door_environment *environment, struct error *err)
{
    struct arena arena = { 0 };
    struct door_way way = { .door = door_of(config), .config = config, .secrets.arena = &arena };
    const bool is_usable = take_key(&arena, &way, environment, err);
    arena_free(&arena);
    return is_usable;
}

static bool add_headers(struct arena *arena, struct door_way *way, struct str api_version,
                        struct error *err)
{
    add_header(arena, way, "content-type", "", STR("application/json"));
    add_header(arena, way, "accept", "", STR("application/json"));
    add_header(arena, way, "user-agent", "", STR("tokgate/" TOKGATE_VERSION));
    if (way->door->version)
        return true;
    if (!api_version.len || !door_is_header_value(api_version))
        return error_usage(err, "the API version is no header value");
    if (!door_is_header_value(way->betas))
        return error_usage(err, "the list of betas is no header value");
    add_header(arena, way, "anthropic-version", "", api_version);
    if (way->betas.len)
        add_header(arena, way, "anthropic-beta", "", way->betas);
    return true;
}

bool door_open(struct arena *arena, const struct door_config *config,
               const struct door_environment *environment, const struct door_choices *choices,
               struct door_way *way, struct error *err)
{
    *way = (struct door_way){
        .door = door_of(config),
        .config = config,
        .betas = str_copy(arena, choices->betas),
        .secrets = { .arena = arena },
    };
    return door_read_members(config, environment, way->members, err) &&
           find_base(arena, way->door, environment, way->members, choices->plain, &way->base_url,
                     err) &&
           add_headers(arena, way, choices->api_version, err) &&
           take_key(arena, way, environment, err);
}
