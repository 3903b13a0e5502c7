#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <pthread.h>

#include "base/library.h"

/*
 * PCRE2 is not linked but loaded for the first pattern: a run without one would pay 70 us of
 * start-up for nothing. Name without "pcre2_" and "_8", result, arguments; alphabetical.
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
    F(get_ovector_pointer, PCRE2_SIZE *, (pcre2_match_data *))                                     \
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
           error_set(err, "the library libpcre2-8, which patterns need, could not be loaded: %s",
                     pcre2_problem.text);
}

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
};

enum { HEAP_KIB_MAX = 64 * 1024 };

static void *take(size_t size_bytes, void *arena)
{
    return arena_grow(arena, NULL, 0, size_bytes);
}

static void forget(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

bool regex_compile(struct arena *arena, struct str pattern, unsigned flags, uint32_t steps_max,
                   struct regex **out, struct error *err)
{
    const uint32_t options = (flags & REGEX_PATH ? PCRE2_ANCHORED | PCRE2_DOTALL : 0) |
                             (flags & REGEX_CHARACTERS ? PCRE2_UTF : 0);
    int number;
    PCRE2_SIZE at;
    if (!need_pcre2(err))
        return false;
    pcre2_general_context *memory = pcre2.general_context_create(take, forget, arena);
    struct regex *regex = ARENA_NEW(arena, struct regex);
    regex->code = pcre2.compile((PCRE2_SPTR)(pattern.ptr ? pattern.ptr : ""), pattern.len, options,
                                &number, &at, pcre2.compile_context_create(memory));
    if (!regex->code) {
        PCRE2_UCHAR why[256] = "";
        pcre2.get_error_message(number, why, sizeof why);
        return error_usage(err, "%s at offset %zu", (const char *)why, (size_t)at);
    }
    regex->limits = pcre2.match_context_create(memory);
    pcre2.set_match_limit(regex->limits, steps_max);
    pcre2.set_heap_limit(regex->limits, HEAP_KIB_MAX);
    *out = regex;
    return true;
}

/* The group when there is one that took part in the match, else all that matched. */
static struct str group_of(pcre2_match_data *data, int groups, struct str text)
{
    const PCRE2_SIZE *offsets = pcre2.get_ovector_pointer(data);
    size_t group = groups > 1 && offsets[2] != PCRE2_UNSET ? 1 : 0;
    size_t from = offsets[2 * group], to = offsets[2 * group + 1];
    return str_slice(text, from, to > from ? to : from); /* \K may turn them round */
}

enum regex_match regex_find(const struct regex *regex, struct str text, struct str *group)
{
    struct arena scratch = { 0 }; /* of its own, so that threads can share the pattern */
    pcre2_general_context *memory = pcre2.general_context_create(take, forget, &scratch);
    pcre2_match_data *data = pcre2.match_data_create(group ? 2 : 1, memory);
    int result = pcre2.match(regex->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0,
                             PCRE2_NO_UTF_CHECK, data, regex->limits);
    if (result >= 0 && group)
        *group = group_of(data, result ? result : 2, text);
    arena_free(&scratch);
    if (result >= 0)
        return REGEX_YES;
    return result == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_LIMIT;
}
