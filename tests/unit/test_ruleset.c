/* Rule files: layers, origins, mistakes, extends and waivers. */
#include "check/check.h"
#include "check/ruleset.h"
#include "check/settings.h"

#include "scratch.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;
static struct scratch scratch;

static bool load(struct ruleset *ruleset, const char *text, struct error *err)
{
    *err = (struct error){ 0 };
    scratch_write("tokgate.json", text);
    ruleset_init(ruleset, &arena, &catalog, str_from_c(scratch.path));
    return ruleset_load(ruleset, STR("tokgate.json"), err);
}

static const struct settings *settings_for(struct ruleset *ruleset, const char *path)
{
    const struct settings *settings = NULL;
    struct error err = { 0 };
    const struct source source = { .path = str_from_c(path),
                                   .absolute = str_format(&arena, "%s/%s", scratch.path, path) };
    if (!ok(settings_of(ruleset, &source, &settings, &err), path))
        printf("# %s\n", err.text);
    return settings;
}

static const struct rule *rule_for(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->rules.len; i++)
        if (strcmp(settings->rules.items[i].kind->name, name) == 0)
            return &settings->rules.items[i];
    return NULL;
}

static const struct rule_value *value_for(const struct settings *settings, const char *rule,
                                          const char *option)
{
    const struct rule *found = rule_for(settings, rule);
    for (size_t i = 0; found && found->kind->options[i].name; i++)
        if (strcmp(found->kind->options[i].name, option) == 0)
            return &found->values[i];
    return NULL;
}

static void test_layers(void)
{
    struct ruleset ruleset;
    struct error err;
    ok(load(&ruleset,
            "{ // layers\n"
            "  \"model\": \"claude-opus-4-8\",\n"
            "  \"prompts\": [\n"
            "    {\"files\": \"**/*.md\", \"role\": \"system\", \"rate\": \"2/s\",\n"
            "     \"max_tokens\": 100, \"cache_hit\": \"90%\"},\n"
            "    {\"files\": [\"x/**\", \"y/*\"], \"rate\": \"60/hour\", \"model\": "
            "\"claude-haiku-4-5\",\n"
            "     \"variables\": {\"name\": {\"max_tokens\": 5}, \"b\": {\"max_tokens\": 0}}}],\n"
            "  \"rules\": [\n"
            "    {\"rule\": \"input-tokens\", \"max\": 10, \"severity\": \"note\"},\n"
            "    {\"rule\": \"input-tokens\", \"files\": \"x/\", \"max\": 20},\n"
            "    {\"rule\": \"max-tokens\", \"files\": \"x/b.md\", \"severity\": \"off\"}]}",
            &err),
       "a rule file with layers");
    const struct settings *a = settings_for(&ruleset, "a.md"),
                          *x = settings_for(&ruleset, "x/b.md");
    ok(a->defaults.role == ROLE_SYSTEM && x->defaults.role == ROLE_SYSTEM, "the role of both");
    ok(a->rate.number == 120 && x->rate.number == 1, "the last match wins");
    ok(x->cache_hit.number == 0.9 && x->defaults.max_tokens == 100, "key by key");
    is_str(a->defaults.model, "claude-opus-4-8", "the model of the file");
    is_str(x->defaults.model, "claude-haiku-4-5", "the model of the layer");
    ok(a->defaults.model_declared && a->variables_len == 0 && x->variables_len == 2, "variables");
    ok(x->rate.origin.place.line == 6 && x->rate.origin.place.column == 5, "a layer's origin");
    const struct rule_value *most = value_for(x, "input-tokens", "max");
    ok(most && most->number == 20 && most->origin.place.line == 10, "an option and its origin");
    ok(value_for(a, "input-tokens", "max")->number == 10, "and without the layer");
    ok(rule_for(x, "input-tokens")->severity == SEVERITY_NOTE, "what a layer leaves out stays");
    ok(rule_for(x, "max-tokens")->severity == SEVERITY_OFF &&
           rule_for(a, "max-tokens")->severity == SEVERITY_ERROR,
       "a built-in rule can be off for some");
    ok(settings_for(&ruleset, "c.md") == a && settings_for(&ruleset, "z") != a,
       "sources that match the same layers share their settings");
    ok(!settings_for(&ruleset, "z")->rate.is_set, "a source that matches none has the defaults");
    ruleset.command_line_model = STR("claude-opus-5");
    is_str(settings_for(&ruleset, "y/q")->defaults.model, "claude-opus-5", "--model wins");
}

