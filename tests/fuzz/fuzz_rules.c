/* A rule file: reading it, and merging its layers for two sources. Nothing is extended: its depth
 * is the last one allowed, so no other file is opened. */
#include "fuzz.h"

#include "check/ruleset_read.h"
#include "check/settings.h"

enum { LAST_DEPTH = 8 };

static const struct catalog *catalog(void)
{
    static struct arena arena;
    static struct catalog loaded;
    struct error err = { 0 };
    if (!loaded.arena)
        fuzz_expect(catalog_load(&arena, &loaded, &err), "the catalog loads");
    return &loaded;
}

static bool read_rules(struct ruleset *ruleset, struct config *config, struct error *err)
{
    struct json_problem problem = { 0 };
    struct str text;
    size_t at = 0;
    if (!json_blank_comments(config->arena, config->text, &text, &at))
        return config_fail(config, at, err, "a comment is not closed");
    const struct json_node *root = json_parse(config->arena, text, &problem);
    return root ? ruleset_read(ruleset, config, root, err)
                : config_fail(config, problem.at, err, "%s", problem.text);
}

static void check_settings(struct ruleset *ruleset, struct str absolute)
{
    const struct source source = { .path = STR("a"), .absolute = absolute };
    const struct settings *settings, *again;
    struct error err = { 0 };
    if (settings_of(ruleset, &source, &settings, &err))
        fuzz_expect(settings_of(ruleset, &source, &again, &err) && settings == again,
                    "settings are made once");
    else
        fuzz_expect(err.kind == ERROR_USAGE && err.text[0], "what makes no sense is a usage error");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct ruleset ruleset;
    struct catalog mine = *catalog();
    mine.arena = &arena; /* lists of names go there */
    size_t alternatives = 0;
    struct config config = {
        .arena = &arena,
        .path = STR("tokgate.json"),
        .directory = STR("/d"),
        .text = fuzz_text(data, size),
        .depth = LAST_DEPTH,
        .alternatives = &alternatives,
    };
    ruleset_init(&ruleset, &arena, &mine, STR("/d"));
    if (read_rules(&ruleset, &config, &err)) {
        check_settings(&ruleset, STR("/d/prompts/a.md"));
        check_settings(&ruleset, STR("/d/batch.jsonl"));
    } else {
        fuzz_expect(err.kind == ERROR_USAGE && err.text[0], "a bad rule file is a usage error");
    }
    arena_free(&arena);
    return 0;
}
