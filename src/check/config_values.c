#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check/config.h"

/* A decimal number at the start of the text ("1.5 MB"); *unit is what follows, without spaces. */
static bool number_with_unit(struct arena *arena, struct str text, double *number, struct str *unit)
{
    size_t len = 0;
    while (len < text.len && strchr("0123456789.", text.ptr[len]) && text.ptr[len])
        len++;
    char *digits = str_to_c(arena, str_slice(text, 0, len));
    char *end;
    *number = strtod(digits, &end);
    *unit = str_trim(str_slice(text, len, text.len));
    return len && *end == '\0' && *number < 1e15;
}

struct unit {
    struct str name;
    double factor;
};

static bool find_unit(const struct unit *units, size_t len, struct str name, double *factor)
{
    for (size_t i = 0; i < len; i++)
        if (units[i].name.len == name.len &&
            strncasecmp(units[i].name.ptr, name.ptr, name.len) == 0) {
            *factor = units[i].factor;
            return true;
        }
    return false;
}

bool config_tokens(const struct config *config, const struct json_node *node, double *tokens,
                   struct error *err)
{
    int64_t value;
    if (node->type != JSON_NUMBER || !json_integer(node->text, &value) || value < 0)
        return config_fail(config, node->at, err, "\"%.*s\" must be a whole number, 0 or more",
                           STR_ARGS(node->name));
    *tokens = (double)value;
    return true;
}

bool config_size(struct arena *arena, struct str text, double *bytes)
{
    static const struct unit units[] = {
        { STR_INIT("B"), 1 },
        { STR_INIT("KB"), 1e3 },
        { STR_INIT("MB"), 1e6 },
        { STR_INIT("GB"), 1e9 },
        { STR_INIT("KiB"), 1024 },
        { STR_INIT("MiB"), 1048576 },
        { STR_INIT("GiB"), 1073741824 },
    };
    double factor;
    struct str unit;
    if (!number_with_unit(arena, text, bytes, &unit) ||
        !find_unit(units, sizeof units / sizeof units[0], unit, &factor))
        return false;
    *bytes *= factor;
    return true;
}

bool config_bytes(const struct config *config, const struct json_node *node, double *bytes,
                  struct error *err)
{
    int64_t value;
    if (node->type == JSON_NUMBER && json_integer(node->text, &value) && value >= 0) {
        *bytes = (double)value;
        return true;
    }
    if (node->type != JSON_STRING || !config_size(config->arena, node->text, bytes))
        return config_fail(
            config, node->at, err,
            "\"%.*s\" must be a size like 1000000, \"1 MB\" (10^6) or \"1 MiB\" (2^20)",
            STR_ARGS(node->name));
    return true;
}

bool config_percent(const struct config *config, const struct json_node *node, double *percent,
                    struct error *err)
{
    struct str unit;
    if (node->type == JSON_STRING && number_with_unit(config->arena, node->text, percent, &unit) &&
        str_equal(unit, STR("%")))
        return true;
    return config_fail(config, node->at, err, "\"%.*s\" must be a share like \"25%%\"",
                       STR_ARGS(node->name));
}

bool config_rate(const struct config *config, const struct json_node *node, double *per_minute,
                 struct error *err)
{
    static const struct unit units[] = {
        { STR_INIT("/s"), 60 },         { STR_INIT("/sec"), 60 },
        { STR_INIT("/second"), 60 },    { STR_INIT("/m"), 1 },
        { STR_INIT("/min"), 1 },        { STR_INIT("/minute"), 1 },
        { STR_INIT("/h"), 1.0 / 60 },   { STR_INIT("/hour"), 1.0 / 60 },
        { STR_INIT("/d"), 1.0 / 1440 }, { STR_INIT("/day"), 1.0 / 1440 },
    };
    struct str unit;
    double factor;
    if (node->type != JSON_STRING ||
        !number_with_unit(config->arena, node->text, per_minute, &unit) ||
        !find_unit(units, sizeof units / sizeof units[0], unit, &factor))
        return config_fail(
            config, node->at, err,
            "\"%.*s\" must be calls over time like \"120/min\", \"2/s\" or \"5000/day\"",
            STR_ARGS(node->name));
    *per_minute *= factor;
    return true;
}

bool config_share(const struct config *config, const struct json_node *node, double *share,
                  struct error *err)
{
    struct str unit;
    bool is_percent = node->type == JSON_STRING &&
                      number_with_unit(config->arena, node->text, share, &unit) &&
                      str_equal(unit, STR("%"));
    if (node->type == JSON_NUMBER)
        *share = json_double(node->text);
    else if (is_percent)
        *share /= 100;
    if ((node->type == JSON_NUMBER || is_percent) && *share >= 0 && *share <= 1)
        return true;
    return config_fail(config, node->at, err, "\"%.*s\" must be a share from 0 to 1, or \"90%%\"",
                       STR_ARGS(node->name));
}

bool config_duration(const struct config *config, const struct json_node *node, double *seconds,
                     struct error *err)
{
    static const struct unit units[] = {
        { STR_INIT("s"), 1 },        { STR_INIT("sec"), 1 },   { STR_INIT("m"), 60 },
        { STR_INIT("min"), 60 },     { STR_INIT("h"), 3600 },  { STR_INIT("hour"), 3600 },
        { STR_INIT("hours"), 3600 }, { STR_INIT("d"), 86400 }, { STR_INIT("day"), 86400 },
        { STR_INIT("days"), 86400 },
    };
    struct str unit;
    double factor;
    if (node->type != JSON_STRING || !number_with_unit(config->arena, node->text, seconds, &unit) ||
        !find_unit(units, sizeof units / sizeof units[0], unit, &factor))
        return config_fail(config, node->at, err,
                           "\"%.*s\" must be a time like \"6h\", \"90 min\" or \"2 days\"",
                           STR_ARGS(node->name));
    *seconds *= factor;
    return true;
}

bool config_usd(const struct config *config, const struct json_node *node, double *usd,
                struct error *err)
{
    if (node->type == JSON_NUMBER)
        *usd = json_double(node->text);
    if (node->type == JSON_NUMBER && *usd >= 0 && *usd < 1e15)
        return true;
    return config_fail(config, node->at, err, "\"%.*s\" must be a number of US dollars, 0 or more",
                       STR_ARGS(node->name));
}

static bool is_date(struct str text)
{
    int64_t year, month, day;
    return text.len == 10 && text.ptr[4] == '-' && text.ptr[7] == '-' &&
           str_to_int64(str_slice(text, 0, 4), 9999, &year) &&
           str_to_int64(str_slice(text, 5, 7), 12, &month) && month >= 1 &&
           str_to_int64(str_slice(text, 8, 10), 31, &day) && day >= 1;
}

bool config_date(const struct config *config, const struct json_node *node, struct str *date,
                 struct error *err)
{
    if (node->type != JSON_STRING || !is_date(node->text))
        return config_fail(config, node->at, err, "\"%.*s\" must be a date like \"2027-01-31\"",
                           STR_ARGS(node->name));
    *date = node->text;
    return true;
}
