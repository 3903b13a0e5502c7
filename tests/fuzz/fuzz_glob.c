/* A pattern, NUL, a path. */
#include "fuzz.h"

#include "base/glob.h"

static void run(enum glob_style style, struct str pattern, struct str path)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct glob *glob;
    if (glob_compile(&arena, pattern, style, &glob, &err)) {
        enum glob_match match = glob_matches(glob, path);
        fuzz_expect(match == glob_matches(glob, path), "a match stays one");
        fuzz_expect(match != GLOB_LIMIT || path.len > 4096, "paths of the system are decided");
        fuzz_expect(str_equal(glob_text(glob), pattern), "the pattern is kept");
    } else {
        fuzz_expect(err.kind == ERROR_USAGE && err.text[0], "a bad glob is a usage error");
        fuzz_expect(style == GLOB_STYLE_RULE || pattern.len > GLOB_BYTES_MAX,
                    "git refuses no pattern");
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str pattern, path;
    str_cut(fuzz_text(data, size), '\0', &pattern, &path);
    run(GLOB_STYLE_RULE, pattern, path);
    run(GLOB_STYLE_GITIGNORE, pattern, path);
    return 0;
}
