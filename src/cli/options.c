#include "cli/options.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/list.h"
#include "cli/command.h"

/* An option: all there is to know of it. */
struct option {
    const char *name; /* without the dashes */
    char letter;      /* or NUL */
    unsigned commands;
    const char *argument; /* name for the help, NULL: takes none */
    const char *help;
    bool (*set)(struct arena *arena, struct options *options, struct str value, struct error *err);
    size_t member; /* of struct options, when there is no set: a struct str, or a bool without an
                    * argument */
};

static bool fail_choice(struct error *err, const char *option, struct str value,
                        const struct str *names, size_t len)
{
    struct str nearest = str_nearest(value, names, len);
    if (nearest.len)
        return error_usage(err, "--%s has no value \"%.*s\"; did you mean \"%.*s\"?", option,
                           STR_ARGS(value), STR_ARGS(nearest));
    struct arena scratch = { 0 };
    struct buf all = { .arena = &scratch };
    for (size_t i = 0; i < len; i++)
        buf_format(&all, "%s%.*s", i ? ", " : "", STR_ARGS(names[i]));
    error_usage(err, "--%s takes one of %.*s, not \"%.*s\"", option, STR_ARGS(buf_str(&all)),
                STR_ARGS(value));
    arena_free(&scratch);
    return false;
}

/* Index of the value among the names, or a usage error. */
static bool choose(const char *option, struct str value, const struct str *names, size_t len,
                   int *index, struct error *err)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal(value, names[i])) {
            *index = (int)i;
            return true;
        }
    return fail_choice(err, option, value, names, len);
}

static bool set_count(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    static const struct str names[] = {
        [COUNT_MODE_AUTO] = STR_INIT("auto"),
        [COUNT_MODE_API] = STR_INIT("api"),
        [COUNT_MODE_OFFLINE] = STR_INIT("offline"),
    };
    int index = 0;
    (void)arena;
    if (!choose("count", value, names, 3, &index, err))
        return false;
    options->count_mode = (enum count_mode)index;
    return true;
}

static bool set_on_undecided(struct arena *arena, struct options *options, struct str value,
                             struct error *err)
{
    static const struct str names[] = {
        [ON_UNDECIDED_WARN] = STR_INIT("warn"),
        [ON_UNDECIDED_FAIL] = STR_INIT("fail"),
        [ON_UNDECIDED_PASS] = STR_INIT("pass"),
    };
    int index = 0;
    (void)arena;
    if (!choose("on-undecided", value, names, 3, &index, err))
        return false;
    options->on_undecided = (enum on_undecided)index;
    return true;
}

static bool set_color(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    static const struct str names[] = {
        [COLOUR_AUTO] = STR_INIT("auto"),
        [COLOUR_ALWAYS] = STR_INIT("always"),
        [COLOUR_NEVER] = STR_INIT("never"),
    };
    int index = 0;
    (void)arena;
    if (!choose("color", value, names, 3, &index, err))
        return false;
    options->colour = (enum colour_mode)index;
    return true;
}

static bool set_fail_on(struct arena *arena, struct options *options, struct str value,
                        struct error *err)
{
    static const struct str names[] = { STR_INIT("error"), STR_INIT("warning"), STR_INIT("note") };
    int index = 0;
    (void)arena;
    return choose("fail-on", value, names, 3, &index, err) &&
           severity_find(value, &options->fail_on);
}

static bool find_format(struct arena *arena, const char *option, struct str name,
                        const struct format **format, struct error *err)
{
    *format = format_find(name);
    if (*format)
        return true;
    struct strs names = { .arena = arena };
    for (const struct format *const *each = formats; *each; each++)
        *LIST_PUSH(&names) = str_from_c((*each)->name);
    return fail_choice(err, option, name, names.items, names.len);
}

static bool set_format(struct arena *arena, struct options *options, struct str value,
                       struct error *err)
{
    return find_format(arena, "format", value, &options->format, err);
}

