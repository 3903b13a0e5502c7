#include "base/glob.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <pthread.h>

#include "base/glob_braces.h"
#include "base/glob_regex.h"
#include "base/library.h"
#include "base/list.h"
#include "base/utf8.h"

/*
 * PCRE2 is not linked but loaded for the first glob: a run without one would pay 70 us of start-up
 * for nothing. Name without "pcre2_" and "_8", result, arguments; alphabetical.
 */
#define PCRE2_FUNCTIONS(F)                                                                         \
    F(compile, pcre2_code *,                                                                       \
      (PCRE2_SPTR, PCRE2_SIZE, uint32_t, int *, PCRE2_SIZE *, pcre2_compile_context *))            \
    F(compile_context_create, pcre2_compile_context *, (pcre2_general_context *))                  \
    F(general_context_create, pcre2_general_context *,                                             \
      (void *(*)(PCRE2_SIZE, void *), void (*)(void *, void *), void *))                           \
    F(get_error_message, int, (int, PCRE2_UCHAR *, PCRE2_SIZE))                                    \
    F(match, int,                                                                                  \
      (const pcre2_code *, PCRE2_SPTR, PCRE2_SIZE, PCRE2_SIZE, uint32_t, pcre2_match_data *,       \
       pcre2_match_context *))                                                                     \
    F(match_context_create, pcre2_match_context *, (pcre2_general_context *))                      \
    F(match_data_create, pcre2_match_data *, (uint32_t, pcre2_general_context *))                  \
    F(set_heap_limit, int, (pcre2_match_context *, uint32_t))                                      \
    F(set_match_limit, int, (pcre2_match_context *, uint32_t))

