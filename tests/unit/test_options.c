/* The command line. */
#include "cli/options.h"

#include <stdlib.h>

#include "cli/command.h"
#include "tap.h"

enum { WORDS_MAX = 16 };

static struct arena arena;

/* Splits at spaces; "''" stands for an empty argument. */
static bool parse(const char *line, struct options *options, struct error *err)
{
    static char *words[WORDS_MAX];
    int len = 0;
    struct str rest = str_from_c(line), word;
    words[len++] = str_to_c(&arena, STR("tokgate"));
    while (rest.len && len < WORDS_MAX) {
        str_cut(rest, ' ', &word, &rest);
        words[len++] = str_to_c(&arena, str_equal(word, STR("''")) ? STR("") : word);
    }
    *err = (struct error){ 0 };
    return options_parse(&arena, len, words, options, err);
}

/* Everything that is not as it is without arguments. */
static struct str describe(const struct options *o)
{
    struct buf text = { .arena = &arena };
    buf_format(&text, "%s", o->command->name);
    for (size_t i = 0; i < o->operands.len; i++)
        buf_format(&text, " [%.*s]", STR_ARGS(o->operands.items[i]));
    if (o->format != &format_human)
        buf_format(&text, " format=%s", o->format->name);
    for (size_t i = 0; i < o->outputs.len; i++)
        buf_format(&text, " output=%s:%.*s", o->outputs.items[i].format->name,
                   STR_ARGS(o->outputs.items[i].path));
    const struct {
        const char *name;
        struct str value;
    } texts[] = { { "format-in", str_from_c(o->format_in ? o->format_in->name : NULL) },
                  { "cache", o->cache },
                  { "config", o->config },
                  { "model", o->model },
                  { "stdin-filename", o->stdin_filename },
                  { "print-config", o->print_config } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].value.len)
            buf_format(&text, " %s=%.*s", texts[i].name, STR_ARGS(texts[i].value));
    const struct {
        const char *name;
        int64_t value, usual;
    } numbers[] = {
        { "count", o->count_mode, COUNT_MODE_AUTO },
        { "on-undecided", o->on_undecided, ON_UNDECIDED_WARN },
        { "color", o->colour, COLOUR_AUTO },
        { "fail-on", o->fail_on, SEVERITY_ERROR },
        { "timeout", o->timeout_s, 60 },
        { "deadline", o->deadline_ms, 0 },
        { "retries", o->retries, 2 },
        { "jobs", o->jobs, 0 },
        { "older-than", o->older_than_days, -1 },
        { "max-size", o->max_size_bytes, -1 },
        { "no-cache", o->no_cache, 0 },
        { "no-config", o->no_config, 0 },
        { "exit-zero", o->exit_zero, 0 },
        { "quiet", o->quiet, 0 },
        { "verbose", o->verbose, 0 },
        { "age", o->age, 0 },
        { "all", o->all, 0 },
        { "help", o->help, 0 },
        { "version", o->version, 0 },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (numbers[i].value != numbers[i].usual)
            buf_format(&text, " %s=%lld", numbers[i].name, (long long)numbers[i].value);
    buf_add_char(&text, '\0');
    return (struct str){ text.ptr, text.len - 1 };
}

struct line_case {
    const char *line, *want;
};

static const struct line_case good[] = {
    { "", "check" },
    { "check", "check" },
    { "a.md check", "check [a.md] [check]" },
    { "count a b", "count [a] [b]" },
    { "explain max-tokens", "explain [max-tokens]" },
    { "models --all --age", "models age=1 all=1" },
    { "-", "check [-]" },
    { "-- -f --x --", "check [-f] [--x] [--]" },
    { "check -- check", "check [check]" },
    { "a -q b", "check [a] [b] quiet=1" },
    { "--cache dir", "check cache=dir" },
    { "cache stats --cache=dir", "cache [stats] cache=dir" },
    { "cache prune --older-than 90d", "cache [prune] older-than=90" },
    { "cache prune --older-than=0d", "cache [prune] older-than=0" },
    { "cache prune --max-size 10MB", "cache [prune] max-size=10000000" },
    { "cache prune --max-size=1.5KiB", "cache [prune] max-size=1536" },
    { "cache prune --max-size 0", "cache [prune] max-size=0" },
    { "doctor --count api --no-cache", "doctor count=1 no-cache=1" },
    { "--color always", "check color=1" },
    { "--color=never", "check color=2" },
    { "-c r.json", "check config=r.json" },
    { "-cr.json", "check config=r.json" },
    { "--config=a=b", "check config=a=b" },
    { "--config -q", "check config=-q" },
    { "--count api", "check count=1" },
    { "count --count=offline", "count count=2" },
    { "--deadline 90", "check deadline=90000" },
    { "--deadline 90s", "check deadline=90000" },
    { "--deadline 5m", "check deadline=300000" },
    { "--deadline 24h", "check deadline=86400000" },
    { "--deadline 1ms", "check deadline=1" },
    { "--retries 0", "check retries=0" },
    { "--retries=20", "check retries=20" },
    { "--exit-zero", "check exit-zero=1" },
    { "--fail-on note", "check fail-on=1" },
    { "--fail-on=warning", "check fail-on=2" },
    { "-fjson", "check format=json" },
    { "-f jsonl", "check format=jsonl" },
    { "--format=github", "check format=github" },
    { "--format json --format human", "check" },
    { "--format-in batch", "check format-in=batch" },
    { "-h", "check help=1" },
    { "rules --help", "rules help=1" },
    { "init -V", "init version=1" },
    { "-j 64", "check jobs=64" },
    { "-mclaude", "check model=claude" },
    { "--no-config", "check no-config=1" },
    { "--on-undecided fail", "check on-undecided=1" },
    { "--on-undecided=pass", "check on-undecided=2" },
    { "-o json=a.json --output=github=-", "check output=json:a.json output=github:-" },
    { "-o json=a=b", "check output=json:a=b" },
    { "--print-config a.md", "check print-config=a.md" },
    { "--stdin-filename a.md -", "check [-] stdin-filename=a.md" },
    { "--timeout 3600", "check timeout=3600" },
    { "-qv", "check quiet=1 verbose=1" },
    { "-qfjson", "check format=json quiet=1" },
    { "-qf json", "check format=json quiet=1" },
    { "--version", "check version=1" },
};