static bool set_output(struct arena *arena, struct options *options, struct str value,
                       struct error *err)
{
    struct str name, path;
    struct output output;
    if (!str_cut(value, '=', &name, &path) || !path.len)
        return error_usage(err, "--output takes NAME=FILE, like json=report.json, not \"%.*s\"",
                           STR_ARGS(value));
    if (!find_format(arena, "output", name, &output.format, err))
        return false;
    output.path = path;
    *LIST_PUSH(&options->outputs) = output;
    return true;
}

static bool set_format_in(struct arena *arena, struct options *options, struct str value,
                          struct error *err)
{
    struct strs names = { .arena = arena };
    options->format_in = reader_find(value);
    for (const struct reader *const *each = readers; *each; each++)
        *LIST_PUSH(&names) = str_from_c((*each)->name);
    return options->format_in || fail_choice(err, "format-in", value, names.items, names.len);
}

static bool set_number(const char *option, struct str value, int64_t max, int64_t *number,
                       struct error *err)
{
    return (str_to_int64(value, max, number) && *number > 0) ||
           error_usage(err, "--%s takes a whole number from 1 to %" PRId64 ", not \"%.*s\"", option,
                       max, STR_ARGS(value));
}

static bool set_jobs(struct arena *arena, struct options *options, struct str value,
                     struct error *err)
{
    (void)arena;
    return set_number("jobs", value, 64, &options->jobs, err);
}

static bool set_timeout(struct arena *arena, struct options *options, struct str value,
                        struct error *err)
{
    (void)arena;
    return set_number("timeout", value, 3600, &options->timeout_s, err);
}

#define MEMBER(name) offsetof(struct options, name)

static const struct option options_table[] = {
    { "age", 0, ON_MODELS, NULL, "only how old the catalog is, in days", NULL, MEMBER(age) },
    { "all", 0, ON_EXPLAIN | ON_MODELS, NULL, "every rule; also retired models", NULL,
      MEMBER(all) },
    { "color", 0, ON_CHECK, "WHEN", "auto, always or never (NO_COLOR is respected)", set_color, 0 },
    { "config", 'c', ON_RUN, "FILE", "the rule file (default: tokgate.json, found upward)", NULL,
      MEMBER(config) },
    { "count", 0, ON_RUN, "HOW",
      "auto: offline, and online where undecided and a key is set; api; offline", set_count, 0 },
    { "exit-zero", 0, ON_CHECK, NULL, "exit 0 whatever is found (errors still count)", NULL,
      MEMBER(exit_zero) },
    { "fail-on", 0, ON_CHECK, "SEVERITY", "least severity that fails: error, warning or note",
      set_fail_on, 0 },
    { "format", 'f', ON_RUN | ON_RULES, "NAME", "format of the report: see below", set_format, 0 },
    { "format-in", 0, ON_RUN, "NAME", "what the files are: see below", set_format_in, 0 },
    { "help", 'h', ON_ALL, NULL, "this text", NULL, MEMBER(help) },
    { "jobs", 'j', ON_RUN, "N", "threads (default: one a processor)", set_jobs, 0 },
    { "model", 'm', ON_RUN, "ID", "the model of prompts that name none", NULL, MEMBER(model) },
    { "no-config", 0, ON_RUN, NULL, "no rule file: only what the API itself refuses", NULL,
      MEMBER(no_config) },
    { "on-undecided", 0, ON_CHECK, "WHAT", "warn, fail (exit 4) or pass", set_on_undecided, 0 },
    { "output", 'o', ON_CHECK, "NAME=FILE", "also write the report there, any number of times",
      set_output, 0 },
    { "print-config", 0, ON_CHECK, "FILE", "show the settings of one file and where they come from",
      NULL, MEMBER(print_config) },
    { "quiet", 'q', ON_RUN, NULL, "findings only", NULL, MEMBER(quiet) },
    { "stdin-filename", 0, ON_RUN, "FILE", "what to call \"-\"", NULL, MEMBER(stdin_filename) },
    { "timeout", 0, ON_RUN, "SECONDS", "longest wait for one answer of the API (default: 60)",
      set_timeout, 0 },
    { "verbose", 'v', ON_RUN, NULL, "also say what was left out, and why", NULL, MEMBER(verbose) },
    { "version", 'V', ON_ALL, NULL, "version and catalog date", NULL, MEMBER(version) },
};

