/*
 * For tests/bench.sh: count_driver v3|new FILE... counts each file as one text that is in memory
 * already, with a tokenizer that remembers nothing, and prints CPU seconds, tokens and path.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/stream.h"
#include "count/offline/tokenizer.h"

static const size_t text_size_max = (size_t)1 << 30;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* False where the file cannot be read; err says why. */
static bool time_file(enum vocab_family family, const char *path, struct error *err)
{
    struct arena text_arena = { 0 }, arena = { 0 };
    struct str text = { 0 };
    struct tokenizer tokenizer;
    const bool right = file_read(&text_arena, path, text_size_max, &text, err);
    if (right) {
        const double start_s = now_s();
        tokenizer_init(&tokenizer, vocab_embedded(), family, &arena);
        const int64_t tokens = tokenizer_count(&tokenizer, text, (struct text_edges){ 0 });
        printf("%.6f\t%lld\t%s\n", now_s() - start_s, (long long)tokens, path);
    }
    arena_free(&arena);
    arena_free(&text_arena);
    return right;
}

int main(int argc, char **argv)
{
    struct error err = { 0 };
    if (argc < 3 || (strcmp(argv[1], "v3") != 0 && strcmp(argv[1], "new") != 0))
        return 2;
    if (!vocab_embedded()) {
        fprintf(stderr, "count_driver: a build without the vocabulary\n");
        return 3;
    }
    const enum vocab_family family = strcmp(argv[1], "v3") == 0 ? VOCAB_V3 : VOCAB_NEW;
    for (int i = 2; i < argc; i++) {
        if (!time_file(family, argv[i], &err)) {
            fprintf(stderr, "count_driver: %s: %s\n", argv[i], err.text);
            return 3;
        }
    }
    return fflush(stdout) != 0;
}
