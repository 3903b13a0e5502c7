#include "cli/options.h"

#include <string.h>

#include "base/list.h"
#include "cli/command.h"
#include "cli/option_table.h"

/* Commands may have options of their own with one name: that of the command, else any. */
static const struct option *find_option(const struct command *command, struct str name)
{
    const struct option *found = NULL;
    for (const struct option *option = option_table; option->name; option++)
        if (str_equal_c(name, option->name) || (name.len == 1 && name.ptr[0] == option->letter))
            if (!found || option->commands & command->bit)
                found = option;
    return found;
}

static bool fail_option(struct arena *arena, struct error *err, const char *dashes, struct str name)
{
    struct strs names = { .arena = arena };
    for (const struct option *option = option_table; option->name; option++)
        *LIST_PUSH(&names) = str_from_c(option->name);
    struct str nearest = str_nearest(name, names.items, names.len);
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
    if (option->argument && !value.len) /* as of a variable that is not set: not as if left out */
        return error_usage(err, "--%s needs a value: %s", option->name, option->argument);
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
    const struct option *option = name.len > 1 ? find_option(options->command, name) : NULL;
    if (!option)
        return fail_option(arena, err, "--", name);
    return take_option(arena, arguments, options, option, has_value, value, err);
}

/* "-qv" is -q -v, "-fjson" is -f json. */
static bool take_letters(struct arena *arena, struct arguments *arguments, struct options *options,
                         struct str letters, struct error *err)
{
    for (size_t i = 0; i < letters.len; i++) {
        struct str rest = str_slice(letters, i + 1, letters.len);
        const struct option *option = find_option(options->command, str_slice(letters, i, i + 1));
        if (!option)
            return fail_option(arena, err, "-", str_slice(letters, i, i + 1));
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
        .older_than_days = -1,
        .max_size_bytes = -1,
        .output_tokens = -1,
        .output_share = -1,
        .cache_hit = -1,
        .online = simulate_defaults(),
        .retries = 2, /* as the vendor's SDKs do (python-sdk 0.121.0) */
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
    if (options->no_cache && options->cache.len)
        return error_usage(err, "--cache and --no-cache exclude each other");
    return check_order(argv, options, err);
}