static const struct line_case bad[] = {
    { "--formt json", "no option --formt; did you mean --format?" },
    { "--zzzzzz", "no option --zzzzzz; tokgate --help lists them" },
    { "-x", "no option -x; tokgate --help lists them" },
    { "-qx", "no option -x; tokgate --help lists them" },
    { "--q", "no option --q; tokgate --help lists them" },
    { "--=x", "no option --; tokgate --help lists them" },
    { "---", "no option ---; tokgate --help lists them" },
    { "--format", "--format needs a value: NAME" },
    { "-f", "--format needs a value: NAME" },
    { "''", "an argument is empty" },
    { "--format jsno", "--format has no value \"jsno\"; did you mean \"json\"?" },
    { "--format-in json", "--format-in has no value \"json\"; did you mean \"jsonl\"?" },
    { "--quiet=1", "--quiet takes no value" },
    { "--quiet=", "--quiet takes no value" },
    { "--cache=", "--cache needs a directory" },
    { "--cache a --no-cache", "--cache and --no-cache exclude each other" },
    { "cache stats --no-cache", "--no-cache is no option of tokgate cache" },
    { "models --cache a", "--cache is no option of tokgate models" },
    { "cache prune --older-than d",
      "--older-than takes a number of days up to 36500d, such as 90d, not \"d\"" },
    { "cache prune --older-than 9w",
      "--older-than takes a number of days up to 36500d, such as 90d, not \"9w\"" },
    { "cache prune --max-size 1e30",
      "--max-size takes bytes or a size such as \"10 MB\", not \"1e30\"" },
    { "cache prune --max-size 99999999999999GB",
      "--max-size takes bytes or a size such as \"10 MB\", not \"99999999999999GB\"" },
    { "doctor -q", "--quiet is no option of tokgate doctor" },
    { "--count online", "--count has no value \"online\"; did you mean \"offline\"?" },
    { "--count ''", "--count takes one of auto, api, offline, not \"\"" },
    { "--color yes", "--color takes one of auto, always, never, not \"yes\"" },
    { "--fail-on off", "--fail-on takes one of error, warning, note, not \"off\"" },
    { "--on-undecided warm", "--on-undecided has no value \"warm\"; did you mean \"warn\"?" },
    { "-j 0", "--jobs takes a whole number from 1 to 64, not \"0\"" },
    { "-j 65", "--jobs takes a whole number from 1 to 64, not \"65\"" },
    { "-j-1", "--jobs takes a whole number from 1 to 64, not \"-1\"" },
    { "--jobs ''", "--jobs takes a whole number from 1 to 64, not \"\"" },
    { "--timeout 1.5", "--timeout takes a whole number from 1 to 3600, not \"1.5\"" },
    { "--timeout 99999999999999999999",
      "--timeout takes a whole number from 1 to 3600, not \"99999999999999999999\"" },
    { "-o json", "--output takes NAME=FILE, like json=report.json, not \"json\"" },
    { "-o json=", "--output takes NAME=FILE, like json=report.json, not \"json=\"" },
    { "-o jsn=a", "--output has no value \"jsn\"; did you mean \"json\"?" },
    { "models --exit-zero", "--exit-zero is no option of tokgate models" },
    { "count -o json=a", "--output is no option of tokgate count" },
    { "models -q", "--quiet is no option of tokgate models" },
    { "--age", "--age is no option of tokgate check" },
    { "init -f json", "--format is no option of tokgate init" },
};

static void test_help(void)
{
    for (const struct command *const *command = commands; *command; command++) {
        char *bytes = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&bytes, &size);
        options_help(out, *command);
        ok(fclose(out) == 0 && strstr(bytes, "--help") && strstr(bytes, (*command)->name),
           (*command)->name);
        free(bytes);
    }
}

int main(void)
{
    struct options options;
    struct error err;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        bool parsed = parse(good[i].line, &options, &err);
        is_str(parsed ? describe(&options) : str_from_c(err.text), good[i].want, good[i].line);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ok(!parse(bad[i].line, &options, &err) && err.kind == ERROR_USAGE, bad[i].line);
        is_str(str_from_c(err.text), bad[i].want, "says why");
    }
    char *none[] = { NULL };
    ok(options_parse(&arena, 0, none, &options, &err), "without even a name");
    test_help();
    arena_free(&arena);
    return tap_done();
}
