#include "check/calibration_file.h"

#include "base/list.h"
#include "base/stream.h"
#include "base/utf8.h"
#include "check/config.h"
#include "count/cache.h"
#include "count/stamp.h"

enum { FILE_BYTES_MAX = 4 * 1024 * 1024 };

/* The correction that is read, and the list it goes to. */
struct target {
    const struct catalog *catalog;
    struct correction correction;
    struct {
        struct arena *arena;
        struct correction *items;
        size_t len, cap;
    } list;
};

/* --- members of a correction */

static bool read_model(struct config *config, const struct json_node *node, void *target,
                       struct error *err)
{
    struct target *to = target;
    const struct model *model = catalog_model(to->catalog, node->text);
    if (model) {
        to->correction.model = model->id;
        return true;
    }
    struct str nearest = catalog_nearest_model(to->catalog, node->text);
    return config_fail(config, node->at, err,
                       "the model \"%.*s\" is not in the catalog of %.*s%s%.*s%s",
                       STR_ARGS(utf8_printable(config->arena, node->text, 80)),
                       STR_ARGS(to->catalog->as_of), nearest.len ? "; did you mean \"" : "",
                       STR_ARGS(nearest), nearest.len ? "\"?" : ": see tokgate models");
}

static bool read_profile(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    (void)config;
    (void)err;
    ((struct target *)target)->correction.profile = node->text;
    return true;
}

static bool read_shape(struct config *config, const struct json_node *node, void *target,
                       struct error *err)
{
    return shape_parse(node->text, &((struct target *)target)->correction.shape) ||
           config_fail(config, node->at, err,
                       "\"%.*s\" is no shape of a request, like \"turns(1)+system\": tokgate "
                       "calibrate writes them",
                       STR_ARGS(utf8_printable(config->arena, node->text, 80)));
}

static bool read_stamp(struct config *config, const struct json_node *node, void *target,
                       struct error *err)
{
    return stamp_read(node->text, &((struct target *)target)->correction.stamp) ||
           config_fail(config, node->at, err,
                       "\"stamp\" must be 16 hexadecimal digits, in small letters");
}

static bool read_narrows(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    (void)config;
    (void)err;
    ((struct target *)target)->correction.narrows = node->is_true;
    return true;
}

static const struct {
    const char *name;
    size_t member; /* of struct correction */
    int64_t min, max;
} numbers[] = {
    { "above", offsetof(struct correction, above), 0, CORRECTION_TOKENS_MAX },
    { "answers", offsetof(struct correction, answers), CORRECTION_ANSWERS_MIN, CACHE_TOKENS_MAX },
    { "below", offsetof(struct correction, below), 0, CORRECTION_TOKENS_MAX },
    { "largest", offsetof(struct correction, largest), 1, CACHE_TOKENS_MAX },
    { "outliers", offsetof(struct correction, outliers), 0, CACHE_TOKENS_MAX },
    { "shift", offsetof(struct correction, shift), -CORRECTION_TOKENS_MAX, CORRECTION_TOKENS_MAX },
};

static bool read_number(struct config *config, const struct json_node *node, void *target,
                        struct error *err)
{
    struct correction *correction = &((struct target *)target)->correction;
    size_t i = 0;
    int64_t number;
    while (!str_equal_c(node->name, numbers[i].name))
        i++;
    if (!json_integer(node->text, &number) || number < numbers[i].min || number > numbers[i].max)
        return config_fail(config, node->at, err, "\"%s\" must be a whole number from %lld to %lld",
                           numbers[i].name, (long long)numbers[i].min, (long long)numbers[i].max);
    *(int64_t *)(void *)((char *)correction + numbers[i].member) = number;
    return true;
}

/* For people who read the file; nothing depends on it. */
static bool read_coverage(struct config *config, const struct json_node *node, void *target,
                          struct error *err)
{
    double number;
    struct held_out *held_out = &((struct target *)target)->correction.held_out;
    if (!config_tokens(config, node, &number, err))
        return false;
    *(str_equal_c(node->name, "judged")          ? &held_out->judged
      : str_equal_c(node->name, "inside_before") ? &held_out->inside_before
                                                 : &held_out->inside_after) = (int64_t)number;
    return true;
}

static bool read_held_out(struct config *config, const struct json_node *node, void *target,
                          struct error *err)
{
    static const struct config_field parts[] = {
        { "inside_after", JSON_BIT(JSON_NUMBER), read_coverage },
        { "inside_before", JSON_BIT(JSON_NUMBER), read_coverage },
        { "judged", JSON_BIT(JSON_NUMBER), read_coverage },
    };
    return config_read(config, node, "\"held_out\"", parts, sizeof parts / sizeof parts[0], target,
                       err);
}

