#include "cli/cli.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/command.h"
#include "cli/version.h"

#define COMMAND_ENTRY(name) &command_##name,
const struct command *const commands[] = { COMMAND_LIST(COMMAND_ENTRY) NULL };
#undef COMMAND_ENTRY

static void print_error(FILE *err, const struct error *error)
{
    struct arena arena = { 0 };
    struct str text = utf8_printable(&arena, str_from_c(error->text), SIZE_MAX);
    fprintf(err, "tokgate: error: %.*s\n", STR_ARGS(text));
    arena_free(&arena);
}

static int status_of(const struct error *error)
{
    return error->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_ERROR;
}

/* The vocabulary of --vocab, else the one built in, else none. */
static bool choose_vocab(struct run *run, struct error *err)
{
    struct str path = run->options->vocab;
    run->vocab = vocab_embedded();
    if (!path.len)
        return true;
    struct vocab *vocab = ARENA_NEW(run->arena, struct vocab);
    run->vocab = vocab;
    return vocab_read(run->arena, path, vocab, err);
}

static int run_command(struct arena *arena, const struct environment *environment,
                       const struct options *options, FILE *out, FILE *err)
{
    struct error error = { 0 };
    struct catalog catalog;
    struct run run = {
        .arena = arena,
        .environment = environment,
        .options = options,
        .catalog = &catalog,
        .out = out,
        .err = err,
    };
    int status = EXIT_CLEAN;
    if (!catalog_load(arena, &catalog, &error) || !choose_vocab(&run, &error)) {
        print_error(err, &error);
        return status_of(&error);
    }
    if (options->version || options->licenses) {
        version_print(&run);
        return EXIT_CLEAN;
    }
    status = options->command->run(&run, &error);
    if (error.kind) {
        print_error(err, &error);
        status = status_of(&error);
    }
    return status;
}

/* Why not every byte was taken, or NULL. Of a write that failed before the last one the reason is
 * gone: another one fails for the same. */
static const char *write_failure(FILE *out)
{
    const bool failed_before = ferror(out);
    errno = 0;
    if (fflush(out) != 0)
        return errno ? strerror(errno) : "the output is closed";
    if (!failed_before && !ferror(out))
        return NULL;
    clearerr(out);
    errno = 0;
    if (fputc('\n', out) == EOF || fflush(out) != 0)
        return errno ? strerror(errno) : "the output is closed";
    return "not all of it was taken";
}

/* A report is trusted only when every byte of it was taken. */
static int finish(FILE *out, FILE *err, int status)
{
    const char *failure = write_failure(out);
    if (!failure)
        return status;
    fprintf(err, "tokgate: error: cannot write the report: %s\n", failure);
    return EXIT_ERROR;
}

/* Bare --help is about everything; after a command, about that. */
static bool names_command(int argc, char **argv, const struct command *command)
{
    return argc > 1 && strcmp(argv[1], command->name) == 0;
}

int cli_run(int argc, char **argv, const struct environment *environment, FILE *out, FILE *err)
{
    struct arena arena = { 0 };
    struct error error = { 0 };
    struct options options;
    int status = EXIT_CLEAN;
    if (!options_parse(&arena, argc, argv, &options, &error)) {
        print_error(err, &error);
        status = EXIT_USAGE;
    } else if (options.help) {
        options_help(out, names_command(argc, argv, options.command) ? options.command : NULL);
    } else {
        status = run_command(&arena, environment, &options, out, err);
        if (atomic_load(environment->is_interrupted))
            status = atomic_load(environment->is_terminated) ? EXIT_TERMINATED : EXIT_INTERRUPTED;
    }
    arena_free(&arena);
    return finish(out, err, status);
}