#define CHECK(name, result, arguments)                                                             \
    _Static_assert(_Generic(&pcre2_##name, LIBRARY_POINTER(, result, arguments) : 1, default : 0), \
                   "pcre2_" #name);
PCRE2_FUNCTIONS(CHECK)
#undef CHECK

#define MEMBER(name, result, arguments) LIBRARY_POINTER(name, result, arguments);
struct pcre2 {
    PCRE2_FUNCTIONS(MEMBER)
};
#undef MEMBER

#define ROW(name, result, arguments) { "pcre2_" #name "_8", offsetof(struct pcre2, name) },
static const struct library_function pcre2_functions[] = { PCRE2_FUNCTIONS(ROW){ 0 } };
#undef ROW

static const char *const pcre2_names[] = { "libpcre2-8.so.0", "libpcre2-8.0.dylib", NULL };

static pthread_once_t pcre2_once = PTHREAD_ONCE_INIT;
static struct pcre2 pcre2; /* both are written once, by load_pcre2() */
static struct error pcre2_problem;

static void load_pcre2(void)
{
    library_load(pcre2_names, pcre2_functions, &pcre2, &pcre2_problem);
}

static bool need_pcre2(struct error *err)
{
    if (pthread_once(&pcre2_once, load_pcre2))
        return error_set(err, "the library libpcre2-8 could not be loaded");
    return !pcre2_problem.kind ||
           error_set(err, "the library libpcre2-8, which globs need, could not be loaded: %s",
                     pcre2_problem.text);
}

/* A glob without braces. Either is NULL when the glob cannot match so. */
struct alternative {
    pcre2_code *bytes;
    pcre2_code *characters; /* for paths that are valid UTF-8; GLOB_STYLE_RULE only */
};

struct glob {
    struct str text;
    struct alternative *alternatives;
    size_t len;
    bool has_characters;
    pcre2_match_context *limits;
};

/*
 * PCRE2 counts a step for each place it may come back to. glob_regex() makes at most one for each
 * byte and component where a "**" may stop: for a path of PATH_MAX bytes 2048 components x 4096
 * bytes. The limit is above that, so that only longer paths can reach it.
 */
enum { STEPS_MAX = 16 * 1024 * 1024, HEAP_KIB_MAX = 64 * 1024 };

static void *take(size_t size_bytes, void *arena)
{
    return arena_grow(arena, NULL, 0, size_bytes);
}

static void forget(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

struct compiler {
    struct arena *arena;
    pcre2_general_context *memory;
    pcre2_compile_context *context;
};

/* *code stays NULL for a glob that can match nothing. */
static bool compile_regex(const struct compiler *compiler, struct str glob, enum glob_unit unit,
                          pcre2_code **code, struct error *err)
{
    uint32_t options = PCRE2_ANCHORED | PCRE2_DOTALL | (unit == GLOB_UNIT_BYTE ? 0 : PCRE2_UTF);
    struct str regex;
    int number;
    PCRE2_SIZE at;
    if (!glob_regex(compiler->arena, glob, unit, &regex))
        return true;
    *code =
        pcre2.compile((PCRE2_SPTR)regex.ptr, regex.len, options, &number, &at, compiler->context);
    if (!*code) {
        PCRE2_UCHAR why[256] = "";
        pcre2.get_error_message(number, why, sizeof why);
        return error_usage(err, "the glob cannot be compiled: %s", (const char *)why);
    }
    return true;
}

static bool compile_alternatives(const struct compiler *compiler, const struct globs *globs,
                                 struct glob *glob, struct error *err)
{
    glob->alternatives = ARENA_ARRAY(compiler->arena, struct alternative, globs->len);
    glob->len = globs->len;
    for (size_t i = 0; i < globs->len; i++) {
        struct alternative *alternative = &glob->alternatives[i];
        struct str text = globs->items[i];
        if (str_starts(text, STR("./")) && glob->has_characters)
            text = str_slice(text, 2, text.len);
        if (!compile_regex(compiler, text, GLOB_UNIT_BYTE, &alternative->bytes, err))
            return false;
        if (glob->has_characters &&
            !compile_regex(compiler, text, GLOB_UNIT_CHARACTER, &alternative->characters, err))
            return false;
    }
    return true;
}

/* The globs without braces that the pattern stands for. */
static bool expand(struct arena *arena, struct str pattern, enum glob_style style,
                   struct globs *globs, struct error *err)
{
    if (style == GLOB_STYLE_GITIGNORE) {
        *LIST_PUSH(globs) = pattern;
        return true;
    }
    struct buf text = { .arena = arena };
    buf_add(&text, pattern);
    if (str_ends(pattern, STR("/")))
        buf_add(&text, STR("**"));
    return glob_check(buf_str(&text), err) && glob_expand(buf_str(&text), globs, err);
}

bool glob_compile(struct arena *arena, struct str pattern, enum glob_style style, struct glob **out,
                  struct error *err)
{
    if (pattern.len > GLOB_BYTES_MAX)
        return error_usage(err, "the glob has %zu bytes, more than %d", pattern.len,
                           (int)GLOB_BYTES_MAX);
    if (!need_pcre2(err))
        return false;
    struct compiler compiler = { .arena = arena };
    compiler.memory = pcre2.general_context_create(take, forget, arena);
    compiler.context = pcre2.compile_context_create(compiler.memory);
    struct glob *glob = ARENA_NEW(arena, struct glob);
    glob->text = str_copy(arena, pattern);
    glob->has_characters = style == GLOB_STYLE_RULE && utf8_invalid_at(pattern, 0) == pattern.len;
    glob->limits = pcre2.match_context_create(compiler.memory);
    pcre2.set_match_limit(glob->limits, STEPS_MAX);
    pcre2.set_heap_limit(glob->limits, HEAP_KIB_MAX);
    struct globs globs = { .arena = arena };
    *out = glob;
    return expand(arena, glob->text, style, &globs, err) &&
           compile_alternatives(&compiler, &globs, glob, err);
}

static enum glob_match match_code(const struct glob *glob, const pcre2_code *code, struct str path,
                                  pcre2_match_data *data)
{
    if (!code)
        return GLOB_NO;
    int result = pcre2.match(code, (PCRE2_SPTR)(path.ptr ? path.ptr : ""), path.len, 0,
                             PCRE2_NO_UTF_CHECK, data, glob->limits);
    if (result >= 0)
        return GLOB_YES;
    return result == PCRE2_ERROR_NOMATCH ? GLOB_NO : GLOB_LIMIT;
}

enum glob_match glob_matches(const struct glob *glob, struct str path)
{
    struct arena scratch = { 0 }; /* of its own, so that threads can share the glob */
    pcre2_general_context *memory = pcre2.general_context_create(take, forget, &scratch);
    pcre2_match_data *data = pcre2.match_data_create(1, memory);
    bool as_characters = glob->has_characters && utf8_invalid_at(path, 0) == path.len;
    enum glob_match match = GLOB_NO;
    for (size_t i = 0; i < glob->len && match == GLOB_NO; i++) {
        const struct alternative *alternative = &glob->alternatives[i];
        match = match_code(glob, as_characters ? alternative->characters : alternative->bytes, path,
                           data);
    }
    arena_free(&scratch);
    return match;
}

struct str glob_text(const struct glob *glob)
{
    return glob->text;
}

size_t glob_alternatives(const struct glob *glob)
{
    return glob->len;
}