#define AT "tokgate.json:"

static const struct {
    const char *text, *error;
} mistakes[] = {
    { "", AT "1:1: not valid JSON: the text ends where a value should be" },
    { "[]", AT "1:1: the rule file must be an object, not an array" },
    { "{}x", AT "1:3: not valid JSON: text after the end of the JSON value" },
    { "{\n /* x", AT "2:2: a comment is not closed" },
    { "\xEF\xBB\xBF{}", AT "1:1: starts with a byte order mark: save it without one" },
    { "{\"tier\":\"start\",\n\"tier\":\"build\"}",
      AT "2:1: not valid JSON: duplicate member \"tier\"" },
    { "{\"ruls\":[]}", AT "1:2: the rule file has no key \"ruls\"; did you mean \"rules\"?" },
    { "{\n  \"rules\": {}}", AT "2:12: \"rules\" must be an array, not an object" },
    { "{\"tier\":\"strat\"}", AT "1:9: there is no tier \"strat\"; did you mean \"start\"?" },
    { "{\"model\":\"claude-opus-4.8\"}",
      AT "1:10: the model \"claude-opus-4.8\" is not in the catalog of 2026-11-20; did you mean "
         "\"claude-opus-4-8\"?" },
    { "{\"api_version\":\"2023-06-02\"}",
      AT "1:16: there is no api_version \"2023-06-02\"; did you mean \"2023-06-01\"?" },
    { "{\"betas\":[\"a,b\"]}", AT "1:11: a beta must be a name like \"output-300k-2026-03-24\"" },
    { "{\"exclude\":[\"/a\"]}",
      AT "1:13: bad glob: the \"/\" at offset 0: globs are relative, so it matches nothing" },
    { "{\"limits\":{\"opus-4\":{}}}",
      AT "1:12: there is no pool \"opus-4\"; did you mean \"opus-5\"?" },
    { "{\"limits\":{\"opus-5\":{\"itpm\":-1}}}",
      AT "1:29: \"itpm\" must be a whole number, 0 or more" },
    { "{\"prompts\":[{\"role\":\"user\"}]}", AT "1:13: a prompts entry needs \"files\"" },
    { "{\"prompts\":[{\"files\":[]}]}", AT "1:22: \"files\" must name at least one glob" },
    { "{\"prompts\":[{\"files\":\"a\",\"role\":\"sytem\"}]}",
      AT "1:33: there is no role \"sytem\"; did you mean \"system\"?" },
    { "{\"prompts\":[{\"files\":\"a\",\"rate\":\"2/fortnight\"}]}",
      AT "1:33: \"rate\" must be calls over time like \"120/min\", \"2/s\" or \"5000/day\"" },
    { "{\"prompts\":[{\"files\":\"a\",\"cache_hit\":1.5}]}",
      AT "1:38: \"cache_hit\" must be a share from 0 to 1, or \"90%\"" },
    { "{\"prompts\":[{\"files\":\"a\",\"variables\":{\"x\":{}}}]}",
      AT "1:43: the variable \"x\" needs \"max_tokens\"" },
    { "{\"rules\":[{\"max\":1}]}", AT "1:11: a rules entry needs \"rule\": the name of a rule" },
    { "{\"rules\":[{\"rule\":\"max-token\"}]}",
      AT "1:19: there is no rule \"max-token\"; did you mean \"max-tokens\"?" },
    { "{\"rules\":[{\"rule\":\"input-tokens\",\"mx\":1}]}",
      AT "1:34: the rule \"input-tokens\" has no key \"mx\"; did you mean \"max\"?" },
    { "{\"rules\":[{\"rule\":\"input-tokens\",\"severity\":\"warn\"}]}",
      AT "1:45: there is no severity \"warn\"; there are: error, note, off, warning" },
    { "{\"rules\":[{\"rule\":\"input-tokens\",\"scope\":\"pool\"}]}",
      AT "1:42: the rule \"input-tokens\" has no scope \"pool\"" },
    { "{\"extends\":7}", AT "1:12: \"extends\" must be a string or an array, not a number" },
    { "{\"extends\":\"none.json\"}",
      AT "1:12: cannot extend none.json: No such file or directory" },
    { "{\"extends\":\"tokgate:recomended\"}",
      AT "1:12: there is no pack \"tokgate:recomended\"; did you mean \"tokgate:recommended\"?" },
    { "{\"extends\":\"tokgate.json\"}",
      AT "1:12: rule files extend each other more than 8 deep: is it a circle?" },
    { "{\"waivers\":[{\"rule\":\"max-tokens\",\"files\":\"a\"}]}",
      AT "1:13: a waiver needs \"files\" and \"reason\"" },
    { "{\"waivers\":[{\"rule\":\"max-tokens\",\"files\":\"a\",\"reason\":\" \"}]}",
      AT "1:55: a waiver's reason must not be empty" },
};