enum { OPTIONS_LEN = sizeof options_table / sizeof options_table[0] };

static const struct option *find_option(struct str name)
{
    for (size_t i = 0; i < OPTIONS_LEN; i++)
        if (str_equal_c(name, options_table[i].name) ||
            (name.len == 1 && name.ptr[0] == options_table[i].letter))
            return &options_table[i];
    return NULL;
}

static bool fail_option(struct error *err, const char *dashes, struct str name)
{
    struct str names[OPTIONS_LEN];
    for (size_t i = 0; i < OPTIONS_LEN; i++)
        names[i] = str_from_c(options_table[i].name);
    struct str nearest = str_nearest(name, names, OPTIONS_LEN);
    if (nearest.len)
        return error_usage(err, "no option %s%.*s; did you mean --%.*s?", dashes, STR_ARGS(name),
                           STR_ARGS(nearest));
    return error_usage(err, "no option %s%.*s; tokgate --help lists them", dashes, STR_ARGS(name));
}

/* The arguments that are still to be read. */
struct arguments {
    char **next;
    char **end;
};

static bool take_option(struct arena *arena, struct arguments *arguments, struct options *options,
                        const struct option *option, bool has_value, struct str value,
                        struct error *err)
{
    if (!(option->commands & options->command->bit))
        return error_usage(err, "--%s is no option of tokgate %s", option->name,
                           options->command->name);
    if (!option->argument && has_value)
        return error_usage(err, "--%s takes no value", option->name);
    if (option->argument && !has_value) {
        if (arguments->next == arguments->end)
            return error_usage(err, "--%s needs a value: %s", option->name, option->argument);
        value = str_from_c(*arguments->next++);
    }
    void *member = (char *)options + option->member;
    if (option->set)
        return option->set(arena, options, value, err);
    if (option->argument)
        *(struct str *)member = value;
    else
        *(bool *)member = true;
    return true;
}

static bool take_long(struct arena *arena, struct arguments *arguments, struct options *options,
                      struct str text, struct error *err)
{
    struct str name, value;
    bool has_value = str_cut(text, '=', &name, &value);
    const struct option *option = name.len > 1 ? find_option(name) : NULL;
    if (!option)
        return fail_option(err, "--", name);
    return take_option(arena, arguments, options, option, has_value, value, err);
}

/* "-qv" is -q -v, "-fjson" is -f json. */
static bool take_letters(struct arena *arena, struct arguments *arguments, struct options *options,
                         struct str letters, struct error *err)
{
    for (size_t i = 0; i < letters.len; i++) {
        struct str rest = str_slice(letters, i + 1, letters.len);
        const struct option *option = find_option(str_slice(letters, i, i + 1));
        if (!option)
            return fail_option(err, "-", str_slice(letters, i, i + 1));
        bool takes_rest = option->argument && rest.len;
        if (!take_option(arena, arguments, options, option, takes_rest, rest, err))
            return false;
        if (takes_rest)
            break;
    }
    return true;
}

/* The first operand chooses the command; "check" needs not be named. */
static const struct command *find_command(int argc, char **argv, char ***at)
{
    for (int i = 1; i < argc && argv[i][0] != '-'; i++)
        for (const struct command *const *command = commands; *command; command++)
            if (i == 1 && strcmp((*command)->name, argv[i]) == 0) {
                *at = &argv[i + 1];
                return *command;
            }
    *at = argv + (argc > 0);
    return &command_check;
}

