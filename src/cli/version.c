#include "cli/version.h"

#include "catalog/embedded.h"

#ifndef TOKGATE_VERSION
#define TOKGATE_VERSION "dev"
#endif

/* The vocabulary brings its own licence: one from a file may be another than the one we know. */
static void print_licences(const struct run *run)
{
    struct str licence = run->vocab ? run->vocab->licence : (struct str){ 0 };
    for (const struct embedded_file *file = embedded_notices; file->name; file++) {
        struct str text = { file->bytes, file->size_bytes };
        fprintf(run->out, "\n%.*s", STR_ARGS(text));
        if (str_contains(text, licence))
            licence.len = 0;
    }
    if (licence.len)
        fprintf(run->out, "\nThe vocabulary:\n\n%.*s\n", STR_ARGS(licence));
}

void version_print(const struct run *run)
{
    fprintf(run->out, "tokgate %s (catalog of %.*s)\n", TOKGATE_VERSION,
            STR_ARGS(run->catalog->as_of));
    if (run->vocab)
        fprintf(run->out, "vocabulary %.*s\n", STR_ARGS(vocab_name(run->arena, run->vocab)));
    else
        fputs("no vocabulary: offline counts are estimates\n", run->out);
    if (run->options->licenses)
        print_licences(run);
}
