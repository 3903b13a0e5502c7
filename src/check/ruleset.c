#include "check/ruleset.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/stream.h"
#include "catalog/embedded.h"
#include "check/ruleset_read.h"

enum { RULE_FILE_BYTES_MAX = 1024 * 1024, EXTENDS_DEPTH_MAX = 8, RULE_FILES_MAX = 64 };

void ruleset_init(struct ruleset *ruleset, struct arena *arena, const struct catalog *catalog,
                  struct str directory)
{
    *ruleset = (struct ruleset){
        .arena = arena,
        .catalog = catalog,
        .directory = directory,
        .api_version = STR("2023-06-01"),
        .prompts = { .arena = arena },
        .rules = { .arena = arena },
        .waivers = { .arena = arena },
        .limits = { .arena = arena },
        .exclude = { .arena = arena },
    };
}

static bool read_text(struct config *config, struct ruleset *ruleset, struct error *err)
{
    const struct json_node *root = config_parse(config, err);
    return root && ruleset_read(ruleset, config, root, err);
}

/* "dir/file" with directory as its base, unless it is absolute. */
static struct str join_path(struct arena *arena, struct str directory, struct str path)
{
    if (path.len && path.ptr[0] == '/')
        return path;
    bool needs_slash = directory.len && directory.ptr[directory.len - 1] != '/';
    return str_format(arena, "%.*s%s%.*s", STR_ARGS(directory), needs_slash ? "/" : "",
                      STR_ARGS(path));
}

static struct str directory_of(struct str path)
{
    size_t len = path.len;
    while (len && path.ptr[len - 1] != '/')
        len--;
    return len ? str_slice(path, 0, len > 1 ? len - 1 : 1) : STR(".");
}

static bool absolute_directory(struct arena *arena, struct str path, struct str *directory)
{
    char *resolved = realpath(str_to_c(arena, directory_of(path)), NULL);
    if (!resolved)
        return false;
    *directory = str_copy(arena, str_from_c(resolved));
    free(resolved);
    return true;
}

static bool load_file(struct ruleset *ruleset, struct str path, int depth, struct str *directory,
                      struct error *err)
{
    struct config config = { .arena = ruleset->arena,
                             .path = path,
                             .depth = depth,
                             .alternatives = &ruleset->alternatives };
    struct error cause = { 0 };
    if (!file_read(ruleset->arena, str_to_c(ruleset->arena, path), RULE_FILE_BYTES_MAX,
                   &config.text, &cause) ||
        !absolute_directory(ruleset->arena, path, &config.directory))
        return error_usage(err, "%.*s: %s", STR_ARGS(path),
                           cause.kind ? cause.text : strerror(errno));
    *directory = config.directory;
    return read_text(&config, ruleset, err);
}

bool ruleset_load(struct ruleset *ruleset, struct str path, struct error *err)
{
    ruleset->path = path;
    return load_file(ruleset, path, 0, &ruleset->directory, err) &&
           ruleset_check_endpoint(ruleset, err);
}

static bool load_pack(struct ruleset *ruleset, const struct config *from,
                      const struct json_node *node, struct str name, struct error *err)
{
    struct str packs[16];
    size_t len = 0;
    for (const struct embedded_file *pack = embedded_packs; pack->name; pack++) {
        struct str file = str_from_c(pack->name);
        struct str id = str_slice(file, 0, file.len - strlen(".json"));
        if (str_equal(id, name)) {
            struct config config = {
                .arena = ruleset->arena,
                .path = node->text,
                .directory = from->directory,
                .text = { pack->bytes, pack->size_bytes },
                .depth = from->depth + 1,
                .alternatives = &ruleset->alternatives,
            };
            return read_text(&config, ruleset, err);
        }
        if (len < sizeof packs / sizeof packs[0])
            packs[len++] = str_format(ruleset->arena, "tokgate:%.*s", STR_ARGS(id));
    }
    return config_fail_name(from, node->at, err, "there is no pack", node->text, packs, len);
}

struct str ruleset_path(const struct config *from, struct str name)
{
    const struct str directory = directory_of(from->path);
    const bool is_beside = str_equal(directory, STR(".")); /* "rules.json", not "./..." */
    return is_beside ? name : join_path(from->arena, directory, name);
}

bool ruleset_extend(struct ruleset *ruleset, const struct config *from,
                    const struct json_node *node, struct error *err)
{
    struct str name = node->text, scheme, rest, ignored;
    if (node->type != JSON_STRING || !name.len)
        return config_fail(from, node->at, err, "\"extends\" takes paths and packs as strings");
    if (from->depth == EXTENDS_DEPTH_MAX)
        return config_fail(from, node->at, err,
                           "rule files extend each other more than %d deep: is it a circle?",
                           EXTENDS_DEPTH_MAX);
    if (++ruleset->files_len > RULE_FILES_MAX)
        return config_fail(from, node->at, err, "more than %d rule files are extended",
                           RULE_FILES_MAX);
    if (str_cut(name, ':', &scheme, &rest) && str_equal(scheme, STR("tokgate")))
        return load_pack(ruleset, from, node, rest, err);
    struct str path = ruleset_path(from, name);
    struct error cause = { 0 };
    struct str content;
    if (!file_read(ruleset->arena, str_to_c(ruleset->arena, path), RULE_FILE_BYTES_MAX, &content,
                   &cause))
        return config_fail(from, node->at, err, "cannot extend %.*s: %s", STR_ARGS(path),
                           cause.text);
    return load_file(ruleset, path, from->depth + 1, &ignored, err);
}

static bool exists(struct arena *arena, struct str directory, const char *name, bool *is_directory)
{
    struct stat status;
    struct str path = join_path(arena, directory, str_from_c(name));
    bool found = stat(str_to_c(arena, path), &status) == 0;
    *is_directory = found && S_ISDIR(status.st_mode);
    return found;
}

struct str ruleset_find(struct arena *arena, struct str absolute)
{
    bool is_directory;
    struct str directory = absolute;
    if (!exists(arena, absolute, ".", &is_directory))
        directory = directory_of(absolute);
    for (;;) {
        if (exists(arena, directory, "tokgate.json", &is_directory) && !is_directory)
            return join_path(arena, directory, STR("tokgate.json"));
        if (exists(arena, directory, ".git", &is_directory) || directory.len <= 1)
            return (struct str){ 0 };
        directory = directory_of(directory);
    }
}

bool file_globs_match(const struct file_globs *globs, struct str absolute)
{
    struct str root = globs->directory;
    if (!globs->len)
        return true;
    size_t skip = root.len > 1 ? root.len + 1 : 1; /* "/" is its own separator */
    if (!str_starts(absolute, root) || absolute.len <= skip ||
        (root.len > 1 && absolute.ptr[root.len] != '/'))
        return false;
    for (size_t i = 0; i < globs->len; i++)
        if (glob_matches(globs->items[i], str_slice(absolute, skip, absolute.len)) == GLOB_YES)
            return true;
    return false;
}

int64_t ruleset_count_rpm(const struct ruleset *ruleset)
{
    return ruleset->count_rpm ? ruleset->count_rpm
                              : catalog_count_rpm(ruleset->catalog, ruleset->tier);
}