static void test_mistakes(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct ruleset ruleset;
        struct error err;
        ok(!load(&ruleset, mistakes[i].text, &err) && err.kind == ERROR_USAGE, mistakes[i].text);
        is_str(str_from_c(err.text), mistakes[i].error, "says where and what");
    }
}

static void test_extends(void)
{
    struct ruleset ruleset;
    struct error err;
    scratch_write("base.json", "{\"tier\": \"scale\", \"model\": \"claude-opus-5\", \"rules\": "
                               "[{\"rule\": \"input-tokens\", \"max\": 1}]}");
    scratch_write("sub/more.json",
                  "{\"extends\": \"../base.json\", \"tier\": \"build\", \"rules\": "
                  "[{\"rule\": \"input-tokens\", \"files\": \"*\", \"max\": 2}]}");
    ok(load(&ruleset,
            "{\"rules\": [{\"rule\": \"input-tokens\", \"files\": \"own\", \"max\": 3}],\n"
            " \"tier\": \"start\", \"extends\": [\"tokgate:recommended\", \"sub/more.json\"]}",
            &err),
       "files that extend each other");
    is_str(ruleset.tier, "start", "what extends wins");
    is_str(ruleset.model, "claude-opus-5", "what is extended stands");
    is_str(ruleset.model_origin.path, "sub/../base.json", "and says where it comes from");
    ok(value_for(settings_for(&ruleset, "own"), "input-tokens", "max")->number == 3,
       "its own rule");
    ok(value_for(settings_for(&ruleset, "sub/x"), "input-tokens", "max")->number == 2,
       "globs are relative to the file they are in");
    ok(settings_itpm(&ruleset, &catalog, STR("opus-5")) == 2000000, "limits of the tier");
    scratch_write("a.json", "{\"extends\": \"b.json\"}");
    scratch_write("b.json", "{\"extends\": [\"base.json\", \"a.json\"]}");
    ok(!load(&ruleset, "{\"extends\": \"a.json\"}", &err) && strstr(err.text, "is it a circle?"),
       "a circle of two");
    ok(load(&ruleset, "{\"limits\": {\"opus-5\": {\"itpm\": 7}}, \"tier\": \"start\"}", &err) &&
           settings_itpm(&ruleset, &catalog, STR("opus-5")) == 7 &&
           settings_itpm(&ruleset, &catalog, STR("opus-5.5")) == 2000000,
       "limits of one's own");
}