/* "-q count" would look for a file of that name. */
static bool check_order(char **argv, const struct options *options, struct error *err)
{
    const struct str *first = options->operands.items;
    if (!options->operands.len || options->command != &command_check || argv[1][0] != '-')
        return true;
    for (const struct command *const *command = commands; *command; command++)
        if (str_equal_c(*first, (*command)->name))
            return error_usage(err,
                               "the command comes first: tokgate %s [OPTION]... (a file of that "
                               "name is ./%s)",
                               (*command)->name, (*command)->name);
    return true;
}

bool options_parse(struct arena *arena, int argc, char **argv, struct options *options,
                   struct error *err)
{
    struct arguments arguments = { .end = argv + argc };
    bool only_operands = false;
    *options = (struct options){
        .command = find_command(argc, argv, &arguments.next),
        .operands = { .arena = arena },
        .outputs = { .arena = arena },
        .format = &format_human,
        .fail_on = SEVERITY_ERROR,
        .timeout_s = 60,
    };
    while (arguments.next < arguments.end) {
        struct str text = str_from_c(*arguments.next++);
        bool is_option = !only_operands && text.len > 1 && text.ptr[0] == '-';
        if (!text.len)
            return error_usage(err, "an argument is empty");
        if (!is_option) {
            *LIST_PUSH(&options->operands) = text;
        } else if (str_equal(text, STR("--"))) {
            only_operands = true;
        } else if (text.ptr[1] == '-') {
            if (!take_long(arena, &arguments, options, str_slice(text, 2, text.len), err))
                return false;
        } else if (!take_letters(arena, &arguments, options, str_slice(text, 1, text.len), err)) {
            return false;
        }
    }
    return check_order(argv, options, err);
}

static void print_options(FILE *out, unsigned commands_bits)
{
    fputs("\noptions:\n", out);
    for (size_t i = 0; i < OPTIONS_LEN; i++) {
        const struct option *option = &options_table[i];
        if (!(option->commands & commands_bits))
            continue;
        fprintf(out, "  %c%c%s --%s%s%s", option->letter ? '-' : ' ',
                option->letter ? option->letter : ' ', option->letter ? "," : " ", option->name,
                option->argument ? " " : "", option->argument ? option->argument : "");
        int used =
            (int)strlen(option->name) + (option->argument ? (int)strlen(option->argument) + 1 : 0);
        fprintf(out, "%*s%s\n", used < 25 ? 25 - used : 1, "", option->help);
    }
}

static void print_readers(FILE *out)
{
    fputs("\nwhat files can be (--format-in; default: their content decides):\n", out);
    for (const struct reader *const *each = readers; *each; each++)
        fprintf(out, "  %-10s %s\n", (*each)->name, (*each)->summary);
}

static void print_formats(FILE *out, bool only_counts)
{
    fputs("\nformats of the report (--format, --output):\n", out);
    for (const struct format *const *each = formats; *each; each++)
        if (!only_counts || (*each)->count_row)
            fprintf(out, "  %-10s %s\n", (*each)->name, (*each)->summary);
}

void options_help(FILE *out, const struct command *command)
{
    if (command) {
        fprintf(out, "usage: tokgate %s%s%s\n\n%s\n", command->name, *command->arguments ? " " : "",
                command->arguments, command->summary);
        print_options(out, command->bit);
        if (command->bit & ON_RUN) {
            print_readers(out);
            print_formats(out, command->bit & ON_COUNT);
        }
        return;
    }
    fputs("tokgate: counts the input tokens of Claude prompts and batches, and checks them against "
          "budgets\n\nusage: tokgate [COMMAND] [OPTION]... [PATH]...\n\ncommands:\n",
          out);
    for (const struct command *const *each = commands; *each; each++)
        fprintf(out, "  %-10s %s\n", (*each)->name, (*each)->summary);
    print_readers(out);
    print_formats(out, false);
    print_options(out, ON_ALL);
    fputs("\nexit status: 0 nothing found, 1 findings, 2 bad usage or rule file or nothing to "
          "check,\n"
          "3 tokgate could not decide (unreadable file, network, write error), 4 undecided and "
          "--on-undecided fail\n",
          out);
}
