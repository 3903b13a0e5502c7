#include <string.h>

#include "cli/command.h"
#include "cli/option_table.h"

static void print_options(FILE *out, unsigned commands_bits)
{
    fputs("\noptions:\n", out);
    for (const struct option *option = option_table; option->name; option++) {
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
        if (command->bit & ON_RUN)
            print_readers(out);
        if (command->bit & (ON_CHECKED | ON_COUNT))
            print_formats(out, command->bit & ON_COUNT);
        if (command->help)
            command->help(out);
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