/* A request of 7 tokens under a rule file that allows 1, on a day. */
static size_t waived_on(struct ruleset *ruleset, const char *path, const char *today,
                        struct findings *findings)
{
    const struct checker checker = { .ruleset = ruleset,
                                     .catalog = &catalog,
                                     .today = str_from_c(today) };
    const struct source source = { .path = str_from_c(path),
                                   .absolute = str_format(&arena, "%s/%s", scratch.path, path) };
    const struct request request = { .source = &source,
                                     .model = STR("claude-opus-5"),
                                     .max_tokens = REQUEST_UNSET,
                                     .is_prompt = true };
    const struct count count = { .low = 7, .tokens = 7, .high = 7 };
    struct subject subject =
        check_subject(&checker, &request, &count, settings_for(ruleset, path), &arena);
    size_t waived = 0;
    *findings = (struct findings){ .arena = &arena };
    check_request(&checker, &subject, findings, &waived);
    return waived;
}

static void test_waivers(void)
{
    static const struct {
        const char *path, *today;
        size_t waived;
    } cases[] = {
        { "a", "2027-01-30", 1 }, { "a", "2027-01-31", 1 }, { "a", "2027-02-01", 0 },
        { "b", "2099-12-31", 1 }, { "c", "2020-01-01", 0 },
    };
    static const char *const bad_dates[] = { "2027-13-01", "2027-00-10", "2027-01-32",
                                             "2027-01-00", "2027-1-1",   "20270131",
                                             "2027/01/31", "tomorrow",   "" };
    struct ruleset ruleset;
    struct error err;
    ok(load(&ruleset,
            "{\"rules\": [{\"rule\": \"input-tokens\", \"max\": 1}], \"waivers\": [\n"
            " {\"rule\": \"input-tokens\", \"files\": [\"a\", \"b\"], \"reason\": \"later\",\n"
            "  \"until\": \"2027-01-31\"},\n"
            " {\"rule\": \"input-tokens\", \"files\": \"b\", \"reason\": \"for ever\"}]}",
            &err),
       "a rule file with waivers");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct findings findings;
        size_t waived = waived_on(&ruleset, cases[i].path, cases[i].today, &findings);
        ok(waived == cases[i].waived && findings.len == 1 - waived, cases[i].today);
        bool is_over = findings.len && strcmp(cases[i].path, "a") == 0;
        ok(!is_over || str_ends(findings.items[0].message,
                                STR(" (its waiver at tokgate.json:2 ended on 2027-01-31)")),
           "a waiver that is over is named");
    }
    for (size_t i = 0; i < sizeof bad_dates / sizeof bad_dates[0]; i++) {
        struct str text = str_format(&arena,
                                     "{\"waivers\": [{\"rule\": \"max-tokens\", \"files\": \"a\", "
                                     "\"reason\": \"r\", \"until\": \"%s\"}]}",
                                     bad_dates[i]);
        ok(!load(&ruleset, text.ptr, &err) && strstr(err.text, "\"until\" must be a date"),
           bad_dates[i]);
    }
}

static void test_find(void)
{
    struct str deep = str_format(&arena, "%s/p/q/r", scratch.path);
    scratch_run("rm -f tokgate.json && mkdir -p p/q/r p/.git && echo '{}' >tokgate.json");
    is_str(ruleset_find(&arena, deep), "", "not above the root of the repository");
    scratch_run("echo '{}' >p/tokgate.json");
    struct str want = str_format(&arena, "%s/p/tokgate.json", scratch.path);
    is_str(ruleset_find(&arena, deep), want.ptr, "the nearest one above");
    is_str(ruleset_find(&arena, str_format(&arena, "%s/p/q/none.md", scratch.path)), want.ptr,
           "for a file too");
    scratch_run("mkdir p/q/tokgate.json");
    is_str(ruleset_find(&arena, deep), want.ptr, "a directory is no rule file");
}

int main(void)
{
    struct error err = { 0 };
    scratch_make(&scratch);
    ok(catalog_load(&arena, &catalog, &err), "the catalog loads");
    test_layers();
    test_mistakes();
    test_extends();
    test_waivers();
    test_find();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