static const struct config_field fields[] = {
    { "above", JSON_BIT(JSON_NUMBER), read_number },
    { "answers", JSON_BIT(JSON_NUMBER), read_number },
    { "below", JSON_BIT(JSON_NUMBER), read_number },
    { "held_out", JSON_BIT(JSON_OBJECT), read_held_out },
    { "largest", JSON_BIT(JSON_NUMBER), read_number },
    { "model", JSON_BIT(JSON_STRING), read_model },
    { "narrows", JSON_BIT(JSON_BOOL), read_narrows },
    { "outliers", JSON_BIT(JSON_NUMBER), read_number },
    { "profile", JSON_BIT(JSON_STRING), read_profile },
    { "shape", JSON_BIT(JSON_STRING), read_shape },
    { "shift", JSON_BIT(JSON_NUMBER), read_number },
    { "stamp", JSON_BIT(JSON_STRING), read_stamp },
};

/* --- corrections */

/* Linear in what there is before it: a file has as many as a team has shapes of requests. */
static bool is_there(const struct target *target, const struct correction *correction)
{
    for (size_t i = 0; i < target->list.len; i++) {
        const struct correction *other = &target->list.items[i];
        if (str_equal(other->model, correction->model) && other->stamp == correction->stamp &&
            other->shape.words == correction->shape.words)
            return true;
    }
    return false;
}

static bool add_correction(struct config *config, const struct json_node *node,
                           struct target *target, struct error *err)
{
    const struct correction *correction = &target->correction;
    target->correction = (struct correction){ 0 };
    if (!config_read(config, node, "a correction", fields, sizeof fields / sizeof fields[0], target,
                     err))
        return false;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (!json_get(node, fields[i].name))
            return config_fail(config, node->at, err, "a correction needs \"%s\"", fields[i].name);
    if (correction->narrows &&
        (correction->answers < CORRECTION_NARROWS_FROM || correction->outliers))
        return config_fail(config, json_get(node, "narrows")->at, err,
                           "a band narrows with %d answers without an outlier, not before",
                           CORRECTION_NARROWS_FROM);
    if (is_there(target, correction))
        return config_fail(config, node->at, err,
                           "there is another correction for this model, shape and stamp");
    *LIST_PUSH(&target->list) = *correction;
    return true;
}

static bool read_corrections(struct config *config, const struct json_node *node, void *target,
                             struct error *err)
{
    enum { CORRECTIONS_MAX = 5000 };
    if (node->len > CORRECTIONS_MAX)
        return config_fail(config, node->at, err, "there are more than %d corrections",
                           CORRECTIONS_MAX);
    for (const struct json_node *item = node->first; item; item = item->next)
        if (!add_correction(config, item, target, err))
            return false;
    return true;
}

static bool read_version(struct config *config, const struct json_node *node, struct error *err)
{
    const struct json_node *version = json_get(node, "version");
    if (json_get_integer(node, "version", 0) == CALIBRATION_VERSION)
        return true;
    return config_fail(config, version ? version->at : node->at, err,
                       version ? "this is no calibration of version %d: make it anew with tokgate "
                                 "calibrate"
                               : "a calibration needs \"version\": %d",
                       CALIBRATION_VERSION);
}

static bool read_made(struct config *config, const struct json_node *node, void *target,
                      struct error *err)
{
    struct str ignored;
    (void)target;
    return config_date(config, node, &ignored, err);
}

static bool read_text(struct config *config, struct target *target, struct error *err)
{
    static const struct config_field members[] = {
        { "$schema", JSON_BIT(JSON_STRING), NULL },
        { "corrections", JSON_BIT(JSON_ARRAY), read_corrections },
        { "made", JSON_BIT(JSON_STRING), read_made },
        { "version", JSON_BIT(JSON_NUMBER), NULL },
    };
    const struct json_node *root = config_parse(config, err);
    if (!root)
        return false;
    if (root->type != JSON_OBJECT)
        return config_fail(config, root->at, err, "a calibration must be an object, not %s",
                           json_type_name(root->type));
    if (!read_version(config, root, err) ||
        !config_read(config, root, "a calibration", members, sizeof members / sizeof members[0],
                     target, err))
        return false;
    return json_get(root, "corrections") ||
           config_fail(config, root->at, err, "a calibration needs \"corrections\"");
}

bool calibration_file_read(struct arena *arena, const struct catalog *catalog, struct str path,
                           struct calibration *calibration, struct error *err)
{
    struct config config = { .arena = arena, .path = path };
    struct target target = { .catalog = catalog, .list = { .arena = arena } };
    if (!file_read(arena, str_to_c(arena, path), FILE_BYTES_MAX, &config.text, err) ||
        !read_text(&config, &target, err))
        return false;
    *calibration =
        (struct calibration){ .path = path, .items = target.list.items, .len = target.list.len };
    calibration_sort(calibration);
    return true;
}
